"""The diagram says who writes and who judges, in the drawing and in words."""

import re

from labkit.course.lesson_07 import diagram


def test_a_column_for_each_way_with_writer_judge_and_signal():
    picture = diagram.who_writes_who_judges()
    for way in diagram.WAYS:
        drawn = " ".join(re.findall(r">([^<>]+)</text>", "".join(diagram._column(way, 0))))
        drawn = drawn.replace("&#x27;", "'")
        assert drawn == f"{way.title} {way.writes} {way.judge} {way.signal}"
        assert f"{way.title}: the {way.writes} writes, judged by {way.judge}" in picture.alt


def test_only_own_text_is_written_by_the_student():
    own = [way.title for way in diagram.WAYS if way.writes == "student"]
    assert own == ["on-policy KL", "GAD"]


def test_no_line_is_too_long_for_its_box():
    lines = [line for way in diagram.WAYS for text in (way.judge, way.signal)
             for line in diagram._folded(text)]  # fmt: skip
    assert max(map(len, lines)) <= 16
