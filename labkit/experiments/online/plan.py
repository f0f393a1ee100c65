"""Which runs the tables and figures of KDFD ask for, and how many seeds can decide what."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

STUDENTS = ("bag", "two_layers")
ONLINE_VERSION = 1
"""Part of each run: raise it when the same settings give other results."""
ARM_VERSIONS = {"lgtm": 2, "prokt": 2, "dml": 2}
"""The same for the runs of one arm, where only its own results have changed."""

WIDTHS = (384, 256, 128, 64, 16, 4)
LAMBDAS = (0.001, 0.002, 0.005, 0.01, 0.1, 1.0)
BETAS = (0.25, 1.0, 4.0, 16.0)

FLOOR_ARMS = ("labels", "kd", "kd_equal_time", "kd_out_of_fold")
PATH_ARMS = ("online", "online_deaf", "online_mutual")
BOTTLENECKS = ("linear", "ae", "vae", "l2", "pca", "dropout", "random")
PLACES = ("teacher", "student", "both")
BOTTLENECK_ARMS = tuple(f"online_{kind}_{place}" for kind in BOTTLENECKS for place in PLACES)
OFFLINE_BOTTLENECK_ARMS = tuple(f"kd_{kind}_student" for kind in BOTTLENECKS)
TIE_ARMS = ("online_linear_both_tied", "online_vae_both_tied")
RIVAL_ARMS = ("online_linear_teacher_unclipped", "online_vae_teacher_unclipped")
VIB_ARMS = ("online_vib_teacher", "online_vib_student", "kd_vib_student")
"""Where noise does reach the class head, which the paper's VAE keeps from it."""
LAYER_ARMS = ("pkd", "hidden_mapping")
"""Peers that copy layers, so only the student of two layers can be theirs."""
PEER_ARMS = ("prokt", "dml", "lgtm", "metadistil_hundredth")
ARMS = (
    *FLOOR_ARMS,
    *PATH_ARMS,
    *BOTTLENECK_ARMS,
    *OFFLINE_BOTTLENECK_ARMS,
    *TIE_ARMS,
    *RIVAL_ARMS,
    *PEER_ARMS,
    *VIB_ARMS,
    *LAYER_ARMS,
)


@dataclass(frozen=True)
class OnlineRun:
    """One arm with one seed; equal ones are run once, whichever table asks."""

    dataset: str
    arm: str
    """One of `ARMS`."""
    seed: int
    """Decides first weights, order of the texts, dropout and noise of both models."""
    student: str = "bag"
    """"bag" (half a second offline) or "two_layers"."""
    train_rows: int = 800
    """Training texts, at most."""
    test_rows: int = 2000
    """Test texts, at most."""
    epochs: int = 8
    """Passes over the training texts."""
    top: int = 1
    """Layers of the teacher that learn."""
    latent: int = 64
    """Width of the bottleneck."""
    weight: float = 0.005
    """The paper's lambda."""
    beta: float = 1.0
    rows: str = ""
    """Fingerprint of the rows, so that the same name with other rows is another run."""
    version: int = ONLINE_VERSION

    def __post_init__(self) -> None:
        if self.arm not in ARMS:
            raise ValueError(f"got the arm {self.arm!r}, wanted one of {', '.join(ARMS)}")
        if self.student not in STUDENTS:
            raise ValueError(f"got the student {self.student!r}, wanted one of {STUDENTS}")
        if self.arm in LAYER_ARMS and self.student == "bag":
            raise ValueError(f"got {self.arm!r} for a bag of words, which has no layers to copy")
        if self.seed < 0:
            raise ValueError(f"seed must be at least 0, got {self.seed}")
        for name in ("weight", "beta"):
            if not (math.isfinite(getattr(self, name)) and getattr(self, name) >= 0):
                raise ValueError(
                    f"{name} must be a number of at least 0, got {getattr(self, name)}"
                )
        for name in ("train_rows", "test_rows", "epochs", "top", "latent"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} must be at least 1, got {getattr(self, name)}")


@dataclass(frozen=True)
class SetSize:
    """How much of a data set the runs of one student see; enough to learn, few to be quick."""

    dataset: str
    student: str
    train_rows: int
    epochs: int
    top: int = 1
    seeds: int = 50
    test_rows: int = 2000


SIZES = (
    SetSize("trec", "bag", 800, 8),
    SetSize("glue_sst2", "bag", 500, 8),
    SetSize("trec", "two_layers", 1000, 3, top=2, seeds=10),
    SetSize("glue_sst2", "two_layers", 1000, 3, top=2, seeds=10),
    SetSize("stsb", "two_layers", 1000, 4, top=2, seeds=10),
)
"""TREC and SST-2 carry the verdicts; STS-B is the regression."""

ALL_ROWS = (
    SetSize("cola", "bag", 8551, 2, top=2, seeds=3),
    SetSize("rte", "bag", 2490, 3, top=1, seeds=3),
)
"""Where the paper's largest gain and its figures lie: asked first whether the teacher can be told
from one answer for all, since no difference of students can be decided where it cannot."""

SMOKE = (SetSize("trec", "bag", 60, 1, seeds=3, test_rows=60),)
"""Whether everything runs at all."""

