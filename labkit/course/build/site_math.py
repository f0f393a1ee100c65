"""Formulas of the lessons as MathML, which browsers draw without a script or a network."""

import re

CODE = r"(?P<code>```.*?```|~~~.*?~~~|``[^`]+``|`[^`\n]+`)"
BLOCK = r"\$\$(?P<block>.+?)\$\$"
INLINE = r"(?<![\\$\w])\$(?P<inline>[^\s$](?:[^$\n]*[^\s$\\])?)\$(?![\d$])"
PARTS = re.compile(f"{CODE}|{BLOCK}|{INLINE}", re.DOTALL)


class FormulaError(ValueError):
    """A formula that the site cannot draw; says which."""


def with_mathml(markdown: str) -> str:
    """Replace $...$ and $$...$$ outside code by MathML."""
    return PARTS.sub(_replaced, markdown)


def _replaced(match: re.Match[str]) -> str:
    if match["code"]:
        return match["code"]
    if match["block"]:
        return f'<div class="formula">{mathml(match["block"].strip(), "block")}</div>'
    return mathml(match["inline"], "inline")


def mathml(formula: str, display: str) -> str:
    """One formula as a <math> element on one line.

    display: "block" or "inline"
    """
    try:
        from latex2mathml.converter import convert
    except ModuleNotFoundError as error:
        raise FormulaError(
            "latex2mathml is missing, which draws the site's formulas; "
            "install it with `pip install -e .[site]`"
        ) from error
    try:
        found = convert(formula, display=display)
    except Exception as error:  # the library raises many kinds, none of which names the formula
        raise FormulaError(f"cannot read the formula ${formula}$: {error}") from error
    if re.search(r"<m[ion]>(\\|&</)", found):
        raise FormulaError(
            f"the formula ${formula}$ holds a command that cannot be drawn without a network; "
            "write it with simpler commands, and aligned lines as formulas of their own"
        )
    found = found.replace(' xmlns="http://www.w3.org/1998/Math/MathML"', "")
    return " ".join(found.split())
