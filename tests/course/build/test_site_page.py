"""One executed lesson as a page: its title, minutes, links, search entries, and no kernel."""

import re
from pathlib import Path

import pytest
from nbformat import v4

from labkit import paths
from labkit.course.build import site_page
from labkit.course.build.notebooks import masters
from labkit.course.build.site_page import WIDGET, Section, lesson_page, text_page

FIRST = "# Two numbers\n\nAfter this lesson you will be able to add. It takes 10 minutes."
PICTURE = '<img alt="Bars of two classes" src="data:image/png;base64,AA==">'


def shown(tmp_path: Path, *cells):
    notebook = v4.new_notebook(cells=list(cells))
    return lesson_page(notebook, tmp_path / "notebooks" / "07_add.ipynb", tmp_path)


def result(data):
    return v4.new_code_cell("1 + 1", outputs=[v4.new_output("display_data", data=data)])


def test_title_and_minutes_come_from_the_first_cell(tmp_path):
    page = shown(tmp_path, v4.new_markdown_cell(FIRST))
    assert (page.name, page.title, page.minutes) == ("07_add.html", "Two numbers", 10)
    assert "add. It takes 10 minutes." in page.body
    assert page.objectives == ""


def test_objectives_are_the_list_of_the_first_cell(tmp_path):
    goals = "# A\n\nYou will be able to\n\n- add,\n- stop.\n\nIt takes 3 minutes."
    page = shown(tmp_path, v4.new_markdown_cell(goals), v4.new_markdown_cell("- no goal"))
    assert "<li>add,</li>" in page.objectives
    assert "no goal" not in page.objectives


def test_a_lesson_without_cells_is_named_after_its_file(tmp_path):
    page = shown(tmp_path)
    assert (page.title, page.minutes, page.sections) == ("07_add", 0, ())


def test_a_section_holds_words_code_and_alt_texts_up_to_the_next_heading(tmp_path):
    second = v4.new_markdown_cell("## KL & co\n\nIt is $x + 1$ nats.")
    drawing = '<svg role="img" aria-label="An arrow"><text>inside</text></svg>'
    page = shown(tmp_path, v4.new_markdown_cell(FIRST), result({"text/html": PICTURE}), second,
                 result({"text/html": drawing}))  # fmt: skip
    first, last = page.sections
    assert (first.anchor, first.heading, first.level) == ("Two-numbers", "Two numbers", "h1")
    assert first.text.startswith("After this lesson")
    assert "1 + 1" in first.text
    assert first.text.endswith("Bars of two classes")
    assert last == Section("KL-&-co", "KL & co", "h2", "It is nats. 1 + 1 An arrow")


def test_a_text_beside_the_lessons_is_a_page_with_formulas_and_links(tmp_path):
    (tmp_path / "cheat_sheet.md").write_text("# Sheet\n\n$x$, [a](07_add.ipynb#B)\n")
    page = text_page(tmp_path / "cheat_sheet.md", tmp_path)
    assert (page.name, page.title, page.minutes) == ("cheat_sheet.html", "Sheet", 0)
    assert "<math" in page.body
    assert 'href="07_add.html#B"' in page.body


def test_what_needs_a_kernel_goes_and_what_stands_still_stays(tmp_path):
    widget = result({WIDGET: {"model_id": "a"}, "text/plain": "Panel(children)"})
    error = v4.new_code_cell("2", outputs=[v4.new_output("stream", name="stderr", text="loading")])
    page = shown(tmp_path, widget, error, result({"text/html": PICTURE}))
    assert "Panel(children" not in page.body
    assert "loading" not in page.body
    assert page.body.count("Bars of two classes") == 1
    assert page.body.count("In the notebook a live panel stands here") == 1


def test_no_page_asks_to_use_a_panel_that_is_not_there(tmp_path):
    text = "# A\n\n**Use the panel to answer:** when?"
    assert "Answer with the pictures below:" in shown(tmp_path, v4.new_markdown_cell(text)).body
    for lesson in masters():
        for cell in lesson.cells:
            if cell.kind == "markdown":
                asks = re.findall(
                    r"(?i)[^.]*\b(?:use|with|start) the panel[^.]*",
                    site_page.without_panel(cell.source),
                )
                assert not [one for one in asks if "n the notebook" not in one], lesson.name


def test_what_one_should_know_is_the_list_after_you_should(tmp_path):
    page = tmp_path / "before_you_start.md"
    page.write_text("# Before\n\nYou should\n\n- add.\n\n## Test\n\n- no\n")
    assert text_page(page, tmp_path).objectives == "<ul>\n<li>add.</li>\n</ul>"
    page.write_text("# Sheet\n\n- no need.\n")
    assert text_page(page, tmp_path).objectives == ""
    assert (
        "short Python functions"
        in text_page(paths.root() / "notebooks" / page.name, paths.root()).objectives
    )


@pytest.mark.parametrize(
    ("link", "href"),
    [
        ("08_next.ipynb#Next", "08_next.html#Next"),
        ("../labkit/files.py", "files/labkit/files.py.txt"),
        ("https://example.org/a.ipynb", "https://example.org/a.ipynb"),
        ("#Two-numbers", "#Two-numbers"),
        ("../../secret.txt", "../../secret.txt"),
    ],
)
def test_links_lead_to_pages_and_copies_of_course_files_only(tmp_path, link, href):
    course = tmp_path / "course"
    (course / "labkit").mkdir(parents=True)
    (course / "labkit" / "files.py").write_text("# the code\n")
    (tmp_path / "secret.txt").write_text("outside of the course")
    page = shown(course, v4.new_markdown_cell(f"{FIRST}\n\n[there]({link})"))
    assert f'href="{href}"' in page.body
    assert page.files == ((Path("labkit/files.py"),) if "files.py" in link else ())


def test_a_widget_with_its_own_html_leaves_that_on_the_page(tmp_path):
    both = {WIDGET: {"model_id": "a"}, "text/html": "<p>Predict: how far</p>"}
    page = shown(tmp_path, v4.new_markdown_cell(FIRST), result(both))
    assert "Predict: how far" in page.body
    assert "live panel" not in page.body


def test_code_that_need_not_be_read_lies_behind_a_fold_that_says_what_it_does(tmp_path):
    folded = v4.new_code_cell("# You need not read this cell: it draws\nprint(3)")
    body = shown(tmp_path, v4.new_markdown_cell(FIRST), folded, v4.new_code_cell("print(4)")).body
    assert "<details><summary>Code, it draws</summary>" in body
    assert body.count("<details>") == 1
