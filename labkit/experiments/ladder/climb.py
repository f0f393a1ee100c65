"""The ladder: from always the same answer to the teacher, every rung on the same split."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from torch import Tensor

from labkit.compute import device, place
from labkit.data import Study
from labkit.data.encoding.encoded_study import EncodedStudy
from labkit.evaluation.baselines import majority, tfidf
from labkit.evaluation.measures import accuracy, macro_f1
from labkit.evaluation.predict import predict
from labkit.experiments.experiment import run_steps, sweep_file
from labkit.experiments.ladder.arms import Budget, Trained, trained_arms
from labkit.experiments.ladder.plan import LadderRun, floor_runs, trained_runs
from labkit.experiments.result import Result, pack
from labkit.experiments.run_file import RunFile
from labkit.experiments.sweep import key_of
from labkit.experiments.trial import versions
from labkit.methods.fine_tune import encoded, teacher, teacher_folder
from labkit.methods.recipes import EMBEDDING_SIZE

Rung = Result[LadderRun]
"""A finished run of the ladder."""


def climb(
    part: Study,
    seeds: int = 3,
    budget: Budget | None = None,
    width: int = EMBEDDING_SIZE,
    floor_only: bool = False,
) -> Iterator[Rung]:
    """Every rung of the ladder on one data set, from the floor to the teacher, as they come.

    seeds:  how many times each arm with chance in it is trained; the teacher is one fine-tuned
            model, so it is measured once
    budget: steps of every trained arm, and how many variants of each text the teacher answers.
            The checkpoint is chosen on validation; the test split is opened once per rung
    width:  numbers per token vector of the students, at most the teacher's own
    floor_only: stop before the first neural network
    Finished rungs lie in the cache under rows, teacher and settings, so that a ladder that was
    stopped goes on where it was.
    errors: ValueError for a data set without classes, or fewer than one seed
    """
    if seeds < 1:
        raise ValueError(f"seeds must be at least 1, got {seeds}")
    part.check_classes()
    texts = encoded(part)
    ground = _Ground(part, texts, budget or Budget(), width)
    steps = _steps(ground, seeds, floor_only)
    yield from run_steps(ground.run, steps, sweep_file("ladder"), 0)


def _steps(ground: "_Ground", seeds: int, floor_only: bool) -> Iterator[list[LadderRun]]:
    """The floor, then all that is trained; the teacher is loaded only when a run is missing."""
    longest, part = ground.texts.max_length, ground.part
    yield floor_runs(part, longest)
    if floor_only:
        return
    name = teacher_folder(part).name
    runs = list(trained_runs(part, longest, name, seeds, ground.budget, ground.width))
    done = RunFile(sweep_file("ladder")).outcomes()
    if any(key_of(one) not in done for one in runs):
        ground.build()
    yield runs


@dataclass
class _Ground:
    """What all rungs stand on; the teacher and its answers are made when a run needs them."""

    part: Study
    texts: EncodedStudy
    budget: Budget
    width: int
    arms: dict[str, Trained] = field(default_factory=dict)

    def build(self) -> None:
        """Load the teacher, and let it answer all texts and their copies."""
        master = place(teacher(self.part))
        self.arms = trained_arms(master, self.texts, self.budget, self.width)
        self.arms["teacher"] = lambda seed: predict(master, self.texts.test)

    def run(self, run: LadderRun) -> dict[str, Any]:
        """Train one rung and measure it; seconds leave out the teacher's fine-tuning."""
        floors: dict[str, Callable[[int], Tensor]] = {
            "majority": lambda seed: majority(self.part),
            "tfidf": lambda seed: tfidf(self.part),
        }
        logits_of = {**floors, **self.arms}[run.arm]
        begun = time.perf_counter()
        logits = logits_of(run.seed)
        seconds = time.perf_counter() - begun
        labels = self.texts.test.labels
        assert labels is not None
        return {
            "accuracy": accuracy(logits, labels),
            "macro_f1": macro_f1(logits, labels),
            "validation": None,
            "seconds": seconds,
            "tests": len(labels),
            "correct": pack((logits.argmax(-1) == labels).numpy()),
            "versions": versions(device().type if run.teacher else ""),
        }
