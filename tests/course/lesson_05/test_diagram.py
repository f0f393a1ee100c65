"""The diagram says who moves when, in the drawing and in words."""

import pytest

from labkit.course.lesson_05 import diagram


def test_three_ways_are_drawn_with_all_their_numbers():
    picture = diagram.who_learns_from_whom()
    axes = picture.figure.axes
    titles = [one.get_title() for one in axes]
    assert titles == ["offline, eq. 1 and 2", "online, eq. 3 to 5", "mutual"]
    numbers = [[t.get_text() for t in one.texts if t.get_text().isdigit()] for one in axes]
    assert [sorted(row) for row in numbers] == [list("12"), list("1234"), list("1122")]
    assert "2 the teacher moves, 3 the teacher of step m + 1" in picture.alt


@pytest.mark.parametrize("way", diagram.WAYS)
def test_a_frozen_teacher_stands_once_and_moves_never(way):
    moves = {lane for lane, _ in way.moves}
    assert diagram.STUDENT in moves
    assert (diagram.TEACHER in moves) == (way is not diagram.OFFLINE)


def test_online_shows_the_teacher_after_its_step_and_mutual_before():
    seen = {way.title: [x for who, x, *_ in way.shown if who == "teacher"] for way in diagram.WAYS}
    assert seen["online, eq. 3 to 5"] == [diagram.AFTER]
    assert seen["mutual"] == seen["offline, eq. 1 and 2"] == [diagram.BEFORE]
