"""The decks of the lessons: about ten slides each, read without a network, every picture told."""

import re

import pytest
from bs4 import BeautifulSoup

from labkit import paths
from labkit.course.build.notebooks import masters
from labkit.course.slides import decks
from labkit.plots.diagram import Diagram, words

DRAWN = {"one": lambda: Diagram((100.0, 50.0), "A word stands alone.", (words((9, 9), "x"),))}
TEXT = "# Title\n\nBegin.\n\n## Second $x$\n\n![](one)\n\n> Say *this*.\n"


def written(tmp_path, text):
    path = tmp_path / "00_a.md"
    path.write_text(text, encoding="utf-8")
    return path


def test_headings_make_slides_and_quotations_are_what_the_speaker_says(tmp_path):
    deck = decks.read(written(tmp_path, TEXT), DRAWN)
    assert (deck.name, deck.title, len(deck.slides)) == ("00_a", "Title", 2)
    second = deck.slides[1]
    assert 'aria-label="A word stands alone."' in second.body
    assert "var(--" not in second.body  # light, whatever the page around it
    assert "<em>this</em>" in second.notes
    assert "Say" not in second.body


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (TEXT.replace("(one)", "(two)"), "Second.*no drawing and no PNG file is called two"),
        (TEXT.replace("![](one)", "![ ](a.png)"), "a.png has no alt text"),
        (TEXT.replace("# Title\n", "", 1), "first line must be `# Title`"),
    ],
)
def test_what_is_wrong_is_said_with_its_slide(tmp_path, text, says):
    (tmp_path / "a.png").write_bytes(b"png")
    with pytest.raises(decks.DeckError, match=says):
        decks.read(written(tmp_path, text), DRAWN)


def test_a_course_without_texts_of_slides_is_refused(tmp_path):
    with pytest.raises(decks.DeckError, match="no texts of slides"):
        decks.build(tmp_path / "out", tmp_path)
    assert not (tmp_path / "out").exists()


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    folder = tmp_path_factory.mktemp("slides")
    return {path.name: BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
            for path in decks.build(folder)}  # fmt: skip


def test_each_of_the_first_eight_lessons_has_a_deck_of_its_name(pages):
    lessons = [lesson.name for lesson in masters()]
    assert [name.removesuffix(".html") for name in pages] == [
        name for name in lessons if f"{name}.html" in pages
    ]
    assert len(pages) >= 8


def test_a_deck_has_about_ten_short_slides_that_the_speaker_has_words_for(pages):
    for name, page in pages.items():
        slides = page.find_all("section")
        assert 9 <= len(slides) <= 13, name
        for slide in slides:
            notes = slide.find("aside")
            assert notes and notes.extract().get_text().strip(), (name, slide["aria-label"])
            assert len(slide.get_text().split()) < 120, (name, slide["aria-label"])


def test_a_deck_shows_pictures_with_alt_texts_and_one_is_a_diagram(pages):
    for name, page in pages.items():
        images = page.find_all("img")
        drawings = page.find_all("svg", role="img")
        assert len(images) + len(drawings) >= 2, name
        assert all(len(image["alt"]) > 40 for image in images), name
        assert all(drawing["aria-label"].strip() for drawing in drawings), name


def test_no_deck_loads_anything(pages):
    for name, page in pages.items():
        for tag in page.find_all(["img", "script", "link", "iframe", "source"]):
            address = tag.get("src") or tag.get("href") or ""
            assert not address or address.startswith("data:"), (name, address[:60])
        for tag in page.find_all(["style", "script"]):
            assert not re.search(r"https?:|@import|url\(", tag.text), name


def test_texts_of_slides_stand_beside_the_instructors_page():
    assert all(path.parent == paths.root() / "notebooks" / "slides" for path in decks.sources())
