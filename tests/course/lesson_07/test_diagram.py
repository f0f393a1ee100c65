"""The diagram says who writes and who judges, in the drawing and in words."""

from labkit.course.lesson_07 import diagram


def test_a_column_for_each_way_with_writer_judge_and_signal():
    picture = diagram.who_writes_who_judges()
    axes = picture.figure.axes
    assert [one.get_title() for one in axes] == [way.title for way in diagram.WAYS]
    for one, way in zip(axes, diagram.WAYS, strict=True):
        words = " ".join(text.get_text() for text in one.texts).replace("\n", " ")
        assert way.judge in words and way.signal in words and f"{way.writes} writes" in words
        assert f"{way.title}: the {way.writes} writes, judged by {way.judge}" in picture.alt


def test_only_own_text_is_written_by_the_student():
    own = [way.title for way in diagram.WAYS if way.writes == "student"]
    assert own == ["on-policy KL", "GAD"]
