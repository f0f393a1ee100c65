import math
from dataclasses import replace

import pytest

from labkit.experiments.online.plan import (
    ARMS,
    BETAS,
    LAMBDAS,
    SIZES,
    WIDTHS,
    OnlineRun,
    runs,
    seeds_needed,
    sizes_of,
    sweep_runs,
    tables,
)


def test_half_a_point_needs_about_fifty_seeds():
    assert seeds_needed(0.5) == 54  # (2.8016 * 1.3 / 0.5)^2 = 53.06
    assert seeds_needed(1.0) == 14
    with pytest.raises(ValueError, match="above 0"):
        seeds_needed(0)


def test_the_cheap_student_has_fifty_seeds_and_the_other_ten():
    assert all(size.seeds >= {"bag": 50, "two_layers": 10}[size.student] for size in SIZES)


def test_every_arm_is_asked_for_by_some_table():
    asked = {run.arm for own in tables().values() for run in own}
    assert asked == set(ARMS)


def test_no_arm_is_named_twice():
    assert len(set(ARMS)) == len(ARMS)


def test_runs_come_seed_by_seed():
    some = list(runs(SIZES[0], ("kd", "online"), 2))
    assert [(run.seed, run.arm) for run in some] == [
        (0, "kd"),
        (0, "online"),
        (1, "kd"),
        (1, "online"),
    ]


def test_a_sweep_moves_one_thing_at_a_time():
    usual, found = OnlineRun("trec", "kd", 0), list(sweep_runs(SIZES[0], 1))
    assert len(found) == len(WIDTHS) + len(LAMBDAS) + len(BETAS)
    for run in found:
        moved = [n for n in ("latent", "weight", "beta") if getattr(run, n) != getattr(usual, n)]
        assert len(moved) <= 1
    assert {run.latent for run in found} == set(WIDTHS)


def test_sets_without_a_level_are_asked_for_their_teacher_alone():
    for name, own in tables().items():
        sets = {run.dataset for run in own}
        assert ({"cola", "rte"} <= sets) == (name == "kdfd_levels"), name


def test_a_scale_can_be_cut_to_some_sets():
    assert {size.dataset for size in sizes_of("classroom", ["stsb"])} == {"stsb"}
    assert [size.test_rows for size in sizes_of("smoke")] == [60]
    with pytest.raises(ValueError, match="there are classroom, smoke"):
        sizes_of("paper")


@pytest.mark.parametrize(
    "wrong",
    [
        {"arm": "kdfd"},
        {"student": "bilstm"},
        {"seed": -1},
        {"epochs": 0},
        {"latent": 0},
        {"weight": -0.1},
        {"weight": math.inf},
        {"beta": -1.0},
        {"beta": math.nan},
    ],
)
def test_runs_that_make_no_sense_are_refused(wrong):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        replace(OnlineRun("trec", "kd", 0), **wrong)
