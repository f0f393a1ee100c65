"""The diagram of a round numbers its steps in the order that the check asks for."""

from labkit.course.lesson_06 import diagram


def test_each_step_of_the_round_has_its_number_in_the_drawing_and_in_words():
    picture = diagram.one_round()
    (axes,) = picture.figure.axes
    numbers = sorted(text.get_text() for text in axes.texts if text.get_text().isdigit())
    assert numbers == ["1", "2", "2", "3", "4", "5"]
    assert picture.alt.index("1 the student writes") < picture.alt.index("3 the discriminator")
    assert [step[0] for step in diagram.STEPS] == list("12345")


def test_only_the_student_learns_along_an_arrow_and_nobody_learns_from_the_box():
    learning = [arrow for arrow in diagram.ARROWS if arrow.learns]
    assert [(one.end, one.number) for one in learning] == [(diagram.WRITER, "5")]
    assert not any(arrow.number for arrow in diagram.ARROWS if arrow.start == diagram.BLACK_BOX)
