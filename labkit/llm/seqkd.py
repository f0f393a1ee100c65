"""SeqKD: the student learns the teacher's text by heart, token by token."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from labkit.compute import model_device
from labkit.llm.config import RunConfig, SequenceStep
from labkit.llm.learner import Clock, Learning, ModelSeat, plan, run_folder
from labkit.llm.losses import sequence_nll
from labkit.llm.scoring import answer_logits, check_readable
from labkit.llm.tokens import Pairs
from labkit.training.together import Turn, together

if TYPE_CHECKING:
    from transformers import PreTrainedModel


def seqkd(
    student: "PreTrainedModel",
    pairs: Pairs,
    config: RunConfig,
    *,
    folder: Path | str | None = None,
) -> Iterator[SequenceStep]:
    """Train the student in place on the teacher's answers, yielding one step per batch.

    Source: Kim and Rush 2016 (arXiv:1606.07947), section 3.2, with sampled text in place of the
    teacher's likeliest; the warm start of GAD (arXiv:2511.10643).

    pairs:  prompts with the teacher's answers, on the CPU; a prompt may come several times
    folder: where the run writes itself down; a run found there goes on where it stopped, to the
            same weights to the last bit
    errors: ValueError for texts beyond the student's context or tokens outside its vocabulary

    Trap: the student spreads over all that the teacher may say. Where it is too small for that it
    says much that the teacher never would; a lower temperature of sampling hides this cheaply.
    """
    check_readable(student, pairs)
    where, clock = model_device(student), Clock()

    def learn(learning: Learning, turn: Turn) -> SequenceStep:
        batch = pairs.rows(turn.rows).to(where)
        mask = batch.mask
        logits = answer_logits(student, batch, config.precision)
        loss = sequence_nll(logits, batch.answers, mask)
        norm = learning.descend(loss, turn.index)
        counts = int(mask.sum())
        return SequenceStep(
            turn.index, turn.total, turn.epoch, loss.item(), counts, norm, clock.lap()
        )

    disk = run_folder(folder, {"student": student}, pairs, config, {"method": "seqkd"})
    seats = {
        "student": ModelSeat(
            student, config.student, config.steps, config.seed, learn, dropout=True
        )
    }
    turns = plan(pairs, config).turns
    return together(seats, turns, lambda _, steps: steps[0], disk, config.save_every)
