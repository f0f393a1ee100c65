"""The map draws the lessons that exist, marks the one that is read, and leads on."""

import pytest

from labkit.course import course_map
from tests.helpers.lesson_samples import course

MASTER = "# %% [markdown]\n# # One\n"


@pytest.fixture
def two(tmp_path):
    """A course of the lessons 00 and 03."""
    folder = course(tmp_path, _00_a=MASTER, _03_b=MASTER)
    for name in ("00_a", "03_b"):
        (folder / f"{name}.ipynb").write_text("{}", encoding="utf-8")
    return folder


def test_only_lessons_that_exist_are_drawn_and_this_one_has_the_thick_edge(two):
    picture = course_map.here("03", two)
    drawing = picture.svg()
    assert ">chains<" in drawing
    assert ">learning<" not in drawing
    thick = [part for part in picture.parts if f'stroke-width="{course_map.HERE:g}"' in part]
    assert [">chains<" in part for part in thick if "<rect" in part] == [True]


def test_the_map_says_what_the_last_lesson_left_open(two):
    asked, open_still = course_map.STATIONS["03"].asks, course_map.STATIONS["00"].leaves_open
    assert f"Lesson 00 left open {open_still}. This lesson asks: {asked}" in (
        course_map.here("03", two).alt
    )
    assert "left open" not in course_map.here("00", two).alt


def test_the_end_leads_to_the_next_lesson_that_exists_and_the_last_one_to_pages_only(two):
    first = course_map.onward("00", two)
    assert first.links[0][0] == "03_b.ipynb"
    assert course_map.STATIONS["03"].asks in first._repr_html_()
    addresses = [address for address, _ in course_map.onward("03", two).links]
    assert [address.removeprefix("../") for address in addresses] == list(course_map.PAGES)


def test_pages_are_linked_from_where_the_notebook_runs(two, monkeypatch):
    (two / "solutions").mkdir()
    (two / "cheat_sheet.md").write_text("x", encoding="utf-8")
    monkeypatch.chdir(two)
    assert ("cheat_sheet.md", "Cheat sheet") in course_map.onward("00", two).links
    monkeypatch.chdir(two / "solutions")
    assert ("../cheat_sheet.md", "Cheat sheet") in course_map.onward("00", two).links


def test_a_lesson_that_is_not_on_the_map_is_refused(two):
    with pytest.raises(ValueError, match="no lesson '77' on the map"):
        course_map.here("77", two)
