"""Where labkit's own time goes: the loop's overhead, the share of the processor's peak."""

import statistics
import time
from collections.abc import Iterator

import torch

from labkit.data.batches import padding_share, shuffled_rows
from labkit.training.teacher_logits import TeacherLogits
from tests.benchmarks.contenders_labkit import barest_steps, labkit_steps, teacher_pass
from tests.benchmarks.measure import TITLES, Line
from tests.benchmarks.work import Work

MULTIPLY_ADD = 2
FORWARD_AND_BACKWARD = 3


def gemm_peak(dtype: torch.dtype, repeats: int = 15) -> float:
    """GFLOP/s of the best of some matrix products that stay in the cache."""
    left, right = torch.randn(1024, 1024).to(dtype), torch.randn(1024, 1024).to(dtype)
    took = []
    for _ in range(repeats):
        begun = time.process_time()
        left @ right
        took.append(time.process_time() - begun)
    return MULTIPLY_ADD * 1024**3 / min(took) / 1e9


def overhead(student: str, work: Work, precision: str, epochs: int) -> Iterator[Line]:
    """labkit against the barest loop, and the student's phase against the peak.

    The two take turns at each step, on the same batches, so that a busy moment meets both; the
    median over the steps is taken of their ratio.
    """
    logits = teacher_pass(work, precision)
    peaks = [gemm_peak(torch.float32)]
    ours, bare = _in_turns(work.cut(len(work.texts), epochs), logits)
    peaks.append(gemm_peak(torch.float32))
    name, title = TITLES[student], f"labkit {precision}"
    ratios = [own / least for own, least in zip(ours, bare, strict=True)]
    over = 100 * (statistics.median(ratios) - 1)
    yield Line("over the barest loop", name, title, over, "%", "<= 3", [], f"{len(ours)} steps")
    if precision == "float32" and student == "bert2":
        middle = statistics.fmean(peaks)
        share = 100 * flops(work) * epochs / sum(ours) / middle / 1e9
        yield Line("GEMM peak", "", "float32", middle, "GFLOP/s", "", peaks)
        yield Line("student phase, share of peak", name, title, share, "%", ">= 70")


def _in_turns(work: Work, logits: TeacherLogits) -> tuple[list[float], list[float]]:
    """Processor seconds of each step of labkit and of the barest loop, the first step left out."""
    runs = [labkit_steps(work, logits), barest_steps(work, logits)]
    took: tuple[list[float], list[float]] = ([], [])
    for step in range(work.steps):
        for which in (0, 1) if step % 2 else (1, 0):
            begun = time.process_time()
            next(runs[which])
            took[which].append(time.process_time() - begun)
    return took[0][1:], took[1][1:]


def flops(work: Work) -> float:
    """Multiplications and additions of one epoch of a transformer student, padding not counted."""
    student, tokens = work.fresh_student(), float(work.encoded().lengths.sum())
    in_layers = sum(
        weight.numel()
        for name, weight in student.named_parameters()
        if weight.ndim == 2 and ".layer." in name
    )
    return FORWARD_AND_BACKWARD * MULTIPLY_ADD * in_layers * tokens


def padding(work: Work) -> Line:
    """labkit's padding over a whole epoch."""
    encoded = work.encoded()
    share = padding_share(encoded, shuffled_rows(encoded, work.batch_size, 0, 0))
    return Line("padding of an epoch", "", "labkit", 100 * share, "%", "<= 5")
