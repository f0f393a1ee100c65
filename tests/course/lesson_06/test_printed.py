"""The paper's numbers are whole, and the replication stands by itself."""

from labkit.course.lesson_06 import printed


def test_every_student_has_every_method_on_every_test():
    found = printed.scores()
    cells = {(one.student, one.method, one.test) for one in found}
    students = {one.student for one in found if one.method in printed.METHODS}
    tests = {one.test for one in found}
    assert len(cells) == len(found) == len(students) * 3 * len(tests) + len(tests)
    assert all(40 < one.value < 55 for one in found)


def test_gains_are_differences_of_the_same_cell():
    gains = printed.gains()
    assert round(gains["Qwen2.5-14B", "LMSYS"], 6) == 1.5
    assert len(gains) == 20
    assert round(printed.gains("SeqKD", "before")["Llama-3.2-3B", "Dolly"], 6) == 1.2


def test_the_replication_ended_below_its_start():
    found = printed.replication()
    assert found["GAD"] < found["SeqKD"] < found["before"] < found["teacher"]


def test_the_picture_names_each_gain_and_draws_the_teacher_in_each_column():
    picture = printed.picture()
    assert "Llama-3.1-8B on Vicuna +1.5" in picture.alt
    for axes in picture.figure.axes:
        assert [line.get_label() for line in axes.lines].count("teacher") == 1
