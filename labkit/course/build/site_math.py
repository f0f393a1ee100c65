"""Formulas of the lessons as MathML, which browsers draw without a script or a network."""

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

DEEPEST_HEADING = 4


class FormulaError(ValueError):
    """A formula that the site cannot draw; says which."""


def page_html(markdown: str) -> str:
    """A text cell as HTML: $...$ and $$...$$ outside code are MathML, headings have anchors."""
    return str(_reader().render(markdown))


def _reader() -> "MarkdownIt":
    try:
        from markdown_it import MarkdownIt
        from mdit_py_plugins.anchors import anchors_plugin
        from mdit_py_plugins.dollarmath import dollarmath_plugin
    except ModuleNotFoundError as error:
        raise FormulaError(_missing("markdown-it-py and mdit-py-plugins")) from error
    reader = MarkdownIt("commonmark", {"html": True}).enable("table")
    # Without spaces inside the dollars and digits beside them: `$5 and $6` is money.
    dollarmath_plugin(reader, allow_space=False, allow_digits=False, double_inline=True)
    anchors_plugin(reader, max_level=DEEPEST_HEADING, slug_func=_anchor)
    for token in ("math_inline", "math_inline_double", "math_block"):
        reader.add_render_rule(token, _formula)
    return reader


def _anchor(heading: str) -> str:
    """The anchor that JupyterLab gives a heading, so that links between lessons lead there."""
    return heading.replace(" ", "-")


def _formula(renderer: Any, tokens: Any, index: int, options: Any, env: Any) -> str:
    token = tokens[index]
    if token.type == "math_inline":
        return mathml(token.content, "inline")
    return f'<div class="formula">{mathml(token.content.strip(), "block")}</div>'


def _missing(packages: str) -> str:
    return (
        f"{packages} must be there to draw the site's formulas; "
        "install it with `pip install -e .[site]`"
    )


def mathml(formula: str, display: str) -> str:
    """One formula as a <math> element on one line.

    display: "block" or "inline"
    """
    try:
        from latex2mathml.converter import convert
    except ModuleNotFoundError as error:
        raise FormulaError(_missing("latex2mathml")) from error
    try:
        found = convert(formula, display=display)
    except Exception as error:  # the library raises many kinds, none of which names the formula
        why = str(error) or type(error).__name__
        raise FormulaError(f"cannot read the formula ${formula}$: {why}") from error
    if re.search(r"<m[ion]>(\\|&</)", found):
        raise FormulaError(
            f"the formula ${formula}$ holds a command that cannot be drawn without a network; "
            "write it with simpler commands, and aligned lines as formulas of their own"
        )
    found = found.replace(' xmlns="http://www.w3.org/1998/Math/MathML"', "")
    return " ".join(found.split())
