"""The adversary's side of a stage-2 run: its networks, its updates, its health."""

import math
import warnings
from collections.abc import Callable, Mapping

import torch
from torch import Tensor, nn

from labkit.compute import place
from labkit.data.batches import Batch
from labkit.methods.adversarial.config import StageTwoConfig
from labkit.methods.adversarial.networks import (
    DiscriminatorWarning,
    Health,
    LogitDiscriminator,
    LogitGenerator,
    SideScale,
    discriminator_loss,
    guide_loss,
    share_right,
)
from labkit.training.optimizer import optimizer_tensors, restore_optimizer

COLLAPSE_WINDOW = 50
"""Steps that are looked at together to see whether the discriminator still teaches."""
PINNED = 0.99
"""Mean accuracy from which the discriminator has won."""
VANISHED = 0.01
"""Mean gradient length, nats per logit unit, below which nothing reaches the guided model."""

Source = Callable[[Batch], Tensor]


class Adversary:
    """A discriminator (and perhaps a generator) that learns while it guides one model.

    real:    logits of the side that a guided model should pass for, or for "differ" has to
             differ from: the teacher's, or the frozen stage-1 student's
    first:   the stage-1 student's logits, needed by the generator alone
    where:   where the guided model lies, and so the networks too; None leaves them on the CPU
    pretrained: networks to begin with, as `pretraining.pretrain` gives them; None: fresh ones
    errors: ValueError for pre-trained networks of another shape
    """

    def __init__(
        self,
        classes: int,
        config: StageTwoConfig,
        other: Source,
        first: Source | None = None,
        where: torch.device | None = None,
        pretrained: Mapping[str, Tensor] | None = None,
    ) -> None:
        self.config, self.other, self.first = config, other, first
        seed = config.seed if config.discriminator_seed is None else config.discriminator_seed
        width = config.discriminator_width
        parts: dict[str, nn.Module] = {
            "discriminator": LogitDiscriminator(classes, width, config.condition, seed),
            "guided_scale": SideScale(),
            "other_scale": SideScale(),
        }
        if config.generator:
            parts["generator"] = LogitGenerator(classes, width=width, seed=seed)
            parts["generated_scale"] = SideScale()
        self.parts = nn.ModuleDict(parts)
        if pretrained is not None:
            _begin_with(self.parts, pretrained)
        if where is not None:  # before the optimizers, which hold on to the numbers as they lie
            place(self.parts, where)
        self.noise = torch.Generator().manual_seed(seed)
        self.optimizers: dict[str, torch.optim.Optimizer] = {
            name: torch.optim.Adam(
                parts[name].parameters(),
                lr=config.discriminator_learning_rate,
                betas=(0.5, 0.999),
                fused=True,
            )
            for name in ("discriminator", "generator")
            if name in parts
        }
        self.recent = torch.zeros(0, 2)
        self.warned = False

    def play(self, guided: Tensor, seen: Tensor, batch: Batch) -> tuple[Tensor, Health]:
        """Let the discriminator learn from one batch, then say what the guided model loses.

        guided: (batch, classes) logits with gradient, as the guided model trains
        seen:   (batch, classes) the same rows as the discriminator sees them
        returns the adversarial loss, a scalar in nats, and how the game went
        """
        labels = _labels(batch)
        other = self.other(batch).to(guided.device)
        accuracy, loss = self._teach_discriminator(seen.detach(), other, labels, batch)
        gan, gradient = self._guide(guided, labels)
        health = Health(accuracy, loss, gradient.norm(dim=1).mean().item() * len(gradient))
        self._remember(health)
        # the gradient is known already: hand it on without a second pass through the network
        return gan + ((guided - guided.detach()) * gradient).sum(), health

    def rehearse(self, batch: Batch) -> Health:
        """One batch of eq. 3 alone, before anyone is guided: the other side against G's logits."""
        labels = _labels(batch)
        theirs = self._scaled("other_scale", self.other(batch).to(labels.device))
        made = self._generated(batch, labels)
        assert made is not None
        score = self.parts["discriminator"]
        real, fake = score(theirs, labels).detach(), score(made, labels).detach()
        right, plain = share_right(real, fake), discriminator_loss(real, fake).item()
        for _ in range(self.config.discriminator_steps):
            real, fake = score(theirs, labels), score(made.detach(), labels)
            loss = discriminator_loss(real, fake, self.config.label_smoothing)
            self._update("discriminator", loss)
        self._update("generator", guide_loss(score(made, labels), self.config.saturating))
        return Health(right, plain, math.nan)

    @property
    def collapsed(self) -> bool:
        """Whether the discriminator has won for good and no longer teaches."""
        if len(self.recent) < COLLAPSE_WINDOW:
            return False
        accuracy, gradient = self.recent.mean(dim=0).tolist()
        return bool(accuracy >= PINNED and gradient < VANISHED)

    def _teach_discriminator(
        self, seen: Tensor, other: Tensor, labels: Tensor, batch: Batch
    ) -> tuple[float, float]:
        """Update on this batch, where players learn; accuracy and loss are those before that."""
        ours = self._scaled("guided_scale", seen)
        theirs = self._scaled("other_scale", other)
        made = self._generated(batch, labels) if self.config.players_learn else None
        score = self.parts["discriminator"]
        before = (math.nan, math.nan)
        for turn in range(self.config.discriminator_steps):
            our_score, their_score = score(ours, labels), score(theirs, labels)
            real, fake = (
                (their_score, our_score)
                if self.config.reading == "resemble"
                else (our_score, their_score)
            )
            if turn == 0:
                plain = discriminator_loss(real.detach(), fake.detach()).item()
                before = (share_right(real.detach(), fake.detach()), plain)
            if not self.config.players_learn:
                break
            if made is not None:
                fake = torch.cat([fake, score(made.detach(), labels)])
            loss = discriminator_loss(real, fake, self.config.label_smoothing)
            self._update("discriminator", loss)
        if made is not None:
            self._update("generator", guide_loss(score(made, labels), self.config.saturating))
        return before

    def _generated(self, batch: Batch, labels: Tensor) -> Tensor | None:
        """The generator's logits, scaled, with gradient to the generator."""
        if not self.config.generator:
            return None
        assert self.first is not None
        generator = self.parts["generator"]
        assert isinstance(generator, LogitGenerator)
        first = self.first(batch).to(labels.device)
        noise = torch.randn(len(first), generator.noise, generator=self.noise)
        made: Tensor = generator(first, labels, noise.to(first.device))
        return self._scaled("generated_scale", made)

    def _guide(self, guided: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
        """The adversarial loss of the guided logits, and its gradient there."""
        leaf = guided.detach().requires_grad_()
        scaled = self.parts["guided_scale"](leaf) if self.config.equal_scale else leaf
        loss = guide_loss(self.parts["discriminator"](scaled, labels), self.config.saturating)
        (gradient,) = torch.autograd.grad(loss, leaf)
        return loss.detach(), gradient

    def _scaled(self, side: str, logits: Tensor) -> Tensor:
        if not self.config.equal_scale:
            return logits
        scale = self.parts[side]
        assert isinstance(scale, SideScale)
        scale.observe(logits)
        scaled: Tensor = scale(logits)
        return scaled

    def _update(self, name: str, loss: Tensor) -> None:
        optimizer = self.optimizers[name]
        optimizer.zero_grad(set_to_none=True)
        loss.backward(inputs=list(self.parts[name].parameters()))
        optimizer.step()

    def _remember(self, health: Health) -> None:
        row = torch.tensor([[health.accuracy, health.gradient_norm]])
        self.recent = torch.cat([self.recent, row])[-COLLAPSE_WINDOW:]
        if self.collapsed and not self.warned:
            self.warned = True
            warnings.warn(
                f"the discriminator got everything right over the last {COLLAPSE_WINDOW} steps "
                "and hardly any gradient reaches the guided model: the adversary teaches "
                "nothing. Lower discriminator_learning_rate, or look for what gives a side away",
                DiscriminatorWarning,
                stacklevel=2,
            )

    def tensors(self) -> dict[str, Tensor]:
        """The whole state as named tensors, ready for a checkpoint."""
        found = {f"companion.{name}": v for name, v in self.parts.state_dict().items()}
        for name, optimizer in self.optimizers.items():
            state = optimizer_tensors(optimizer)
            found |= {f"companion.{name}/{key}": value for key, value in state.items()}
        found["companion.noise"] = self.noise.get_state()
        found["companion.recent"] = self.recent
        return found

    def restore(self, tensors: dict[str, Tensor]) -> None:
        """Go on from the state that `tensors` named."""
        mine = {
            key.removeprefix("companion."): value
            for key, value in tensors.items()
            if key.startswith("companion.")
        }
        self.noise.set_state(mine.pop("noise"))
        self.recent = mine.pop("recent")
        for name, optimizer in self.optimizers.items():
            start = f"{name}/"
            state = {key.removeprefix(start): v for key, v in mine.items() if key.startswith(start)}
            restore_optimizer(optimizer, state)
        self.parts.load_state_dict({key: v for key, v in mine.items() if "/" not in key})


def _begin_with(parts: nn.ModuleDict, pretrained: Mapping[str, Tensor]) -> None:
    """Put pre-trained networks in; the guided side's scale begins anew, no guided logits yet."""
    own = parts.state_dict()
    wanted = {name: value.shape for name, value in own.items() if "guided_scale" not in name}
    given = {name: value.shape for name, value in pretrained.items()}
    if given != wanted:
        other = sorted(name for name in {*wanted, *given} if given.get(name) != wanted.get(name))
        raise ValueError(
            f"the pre-trained networks differ in {', '.join(other[:3])} from those of this run; "
            "pre-train them with the same classes, width, condition and generator"
        )
    parts.load_state_dict({**own, **pretrained})


def _labels(batch: Batch) -> Tensor:
    if batch.labels is None:
        raise ValueError(
            "the discriminator needs the true label and these texts have none; encode them "
            "with labels"
        )
    return batch.labels
