"""Curves in a few points: blocks that cover every step once, means that a hand can check."""

from dataclasses import dataclass

import pytest

from labkit.evaluation.curves import Behind, Point, blocks, points_of


@dataclass(frozen=True)
class Step:
    loss: float
    accuracy: float = 0.5
    validation: float | None = None


@pytest.mark.parametrize(("total", "passes"), [(94, 2), (4, 2), (47, 1), (6, 3)])
def test_blocks_cover_every_step_once_and_end_with_each_pass(total, passes):
    found = blocks(total, passes)
    covered = [step for first, last in found for step in range(first, last + 1)]
    assert covered == list(range(1, total + 1))
    ends = {last for _, last in found}
    assert {total // passes * number for number in range(1, passes + 1)} <= ends
    assert len(found) <= 5 * passes


def test_a_point_is_the_mean_of_its_block_with_the_validation_of_its_last_step():
    steps = [Step(1.0, 0.2), Step(2.0, 0.4, 0.9), Step(5.0, 0.6), Step(7.0, 0.8)]
    first, second = points_of(steps, [(1, 2), (3, 4)])
    assert first == Point(1, 2, 1.5, pytest.approx(0.3), 0.9)
    assert second == Point(3, 4, 6.0, pytest.approx(0.7), None)
    assert second.middle == 3.5


def test_a_block_that_is_not_finished_gives_no_point():
    assert len(points_of([Step(1.0)] * 5, [(1, 2), (3, 4), (5, 6)])) == 2
    assert points_of([], [(1, 2)]) == ()


def test_passes_of_unequal_length_are_refused():
    with pytest.raises(ValueError, match="got 7 steps in 2 passes"):
        blocks(7, 2)


def test_runs_to_draw_over_share_their_blocks():
    run = (Point(1, 2, 1.0, 0.5), Point(3, 4, 0.5, 0.6))
    assert Behind("two", (run, run)).blocks == [(1, 2), (3, 4)]
    with pytest.raises(ValueError, match="all over the same"):
        Behind("two", (run, run[:1]))
    with pytest.raises(ValueError, match="got 0 runs"):
        Behind("none", ())