SCALES: Mapping[str, Sequence[SetSize]] = {"classroom": (*SIZES, *ALL_ROWS), "smoke": SMOKE}
"""classroom: what the shipped files are made of; smoke: within a minute."""

PEERS_WITH_LAYERS = ("trec", "glue_sst2")
"""Where students of two layers that copy layers are beside those that do not."""

LESSON = SetSize("trec", "bag", 800, 8, seeds=1)
"""The one run that the lesson takes live."""


def sizes_of(scale: str, datasets: Sequence[str] = ()) -> list[SetSize]:
    """The sets of a scale, or those of them that are named.

    errors: ValueError for a scale that there is not, or data sets that it does not use
    """
    if scale not in SCALES:
        raise ValueError(f"no scale {scale!r} of KDFD; there are {', '.join(SCALES)}")
    known = list(dict.fromkeys(size.dataset for size in SCALES[scale]))
    unknown = [name for name in datasets if name not in known]
    if unknown:
        raise ValueError(f"KDFD at the scale {scale} does not use {unknown[0]!r}, but {known}")
    return [size for size in SCALES[scale] if not datasets or size.dataset in datasets]


def runs(size: SetSize, arms: Sequence[str], seeds: int | None = None) -> Iterator[OnlineRun]:
    """The runs of some arms, seed by seed, so that a stop leaves whole pairs."""
    for seed in range(size.seeds if seeds is None else seeds):
        for arm in arms:
            yield OnlineRun(
                size.dataset,
                arm,
                seed,
                size.student,
                size.train_rows,
                size.test_rows,
                epochs=size.epochs,
                top=size.top,
                version=ARM_VERSIONS.get(arm, ONLINE_VERSION),
            )


def sweep_runs(size: SetSize, seeds: int) -> Iterator[OnlineRun]:
    """Fig. 5 and beyond: widths, lambdas and betas of the VAE on the teacher, one at a time."""
    for run in runs(size, ["online_vae_teacher"], seeds):
        told = vars(run)
        yield from (OnlineRun(**{**told, "latent": width}) for width in WIDTHS)
        yield from (OnlineRun(**{**told, "weight": weight}) for weight in LAMBDAS)
        yield from (OnlineRun(**{**told, "beta": beta}) for beta in BETAS)


def tables(sizes: Sequence[SetSize] = (*SIZES, *ALL_ROWS)) -> Mapping[str, Sequence[OnlineRun]]:
    """Name of a file of results -> its runs, in the order of its lines."""
    every, sizes = sizes, [size for size in sizes if size not in ALL_ROWS]
    decided = [size for size in sizes if size.student == "bag"]
    return {
        "kdfd_levels": [run for size in every for run in runs(size, ("kd",), min(size.seeds, 5))],
        "kdfd_table1": [run for size in sizes for run in _beside_peers(size)],
        "kdfd_table2": [run for size in decided for run in runs(size, _TABLE_2)],
        "kdfd_table3": [
            run for size in sizes for run in runs(size, _TABLE_3 if size in decided else _SHORT)
        ],
        "kdfd_figure5": [run for size in decided for run in sweep_runs(size, min(10, size.seeds))],
        "kdfd_bottlenecks": [run for size in decided for run in runs(size, _ON_TEACHER)],
        "kdfd_places": [run for size in decided for run in runs(size, _ON_STUDENT)],
        "kdfd_offline": [run for size in decided for run in runs(size, _OFFLINE)],
    }  # fmt: skip


def _beside_peers(size: SetSize) -> Iterator[OnlineRun]:
    ours = ("kd", "online", "online_vae_teacher", "online_linear_teacher")
    if size.student == "bag":
        yield from runs(size, (*ours, *PEER_ARMS))
    elif size.dataset in PEERS_WITH_LAYERS:
        yield from runs(size, (*ours, *LAYER_ARMS))


_ON_TEACHER = (
    *(arm for arm in BOTTLENECK_ARMS if arm.endswith("teacher")),
    *RIVAL_ARMS,
    "online_vib_teacher",
)
_ON_STUDENT = (
    *(arm for arm in BOTTLENECK_ARMS if not arm.endswith("teacher")),
    *TIE_ARMS,
    "online_vib_student",
)
_OFFLINE = ("kd", *OFFLINE_BOTTLENECK_ARMS, "kd_vib_student")
_TABLE_2 = ("online", *(f"online_{kind}_teacher" for kind in ("linear", "ae", "vae", "l2")))
_TABLE_3 = (*FLOOR_ARMS, *PATH_ARMS, "online_linear_teacher", "online_vae_teacher")
_SHORT = ("labels", "kd", "online", "online_deaf", "online_linear_teacher", "online_vae_teacher")
"""What the student of two layers is asked: its runs are twenty times as long."""


def seeds_needed(points: float, spread: float = 1.3) -> int:
    """Pairs of runs that show a difference of `points` four times in five, at the 5 % level.

    Source: the paired t test's usual plan, n = ((1.96 + 0.84) * spread / points)^2, rounded up.

    points: difference to be seen, above 0; spread: standard deviation of paired differences, in
    the same unit: 1.3 points in a first try, so half a point needs 54 seeds and a point 14
    """
    if not points > 0 or not spread > 0:
        raise ValueError(f"got {points} and {spread}, wanted both above 0")
    return math.ceil(((1.96 + 0.8416) * spread / points) ** 2)
