"""The copies in the diagram are copies of its question, made as the lesson makes them."""

from labkit.course.lesson_01 import copies_diagram


def test_three_different_copies_hide_or_drop_words_of_the_question():
    words = copies_diagram.QUESTION.split()
    assert len(set(copies_diagram.COPIES)) == 3
    for copy in copies_diagram.COPIES:
        assert copy != copies_diagram.QUESTION
        assert set(copy.split()) <= {*words, "[MASK]"}


def test_each_text_gets_a_row_and_the_student_no_label():
    picture = copies_diagram.copies()
    assert picture.svg().count(">soft answer<") == 4
    assert all(copy in picture.alt for copy in copies_diagram.COPIES)
    assert "the label it does not see" in picture.alt
