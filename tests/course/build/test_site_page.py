"""One executed lesson as a page: its title, minutes, links, search entries, and no kernel."""

from pathlib import Path

import pytest
from nbformat import v4

from labkit.course.build.site_page import WIDGET, Entry, lesson_page

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
    assert "<title>Two numbers</title>" in page.html


def test_a_lesson_without_cells_is_named_after_its_file(tmp_path):
    page = shown(tmp_path)
    assert (page.title, page.minutes, page.entries) == ("07_add", 0, ())


def test_headings_and_pictures_are_search_entries_in_reading_order(tmp_path):
    page = shown(tmp_path, v4.new_markdown_cell(FIRST), result({"text/html": PICTURE}))
    assert page.entries == (
        Entry("Two-numbers", "Two numbers", "heading"),
        Entry("picture-1", "Bars of two classes", "picture"),
    )
    assert 'id="picture-1"' in page.html


def test_what_needs_a_kernel_goes_and_what_stands_still_stays(tmp_path):
    widget = result({WIDGET: {"model_id": "a"}, "text/plain": "Panel(children)"})
    error = v4.new_code_cell("2", outputs=[v4.new_output("stream", name="stderr", text="loading")])
    page = shown(tmp_path, widget, error, result({"text/html": PICTURE}))
    assert "Panel(children" not in page.html
    assert "loading" not in page.html
    assert page.html.count("Bars of two classes") == 1


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
    assert f'href="{href}"' in page.html
    assert page.files == ((Path("labkit/files.py"),) if "files.py" in link else ())
