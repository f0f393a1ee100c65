"""At tiny size: every contender computes the same loss on the same batch, in as many steps."""

import math

import pytest

from tests.benchmarks.contenders import CONTENDERS, Contender
from tests.benchmarks.contenders_labkit import barest_steps, labkit_steps, teacher_pass
from tests.benchmarks.work import Work, without_dropout
from tests.helpers import tiny


def small(rows: int) -> Work:
    texts, labels = tiny.texts(rows)
    teacher = without_dropout(tiny.bert()).eval()
    return Work(
        texts, labels, tiny.tokenizer(), teacher, lambda: tiny.bilstm(dropout=0.0), 2, 32, 64
    )


def first_loss(contender: Contender, work: Work) -> float:
    if contender.missing:
        pytest.skip(f"{contender.needs} is not installed: pip install -e '.[peers]'")
    return contender.run(work).first_loss


@pytest.mark.parametrize("contender", CONTENDERS, ids=lambda contender: contender.title)
def test_the_first_batch_has_the_same_loss_everywhere(contender):
    work = small(32)  # one batch, so that every order of the texts gives the same one
    wanted = first_loss(CONTENDERS[0], work)
    close = 1e-2 if contender.title == "labkit" else 1e-5
    assert math.isclose(first_loss(contender, work), wanted, rel_tol=close)


@pytest.mark.parametrize("contender", CONTENDERS, ids=lambda contender: contender.title)
def test_everyone_takes_as_many_steps(contender):
    work = small(40)
    first_loss(contender, work)
    assert contender.run(work).steps == work.steps == 4


def test_a_stopped_contender_is_scaled_to_the_whole_run():
    meter = CONTENDERS[0].run(small(40), limit=2)
    assert meter.steps == 2
    wall, processor = meter.whole_run(4)
    assert wall == pytest.approx(2 * (meter.marks[-1][0] - meter.marks[0][0]))
    assert processor > 0


def test_the_barest_loop_computes_what_labkit_computes():
    work = small(40)
    logits = teacher_pass(work, "float32")
    ours = list(labkit_steps(work, logits))
    bare = [float(loss) for loss in barest_steps(work, logits)]
    assert len(ours) == len(bare) == work.steps
    assert math.isclose(ours[0], bare[0], rel_tol=1e-5)
