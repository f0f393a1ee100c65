"""So many students, one after another, on one mapped file of teacher logits."""

import itertools
import sys
import time
from pathlib import Path

import torch

from labkit.data.formats import mapped
from labkit.methods.distill import DistillConfig, distill
from labkit.models.bilstm import build_bilstm
from labkit.training.teacher_logits import TeacherLogits
from tests.benchmarks.growth.stages import memory

COLUMNS = (
    "students",
    "texts_the_teacher_read",
    "seconds",
    "processor_seconds",
    "processor_seconds_per_student",
    "anonymous_mib_before",
    "anonymous_mib",
    "highest_mib",
)
ROWS, WORDS, CLASSES, STEPS = 15_000, 6, 1000, 20
"""So many classes that the logits of all texts are kept in a file."""


def trained(students: int, file: Path) -> None:
    """Print the line of so many students; the teacher is asked before the first."""
    torch.set_num_threads(1)
    from labkit.data import study
    from labkit.data.encoding.encoded_study import encode_study
    from labkit.models.encoders import load_tokenizer

    tokenizer = load_tokenizer("minilm")
    train = encode_study(study(file), tokenizer, 64).train
    sizes = {"embedding_size": 8, "hidden_size": 8}
    source = TeacherLogits(
        build_bilstm(len(tokenizer), CLASSES, seed=0, **sizes), train, file.parent
    )
    assert source.all().nbytes >= mapped.LARGE
    before = memory()
    begun, busy = time.perf_counter(), time.process_time()
    for seed in range(1, students + 1):
        student = build_bilstm(len(tokenizer), CLASSES, seed=seed, **sizes)
        for _ in itertools.islice(distill(student, source, train, DistillConfig(epochs=1)), STEPS):
            pass
    seconds, busy, now = time.perf_counter() - begun, time.process_time() - busy, memory()
    times = (f"{seconds:.2f}", f"{busy:.2f}", f"{busy / students:.3f}")
    places = (before["RssAnon"], now["RssAnon"], now["VmHWM"])
    print(students, source.passes, *times, *places, sep=",")


if __name__ == "__main__":
    trained(int(sys.argv[2]), Path(sys.argv[1]))
