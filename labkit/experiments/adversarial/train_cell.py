"""One cell of the stage-2 grid, trained while somebody watches."""

from collections.abc import Callable, Generator, Iterator, Sequence

from labkit.evaluation.measures import accuracy
from labkit.evaluation.predict import predict
from labkit.experiments.adversarial.arms_with_adversary import guided_logits, stage_two_run
from labkit.experiments.testbed import Testbed
from labkit.experiments.testbed_models import assistant_weights, first_student, teacher_logits
from labkit.experiments.trial import Trial
from labkit.methods.adversarial.second_stage import StageTwoStep

Run = Generator[StageTwoStep, None, float]
"""Steps of a cell; it returns the test accuracy."""
SEEDS = (0,)
"""Seeds whose first stage is made when no others are asked for."""


def parts(seeds: Sequence[int] = SEEDS) -> list[str]:
    """What a cell starts from, in the order in which it is made."""
    of_seeds = [name for seed in seeds for name in (_assistant(seed), _student(seed))]
    return ["teacher", *of_seeds, "guided teacher"]


def prepared(testbed: Testbed, seeds: Sequence[int] = SEEDS) -> Iterator[str]:
    """Make what the cells of these seeds start from; yields the name of each part once it is there.

    Each part is trained once and then read from the cache: the teacher's logits, an assistant and
    a stage-1 student a seed, and the one guided teacher of all cells. The guided teacher needs
    the student of seed 0, so that one is made too.
    """
    makers: list[Callable[[], object]] = [lambda: teacher_logits(testbed)]
    for seed in seeds:
        makers.append(lambda seed=seed: assistant_weights(testbed, seed))  # type: ignore[misc]
        makers.append(lambda seed=seed: first_student(testbed, seed))  # type: ignore[misc]
    makers.append(lambda: guided_logits(testbed))
    for name, make in zip(parts(seeds), makers, strict=True):
        make()
        yield name


def ready(testbed: Testbed, seed: int) -> bool:
    """Whether everything that the cells of this seed start from is in the cache."""
    names = ("teacher_logits", f"first_student_{seed}", "guided_teacher")
    return all((testbed.folder / f"{name}.safetensors").exists() for name in names)


def trial_of(testbed: Testbed, alpha: float, beta: float, seed: int) -> Trial:
    """The trial of the shipped grids that a live run is.

    alpha: weight of the teacher; beta: weight of the adversary; errors: ValueError above 1 in sum
    """
    return Trial(
        testbed.part.name,
        "stage_two",
        seed,
        alpha,
        beta,
        "",
        testbed.scale.name,
        testbed.folder.name,
    )


def steps(testbed: Testbed, alpha: float, beta: float, seed: int = 0) -> Run:
    """The run of one cell, one step per batch; returns the test accuracy, in [0, 1], at its end.

    It is the arm `stage_two` of the tables itself: with the same rows, seed and weights, on the
    same machine with the same number of threads, it is the same run to the last bit.
    errors: ValueError when alpha + beta is above 1 or `prepared` has not made this seed
    """
    trial = trial_of(testbed, alpha, beta, seed)
    if not ready(testbed, seed):
        raise ValueError(
            f"nothing is prepared for seed {seed}, so the first stage would have to be trained "
            f"first; run list(train_cell.prepared(testbed, seeds=({seed},))) once"
        )
    student, run = stage_two_run(testbed, trial)
    yield from run
    labels = testbed.texts.test.labels
    assert labels is not None
    return accuracy(predict(student, testbed.texts.test), labels)


def _assistant(seed: int) -> str:
    return f"assistant, seed {seed}"


def _student(seed: int) -> str:
    return f"student of stage 1, seed {seed}"
