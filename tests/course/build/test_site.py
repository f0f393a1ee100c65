"""The site: executed pages that need no network, formulas that read, links that lead somewhere."""

import pytest

from labkit.course.build import lesson_folder, site
from tests.helpers.lesson_samples import course

MASTER = r"""# %% [markdown]
# # Softer classes
#
# After this lesson you will be able to soften. It takes 12 minutes.

# %% [markdown]
# ## What is a temperature?
#
# The [formulas](../cheat_sheet.md). It divides:
# $p_i = \frac{e^{z_i/T}}{\sum_j e^{z_j/T}}$, but `$HOME` costs \$5. See
# [the next lesson](08_next.ipynb#Next) and [the code](../../labkit/files.py).
#
# $$
# \mathrm{KL}(p \,\|\, q) = \sum_i p_i \log \frac{p_i}{q_i}
# $$

# %%
from labkit.course.lesson_01 import temperature_panel as temperature

panel = temperature.panel()
panel

# %%
panel.static_twin(temperature=(1, 4))

# %%
# after: counted = 41 + 1
counted = 0

# %%
f"counted {counted}"

# %%
import os

os.environ["LABKIT_PROGRESS"]
"""
NEXT = "# %% [markdown]\n# # Next\n#\n# You will be able to stop. 3 minutes.\n"


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    place = course(folder, _07_soft=MASTER, _08_next=NEXT)
    lesson_folder.build(place)
    sheet = "# Sheet\n\n| soft loss |\n| --- |\n| soft loss |\n\n[the next one](08_next.ipynb)\n"
    (place / "cheat_sheet.md").write_text(sheet, encoding="utf-8")
    # links out of a lesson are looked up in the course folder, so the copy lies inside one
    (folder / "labkit").mkdir()
    (folder / "labkit" / "files.py").write_text("# the code\n", encoding="utf-8")
    patch = pytest.MonkeyPatch()
    patch.setattr("labkit.paths.root", lambda: folder)
    before = {path: path.read_bytes() for path in place.rglob("*.ipynb")}
    site.build(folder / "out", place)
    patch.undo()
    assert {path: path.read_bytes() for path in before} == before
    return folder / "out"


def test_the_page_shows_the_static_twin_and_no_widget(built):
    page = (built / "07_soft.html").read_text(encoding="utf-8")
    assert 'alt="temperature 1: Bars of class probabilities' in page
    assert "Panel(children" not in page
    assert "widget-view" not in page
    assert "data:image/png;base64," in page


def test_statements_of_the_tests_are_run_and_not_shown(built):
    page = (built / "07_soft.html").read_text(encoding="utf-8").replace("&#39;", "'")
    assert "'counted 42'" in page
    assert '<span class="mi">41</span>' not in page


def test_formulas_are_mathml_and_code_and_money_stay(built):
    page = (built / "07_soft.html").read_text(encoding="utf-8")
    assert page.count("<math") == 2
    assert '<math display="block">' in page
    assert "<code>$HOME</code>" in page
    assert "$$" not in page


def test_nothing_is_loaded_from_elsewhere_and_both_themes_are_styled(built):
    for path in built.glob("*.html"):
        page = path.read_text(encoding="utf-8")
        assert "http" not in page
        assert "prefers-color-scheme: dark" in page


def test_the_first_page_lists_minutes_and_the_search_knows_every_page(built):
    page = (built / "index.html").read_text(encoding="utf-8")
    assert '<a href="07_soft.html">Softer classes</a>, 12 minutes' in page
    script = (built / "search.js").read_text(encoding="utf-8")
    assert '"heading": "What is a temperature?"' in script
    assert "Bars of class probabilities" in script
    for path in built.glob("*.html"):
        assert '<script src="search.js"></script>' in path.read_text(encoding="utf-8")


def test_pages_beside_the_lessons_are_shown_with_the_way_from_one_to_the_next(built):
    sheet = (built / "cheat_sheet.html").read_text(encoding="utf-8")
    assert "<td>soft loss</td>" in sheet
    assert '<a href="08_next.html">the next one</a>' in sheet
    assert '<a rel="prev" href="08_next.html">Before: Next</a>' in sheet
    lesson = (built / "07_soft.html").read_text(encoding="utf-8")
    assert '<a href="cheat_sheet.html">formulas</a>' in lesson


def test_links_lead_to_pages_and_to_copies_of_course_files(built):
    page = (built / "07_soft.html").read_text(encoding="utf-8")
    assert 'href="08_next.html#Next"' in page
    assert 'href="files/labkit/files.py.txt"' in page
    assert (built / "files/labkit/files.py.txt").read_text(encoding="utf-8") == "# the code\n"


def test_running_the_lessons_for_the_site_is_not_a_students_progress(built):
    assert "'off'" in (built / "07_soft.html").read_text(encoding="utf-8").replace("&#39;", "'")


BAD = {
    "lost page": ('<a href="b.html">x</a>', "'b.html' leads nowhere"),
    "lost heading": ('<a href="#top">x</a>', "a heading that is not there"),
    "lost heading elsewhere": ('<a href="c.html#x">x</a>', "a heading that is not there"),
    "script": ('<script src="https://cdn.example/m.js"></script>', "<script> loads"),
    "style": ('<link rel="stylesheet" href="https://cdn.example/m.css">', "<link> loads"),
    "import": ("<style>@import 'x'</style>", "names an address"),
    "image": ('<img alt="a" src="a.png">', "<img> loads a.png"),
    "no label": ('<svg role="img"></svg>', "no aria-label"),
    "no alt": ('<img src="data:image/png;base64,AA">', "no alt text"),
    "nbconvert's alt": (
        '<img alt="No description has been provided for this image" src="data:,">', "no alt text"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_a_page_that_is_not_fit_is_named_with_the_reason(name):
    body, wanted = BAD[name]
    (found,) = site.findings({"a.html": body, "c.html": "<p id='y'></p>"})
    assert found.startswith("a.html: ")
    assert wanted in found


def test_nothing_is_written_when_something_is_wrong(tmp_path):
    place = course(tmp_path, _08_next=NEXT + "#\n# [lost](09_lost.ipynb)\n")
    lesson_folder.build(place)
    with pytest.raises(
        site.SiteError, match=r"08_next.html: the link '09_lost.html' leads nowhere"
    ):
        site.build(tmp_path / "out", place)
    assert not (tmp_path / "out").exists()
    texts = {"a.html": '<script src="s.js"></script>', "s.js": "1"}
    assert site.findings(texts) == []  # a script of the site itself needs no network
    with pytest.raises(site.SiteError, match="labkit lessons build"):
        site.build(tmp_path / "out", tmp_path)
