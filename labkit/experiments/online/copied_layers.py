"""What a student of two layers copies of its teacher's layers: BERT-PKD, and TinyBERT's states."""

import torch
from torch import Tensor, nn

from labkit.experiments.online.lone_teachers import taught
from labkit.experiments.online.material import STUDENT_LAYERS, Material
from labkit.experiments.online.plan import OnlineRun
from labkit.methods.online.layer_mapping import WidthMap, every_nth, hidden_loss, patient_loss
from labkit.methods.online.loop import Copying
from labkit.methods.online.side import Answer
from labkit.models.top_layers import LowerStates, TopClassifier, lower_states

PATIENCE = 100.0
"""Weight of PKD's loss; its paper tries 10 to 1000. Nothing chose it here."""


def copying_of(name: str, material: Material, run: OnlineRun, student: nn.Module) -> Copying:
    """The further loss of a student that copies layers, each from its uniform partner.

    Source: "pkd" is Sun et al. 2019 (arXiv:1908.09355), eq. 8: labels, softened logits and the
    first token's state. "hidden_mapping" is Jiao et al. 2019 (arXiv:1909.10351), eq. 8 and 9,
    beside the same two losses: one thing more than "kd", where TinyBERT has two phases, a loss of
    attention and a general distillation before.

    student: a `TopClassifier` over the embedding; "hidden_mapping" gives it a learned matrix more
    errors:  ValueError for another name
    """
    if name == "pkd":
        return _patient(_below(material))
    if name != "hidden_mapping":
        raise ValueError(f"got {name!r}, wanted 'pkd' or 'hidden_mapping'")
    width = material.encoder.config.hidden_size
    widen = WidthMap(width, width, run.seed)
    student.add_module("widen", widen)
    copied = (material.train.embedded, _below(material), _last(material, run))
    return _hidden(copied, widen)


def _patient(partner: LowerStates) -> Copying:
    def copying(answer: Answer, rows: Tensor) -> Tensor:
        return PATIENCE * patient_loss(answer.hidden, [partner.take(rows)[0]], layers=[0])

    return copying


def _hidden(copied: tuple[LowerStates, ...], widen: WidthMap) -> Copying:
    def copying(answer: Answer, rows: Tensor) -> Tensor:
        taken = [states.take(rows) for states in copied]
        states, mask = [state for state, _ in taken], taken[0][1]
        return hidden_loss(answer.hidden, states, widen, mask, layers=range(len(states)))

    return copying


def _below(material: Material) -> LowerStates:
    """The teacher's partner of the student's first layer, which lies below the layers that learn.

    errors: ValueError where it does not: then it is another one for each teacher
    """
    layers = material.encoder.config.num_hidden_layers
    partner = every_nth(STUDENT_LAYERS, layers)[0]
    if partner > layers - material.top:
        raise ValueError(
            f"got a teacher of {layers} layers whose upper {material.top} learn, wanted layer "
            f"{partner} to stay as it was; let fewer layers learn"
        )
    texts = material.train.texts

    def make() -> dict[str, Tensor]:
        return {"states": lower_states(material.encoder, texts, partner).states}

    states = material.once(f"layer-{partner}", make)["states"]
    return LowerStates(states, texts.starts, texts.lengths, partner)


def _last(material: Material, run: OnlineRun) -> LowerStates:
    """The last layer of the teacher that learned from labels alone, with the run's seed."""
    texts = material.train.texts

    def make() -> dict[str, Tensor]:
        teacher = taught(material, run, torch.arange(len(texts))).model
        assert isinstance(teacher, TopClassifier)
        return {"states": _states_above(teacher.eval(), material.train.upper)}

    states = material.once(f"last-layer-{run.epochs}-{run.seed}", make)["states"]
    return LowerStates(
        states, texts.starts, texts.lengths, material.encoder.config.num_hidden_layers
    )


def _states_above(teacher: TopClassifier, upper: LowerStates, batch_size: int = 64) -> Tensor:
    """The last layer's states of every token, in the order of the texts, float16."""
    kept = torch.empty_like(upper.states)
    with torch.no_grad():
        for rows in torch.arange(len(upper)).split(batch_size):
            states, mask = upper.take(rows)
            for row, found in zip(rows, teacher.top.hidden(states, mask)[-1], strict=True):
                start, length = int(upper.starts[row]), int(upper.lengths[row])
                kept[start : start + length] = found[:length].to(torch.float16)
    return kept
