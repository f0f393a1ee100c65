"""Around each page: search, contents, the way on; and a first page that says what one learns."""

from labkit.course.build import site_frame
from labkit.course.build.site_page import Page, Section

FIRST = Page("before.html", "Before", 0, "", "<p>b</p>", (), ())
LESSON = Page(
    "07_a.html", "A & B", 5, "<ul><li>add</li></ul>", "<p>body</p>",
    (Section("A", "A", "h1", ""), Section("Why?", "Why?", "h2", "x"), Section("c", "C", "h4", "")),
    (),
)  # fmt: skip
PAGES = [FIRST, LESSON]


def test_a_page_has_its_text_its_contents_and_the_way_back_and_on():
    first, lesson = (site_frame.framed(one, PAGES) for one in PAGES)
    assert '<a rel="next" href="07_a.html">Next: A &amp; B</a>' in first
    assert 'rel="prev"' not in first
    assert lesson.count('<a rel="prev" href="before.html">Before: Before</a>') == 2
    assert 'rel="next"' not in lesson
    assert '<li class="h2"><a href="#Why?">Why?</a></li>' in lesson
    assert 'href="#c"' not in lesson
    assert "<p>body</p></main>" in lesson


def test_every_page_has_the_search():
    for text in (site_frame.framed(LESSON, PAGES), site_frame.index(PAGES)):
        assert '<label for="search">' in text
        assert 'role="status"' in text
        assert '<script src="search.js">' in text


def test_the_first_page_says_what_each_lesson_teaches_and_lists_the_other_pages():
    text = site_frame.index(PAGES)
    assert '<a href="07_a.html">A &amp; B</a>, 5 minutes\n<ul><li>add</li></ul>' in text
    assert '<li><a href="before.html">Before</a></li>' in text
    assert ", 0 minutes" not in text


def test_the_first_page_says_what_one_should_know():
    known = Page("before.html", "Before", 0, "<ul><li>sum</li></ul>", "", (), ())
    text = site_frame.index([known, LESSON])
    assert "<h2>What you should know</h2>\n<ul><li>sum</li></ul>" in text
    assert text.index("What you should know") < text.index("<h2>Lessons</h2>")
    assert "What you should know" not in site_frame.index(PAGES)
