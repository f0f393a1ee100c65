"""Formulas become MathML; money, code and escaped dollars stay; a strange command is named."""

import pytest
from bs4 import BeautifulSoup

from labkit.course.build import site_math

SAMPLES = {
    "two": ("$x$ and $y_1$", 2, ["x and y1"]),
    "money": ("costs $5 and $6", 0, ["costs $5 and $6"]),
    "code": ("`$x$` and ``$y$``", 0, ["$x$", "$y$"]),
    "fence": ("```\n$y$\n```", 0, ["$y$"]),
    "escaped": (r"\$x\$", 0, ["$x$"]),
    "block": ("$$\na\n$$", 1, []),
    "double": ("so $$a$$ holds", 1, ["so", "holds"]),
    "brackets": ("($T^2$)", 1, ["("]),
    "table": ("| a | b |\n|---|---|\n| $x$ | $y$ |\n", 2, ["a"]),
    "folded": ("<details><summary>Hint</summary>\n\nIt is $x$.\n\n</details>", 1, ["It is"]),
    "emphasis": ("$a_i$ and $b_i$, *not* _so_", 2, ["not", "so"]),
    "spaces": ("from $ 5 to $ 6", 0, ["from $ 5 to $ 6"]),
}


@pytest.mark.parametrize("name", SAMPLES)
def test_only_formulas_are_taken_for_formulas(name):
    markdown, formulas, texts = SAMPLES[name]
    soup = BeautifulSoup(site_math.page_html(markdown), "html.parser")
    assert len(soup.find_all("math")) == formulas
    shown = soup.get_text()
    assert [text for text in texts if text not in shown] == []


def test_a_formula_on_lines_of_its_own_is_a_block_and_others_are_inline():
    page = site_math.page_html("Let $x$ be\n\n$$\nx = 1\n$$\n")
    assert page.count('<math display="inline">') == 1
    assert page.count('<div class="formula"><math display="block">') == 1


def test_headings_have_the_anchors_of_jupyterlab():
    page = site_math.page_html("## What is a temperature?\n")
    assert 'id="What-is-a-temperature?"' in page


def test_html_of_a_lesson_stays():
    assert "<details>" in site_math.page_html("<details>\n\ntext\n\n</details>")


@pytest.mark.parametrize("formula", [r"\foo{x}", r"\begin{aligned} a &= b \end{aligned}"])
def test_a_formula_that_cannot_be_drawn_is_named(formula):
    with pytest.raises(site_math.FormulaError, match="simpler commands"):
        site_math.mathml(formula, "inline")
    with pytest.raises(site_math.FormulaError, match="simpler commands"):
        site_math.page_html(f"${formula}$")


def test_a_formula_that_cannot_be_read_is_named():
    with pytest.raises(site_math.FormulaError, match=r"cannot read the formula .*: Double"):
        site_math.mathml("a^b^c", "inline")


@pytest.mark.parametrize("package", ["latex2mathml.converter", "markdown_it"])
def test_a_missing_package_is_named_with_the_way_to_get_it(package, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, package, None)
    with pytest.raises(site_math.FormulaError, match=r"pip install -e .\[site\]"):
        site_math.page_html("$x$")
