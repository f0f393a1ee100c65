"""Masters become two notebooks, the same bytes every time; bad masters are refused."""

import json

import pytest
from tests.helpers.lesson_samples import GOOD, course

from labkit import paths
from labkit.course.build import lint as lesson_lint
from labkit.course.build import marks as lesson_marks
from labkit.course.build import notebooks as lessons


def cells(path):
    return json.loads(path.read_text(encoding="utf-8"))["cells"]


def source(cell):
    return "".join(cell["source"])


def test_the_student_gets_the_stub_and_the_solution_build_the_solution(tmp_path):
    place = course(tmp_path)
    lessons.build(place)
    student = cells(place / "07_add.ipynb")
    solved = cells(place / "solutions" / "07_add.ipynb")
    assert "raise NotImplementedError" in source(student[4])
    assert "a + b" not in source(student[4])
    assert "return a + b" in source(solved[4])
    assert "NotImplementedError" not in source(solved[4])
    for cell in (*student, *solved):
        for mark in ("# solution", "# stub", "# end", "# hidden", "# check:", "# after"):
            assert mark not in source(cell)


def test_hidden_tests_are_in_neither_notebook(tmp_path):
    place = course(tmp_path)
    for path in lessons.build(place):
        assert "add(-1, 1)" not in path.read_text(encoding="utf-8")


def test_only_the_student_build_lets_stub_and_check_fail(tmp_path):
    place = course(tmp_path)
    lessons.build(place)
    tags = [cell["metadata"].get("tags") for cell in cells(place / "07_add.ipynb")]
    assert tags[4:6] == [["exercise", "raises-exception"], ["check", "raises-exception"]]
    assert "raises-exception" not in (place / "solutions/07_add.ipynb").read_text(encoding="utf-8")


def test_cells_have_stable_ids_no_output_and_hidden_statements_only_in_metadata(tmp_path):
    place = course(tmp_path)
    lessons.build(place)
    built = cells(place / "07_add.ipynb")
    assert [cell["id"] for cell in built] == [f"07-{index:03d}" for index in range(9)]
    assert built[8]["metadata"] == {"nbmake": {"post_cell_execute": ["count = add(1, 1)"]}}
    assert source(built[8]) == "print(add(1, 2))"
    for cell in built:
        assert cell["cell_type"] == "markdown" or (cell["outputs"], cell["execution_count"]) == (
            [],
            None,
        )


def test_the_built_notebooks_are_valid_and_the_same_bytes_on_every_build(tmp_path):
    import nbformat

    place = course(tmp_path)
    first = {path: path.read_bytes() for path in lessons.build(place)}
    assert len(first) == 2
    for path in first:
        nbformat.validate(nbformat.read(path, as_version=4))
        path.unlink()
    lessons.build(place)
    assert {path: path.read_bytes() for path in first} == first


def test_check_names_edited_missing_and_left_over_notebooks(tmp_path):
    place = course(tmp_path)
    lessons.build(place)
    assert lessons.check(place) == []
    edited, missing, left = (
        place / "07_add.ipynb",
        place / "solutions/07_add.ipynb",
        place / "09_x.ipynb",
    )
    edited.write_text(edited.read_text(encoding="utf-8").replace("sum", "total"), encoding="utf-8")
    missing.unlink()
    left.write_text("{}", encoding="utf-8")
    assert lessons.check(place) == sorted([edited, missing, left])
    assert lessons.build(place) == sorted([edited, missing, left])
    assert lessons.check(place) == []
    assert not left.exists()


def test_the_solved_notebook_runs_and_the_student_notebook_runs_past_its_stub(tmp_path):
    import nbformat
    from nbclient import NotebookClient

    place = course(tmp_path, _07_add=GOOD.replace("import labkit\n\nlabkit.hello()", "1 + 1"))
    for path in lessons.build(place):
        notebook = nbformat.read(path, as_version=4)
        NotebookClient(notebook, timeout=60, kernel_name="python3").execute()
        failed = [out for cell in notebook.cells for out in cell.get("outputs", [])
                  if out.output_type == "error"]  # fmt: skip
        assert len(failed) == (0 if path.parent.name == "solutions" else 1)
        assert notebook.cells[8].outputs[0].text == "3\n"


