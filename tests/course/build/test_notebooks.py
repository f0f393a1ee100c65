"""Masters become two notebooks: stubs and no output for students, answers for the solved one."""

import json

from labkit.course.build import lesson_folder
from labkit.course.build.marks import Cell
from labkit.course.build.notebooks import shown
from tests.helpers.lesson_samples import GOOD, course


def cells(path):
    return json.loads(path.read_text(encoding="utf-8"))["cells"]


def source(cell):
    return "".join(cell["source"])


def built(place):
    lesson_folder.build(place)
    return [place / "07_add.ipynb", place / "solutions/07_add.ipynb"]


def test_the_student_gets_the_stub_and_the_solution_build_the_solution(tmp_path):
    place = course(tmp_path)
    lesson_folder.build(place)
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
    for path in built(place):
        assert "add(-1, 1)" not in path.read_text(encoding="utf-8")


def test_only_the_student_build_lets_stub_and_check_fail(tmp_path):
    place = course(tmp_path)
    lesson_folder.build(place)
    tags = [cell["metadata"].get("tags") for cell in cells(place / "07_add.ipynb")]
    assert tags[4:6] == [["exercise", "raises-exception"], ["check", "raises-exception"]]
    assert "raises-exception" not in (place / "solutions/07_add.ipynb").read_text(encoding="utf-8")


def test_cells_have_stable_ids_no_output_and_hidden_statements_only_in_metadata(tmp_path):
    place = course(tmp_path)
    lesson_folder.build(place)
    built = cells(place / "07_add.ipynb")
    assert [cell["id"] for cell in built] == [f"07-{index:03d}" for index in range(9)]
    assert built[8]["metadata"] == {"nbmake": {"post_cell_execute": ["count = add(1, 1)"]}}
    assert source(built[8]) == "print(add(1, 2))"
    for cell in built:
        assert cell["cell_type"] == "markdown" or (cell["outputs"], cell["execution_count"]) == (
            [],
            None,
        )


def test_the_built_notebooks_are_valid_and_say_whose_build_they_are(tmp_path):
    import nbformat

    place = course(tmp_path)
    lesson_folder.build(place)
    for path, reader in ((place / "07_add.ipynb", "student"),
                         (place / "solutions/07_add.ipynb", "solution")):  # fmt: skip
        notebook = nbformat.read(path, as_version=4)
        nbformat.validate(notebook)
        assert notebook.metadata.labkit.lesson == "07_add"
        assert notebook.metadata.labkit.reader == reader


def test_the_solved_notebook_runs_and_the_student_notebook_runs_past_its_stub(tmp_path):
    import nbformat
    from nbclient import NotebookClient

    place = course(tmp_path, _07_add=GOOD.replace("import labkit\n\nlabkit.hello()", "1 + 1"))
    for path in built(place):
        notebook = nbformat.read(path, as_version=4)
        NotebookClient(notebook, timeout=60, kernel_name="python3").execute()
        failed = [out for cell in notebook.cells for out in cell.get("outputs", [])
                  if out.output_type == "error"]  # fmt: skip
        assert len(failed) == (0 if path.parent.name == "solutions" else 1)
        assert notebook.cells[8].outputs[0].text == "3\n"


def test_a_link_to_a_page_beside_the_lessons_leads_up_from_the_solutions():
    link = Cell("markdown", "[sheet](cheat_sheet.md), [paper](https://a.org/b.md)")
    assert shown(link, "student") == link.source
    assert shown(link, "solution").startswith("[sheet](../cheat_sheet.md), [paper](https://a")


def test_a_folded_cell_is_hidden_and_its_first_line_says_that_it_need_not_be_read(tmp_path):
    place = course(tmp_path, _07_add=GOOD + "\n# %%\n# fold: it draws\nprint(3)\n")
    for path in built(place):
        folded, plain = cells(path)[-1], cells(path)[-2]
        assert source(folded) == "# You need not read this cell: it draws\nprint(3)"
        assert folded["metadata"]["jupyter"] == {"source_hidden": True}
        assert folded["metadata"]["tags"] == ["hide-input"]
        assert "jupyter" not in plain["metadata"]
