"""The diagram says who moves when, in the drawing and in words."""

import re

import pytest

from labkit.course.lesson_05 import diagram


def numbers(parts):
    """The numbers in rings, in the order in which they are drawn."""
    return [text for part in parts for text in re.findall(r">(\d)</text>", part)]


def test_three_ways_are_drawn_with_all_their_numbers_and_said_in_words():
    picture = diagram.who_learns_from_whom()
    drawn = "".join(picture.parts)
    assert all(way.title in drawn for way in diagram.WAYS)
    per_way = [sorted(numbers(diagram._drawn(way, 0))) for way in diagram.WAYS]
    assert per_way == [list("12"), list("1234"), list("1122")]
    assert "2 the teacher moves, 3 the teacher of step m + 1" in picture.alt


def test_shown_logits_are_dashed_and_steps_are_not():
    for way in diagram.WAYS:
        lines = [part for part in diagram._drawn(way, 0) if "<polygon" in part]
        dashed = [part for part in lines if 'stroke-dasharray=""' not in part]
        assert len(dashed) == len(way.shown)
        assert len(lines) - len(dashed) == len(way.moves)


def test_nothing_of_a_way_leaves_its_third():
    for way in diagram.WAYS:
        for part in diagram._drawn(way, 0):
            edges = [float(x) for x in re.findall(r'<rect x="([-\d.]+)"', part)]
            assert all(0 <= x <= diagram.WIDE - diagram.BOX[0] for x in edges)


@pytest.mark.parametrize("way", diagram.WAYS)
def test_a_frozen_teacher_stands_once_and_moves_never(way):
    moves = {lane for lane, _ in way.moves}
    assert diagram.STUDENT in moves
    assert (diagram.TEACHER in moves) == (way is not diagram.OFFLINE)


def test_online_shows_the_teacher_after_its_step_and_mutual_before():
    seen = {way.title: [x for who, x, *_ in way.shown if who == "teacher"] for way in diagram.WAYS}
    assert seen["online, eq. 3 to 5"] == [diagram.AFTER]
    assert seen["mutual"] == seen["offline, eq. 1 and 2"] == [diagram.BEFORE]
