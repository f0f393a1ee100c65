"""A master's marks: what each cell is for, and what each reader sees of it."""

import pytest

from labkit.course.build import marks
from labkit.course.build.marks import Cell, MarkError
from tests.helpers.lesson_samples import GOOD, course

BLOCK = "def f():\n    # solution\n    return 1\n    # stub\n    raise E\n    # end\n"


def read(folder, text):
    return marks.read(course(folder, _07_add=text) / "masters" / "07_add.py")


def test_a_lesson_has_a_name_a_title_and_its_exercises(tmp_path):
    lesson = read(tmp_path, GOOD)
    assert (lesson.name, lesson.title) == ("07_add", "Two numbers")
    assert [(cell.name, cell.minutes) for cell in lesson.exercises] == [("07-add", 5)]


def test_every_cell_knows_its_role(tmp_path):
    roles = [cell.role for cell in read(tmp_path, GOOD).cells]
    assert roles == ["", "", "", "", "exercise", "check", "hint", "go on", ""]


def test_statements_for_tests_are_taken_out_of_the_cell(tmp_path):
    assert read(tmp_path, GOOD).cells[-1] == Cell(
        "code", "print(add(1, 2))", after=("count = add(1, 1)",)
    )


def test_a_folded_cell_says_what_it_does_and_keeps_its_code(tmp_path):
    cells = read(tmp_path, GOOD + "\n# %%\n# fold: it draws the picture\nprint(1)\n").cells
    assert cells[-1] == Cell("code", "print(1)", fold="it draws the picture")
    assert not any(cell.fold for cell in cells[:-1])


def test_each_reader_sees_a_version_of_a_block():
    seen = marks.versions(BLOCK)
    assert seen["student"] == "def f():\n    raise E"
    assert seen["solution"] == "def f():\n    return 1"
    assert seen["grader"] == (
        "def f():\n    ### BEGIN SOLUTION\n    return 1\n    ### END SOLUTION"
    )


def test_hidden_lines_are_the_graders_alone():
    seen = marks.versions("check(f)\n# hidden\nassert f() == 1\n# end")
    assert seen["student"] == seen["solution"] == "check(f)"
    assert "### BEGIN HIDDEN TESTS\nassert f() == 1\n### END HIDDEN TESTS" in seen["grader"]


def test_a_cell_without_blocks_is_the_same_for_everyone():
    assert set(marks.versions("a = 1  # solution\nb = '# stub'").values()) == {
        "a = 1  # solution\nb = '# stub'"
    }


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("# solution\n1\n# stub\n2", "`# stub` block has no `# end`"),
        ("# stub\n1\n# end", "`# stub` where `# solution` or `# hidden`"),
        ("# solution\n1\n# end", "`# end` where `# stub`"),
        ("# hidden\n1\n# stub", "`# stub` where `# end`"),
        ("# end", "`# end` where `# solution` or `# hidden`"),
    ],
)
def test_blocks_in_the_wrong_order_are_refused_with_what_was_wanted(source, says):
    with pytest.raises(MarkError, match=says):
        marks.versions(source)


@pytest.mark.parametrize("mark", ["# exercise: add", "# check: 07_add", "# go on: Add"])
def test_a_mark_that_cannot_be_read_says_how_to_write_it(tmp_path, mark):
    with pytest.raises(MarkError, match=r"07_add.py: cannot read .*write `# exercise: 01-name"):
        read(tmp_path, f"# %%\n{mark}\n1\n")


def test_a_cell_that_is_neither_code_nor_text_is_refused(tmp_path):
    with pytest.raises(MarkError, match="a raw cell; write code"):
        read(tmp_path, "# %% [raw]\n# a\n")