def test_a_good_master_has_no_findings(tmp_path):
    assert findings(tmp_path, GOOD) == []


def findings(folder, text):
    place = course(folder, _07_add=text)
    return lesson_lint.findings(lesson_marks.read(place / "masters" / "07_add.py"))


BAD = {
    "shell": (GOOD + "\n# %%\n# !ls\n", "shell line"),
    "pip": (GOOD + "\n# %%\n# %pip install x\n", "installation"),
    "path": (GOOD + "\n# %%\nimport sys\n\nsys.path.append('..')\n", "sys.path"),
    "chdir": (GOOD + "\n# %%\nimport os\n\nos.chdir('..')\n", "os.chdir"),
    "warnings": (GOOD + "\n# %%\nwarnings.filterwarnings('ignore')\n", "hidden warning"),
    "long cell": (GOOD + "\n# %%\n" + "x = 1\n" * 16, "16 lines of code"),
    "long line": (GOOD + "\n# %%\nx = '" + "a" * 90 + "'\n", "a line of 96 characters"),
    "long text": (GOOD + "\n# %% [markdown]\n# " + "word " * 20, "a line of"),
    "empty cell": (GOOD + "\n# %%\n", "empty code cell"),
    "no alt": (GOOD + "\n# %% [markdown]\n# ![](a.png)\n", "without alt text"),
    "no alt in html": (GOOD + '\n# %% [markdown]\n# <img src="a.png">\n', "without alt text"),
    "no objectives": (GOOD.replace("you will be able to add", "you stop"), "will be able to"),
    "no total minutes": (GOOD.replace(" It takes 10 minutes.", ""), "how long the lesson takes"),
    "no environment check": (GOOD.replace("labkit.hello()", "1"), "environment check"),
    "work among imports": (GOOD.replace('SCALE = "classroom"', "print(1)"), "imports and constants"),
    "no minutes": (GOOD.replace("(5 min)", "(0 min)"), "give it minutes"),
    "other minutes": (GOOD.replace("(5 minutes)", "(9 minutes)"), "must say `5 minutes`"),
    "no solution": (GOOD.replace("    # solution\n", "").replace("    # stub\n", "").replace(
        "    # end\n", "", 1), "write the solution between"),
    "no check": (GOOD.replace("# check: 07-add\n", ""), "after the exercise come its check"),
    "no hint": (GOOD.replace("<details>", ""), "after the exercise come its check"),
    "no way on": (GOOD.replace("# go on: 07-add\n", ""), "after the exercise come its check"),
    "lost check": (GOOD + "\n# %%\n# check: 07-sub\nprint(1)\n", "no exercise has this name"),
    "wrong number": (GOOD.replace("07-add", "08-add"), "begin with the lesson's number"),
    "broken python": (GOOD.replace("return a + b", "return a +"), "solution version is not Python"),
    "unended block": (GOOD.replace("    # end\n", "", 1), "has no `# end`"),
    "stub first": (GOOD.replace("    # solution\n", "").replace("# stub", "# stub", 1),
                   "where `# solution`"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_a_bad_master_is_refused_with_a_sentence(tmp_path, name):
    text, wanted = BAD[name]
    assert wanted in "\n".join(findings(tmp_path, text))


def test_a_mark_that_cannot_be_read_says_how_to_write_it(tmp_path):
    with pytest.raises(lesson_marks.MarkError, match="write `# exercise: 01-name"):
        findings(tmp_path, GOOD.replace("# exercise: 07-add (5 min)", "# exercise: add"))


def test_the_notebooks_of_the_course_equal_a_fresh_build():
    differ = [str(path.relative_to(paths.root())) for path in lessons.check()]
    assert not differ, f"run `labkit lessons build`: {differ}"


@pytest.mark.parametrize("lesson", lessons.masters(), ids=lambda lesson: lesson.name)
def test_a_lesson_of_the_course_has_no_findings(lesson):
    assert lesson_lint.findings(lesson) == []
