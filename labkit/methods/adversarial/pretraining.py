"""The pre-trained G and D that Algorithm 1 takes as its input: eq. 3 alone, on frozen logits."""

from statistics import fmean

import torch
from torch import Tensor

from labkit.data.batches import collate
from labkit.data.encoding.encoded import Encoded
from labkit.methods.adversarial.adversary import Adversary, Source
from labkit.methods.adversarial.config import StageTwoConfig
from labkit.methods.adversarial.networks import Health
from labkit.training.loop import Plan


def pretrain(
    classes: int,
    real: Source,
    first_student: Source,
    train: Encoded,
    config: StageTwoConfig,
    passes: int,
    where: torch.device | None = None,
) -> tuple[dict[str, Tensor], Health]:
    """Let discriminator and generator play eq. 3 before stage 2, with nobody to guide.

    Source: Adversarial Distillation, eq. 3, section 3.1.3, and the input of Algorithm 1.

    real:          frozen logits of the teacher, the real side
    first_student: frozen logits of the stage-1 student, which the generator starts from. The
                   paper hands G and D in before stage 1 and makes them of its outcome: both
                   cannot be, so here they are trained between the stages
    config:        of the stage 2 to come: its networks, their steps and rates, the order of texts
    passes:        over the training texts, at least 1
    where:         the device to train on; None is the CPU
    returns the networks for `second_stage(pretrained=...)`, and how the game went in the last pass
    (no gradient reaches a guided model, so that length is nan)
    errors: ValueError for a config without generator, and for passes below 1
    """
    if not config.generator:
        raise ValueError("eq. 3 is played by D and G; set generator=True and reading='resemble'")
    if passes < 1:
        raise ValueError(f"passes must be at least 1, got {passes}")
    adversary = Adversary(classes, config, real, first_student, where)
    plan, last = Plan(train, config), []
    for epoch in range(passes):
        batches = (collate(train, rows) for rows in plan.batches(epoch))  # one in memory at a time
        last = [adversary.rehearse(one if where is None else one.to(where)) for one in batches]
    state = {name: value.clone() for name, value in adversary.parts.state_dict().items()}
    networks = {name: value for name, value in state.items() if "guided_scale" not in name}
    means = (fmean(one.accuracy for one in last), fmean(one.loss for one in last))
    return networks, Health(*means, last[-1].gradient_norm)
