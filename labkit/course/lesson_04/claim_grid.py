"""The paper's claims against the data sets: which word each pair got, as a table in colours."""

import html
from collections.abc import Sequence

from labkit.experiments.adversarial.verdict_table import COUNTS, RATIOS, is_own
from labkit.experiments.claims import NOT_REPRODUCED, REPRODUCED, UNKNOWN, Line

COPIES = ("figure2", "figure3")
"""Figures that draw the numbers of a table again; they would count a claim twice."""
LOOKS = {
    REPRODUCED: ("✓", "#d3efe3"),
    NOT_REPRODUCED: ("✗", "#fbdccb"),
    UNKNOWN: ("?", "#ececec"),
}
"""Word -> its sign and the colour behind it; sign and word say it without the colour."""
CELL = "text-align:left;vertical-align:top;padding:4px 8px;color:#1a1a1a;background:"


def of_paper(lines: Sequence[Line]) -> list[Line]:
    """The differences that the paper itself claims, each once, in the order of the file."""
    left_out = (*COUNTS, *RATIOS, *COPIES)
    return [line for line in lines if line.low and not is_own(line) and line.table not in left_out]


def by_claim(lines: Sequence[Line]) -> dict[str, list[Line]]:
    """Claim -> its lines, the claims in the order in which they come first."""
    found: dict[str, list[Line]] = {}
    for line in lines:
        found.setdefault(line.claim, []).append(line)
    return found


def as_html(lines: Sequence[Line]) -> str:
    """One row per claim, one column per data set, the word of each line in its cell."""
    sets = list(dict.fromkeys(line.dataset for line in lines))
    heads = ["claim of the paper", *sets]
    top = "".join(f'<th scope="col" style="text-align:left">{html.escape(h)}</th>' for h in heads)
    rows = "".join(_row(claim, some, sets) for claim, some in by_claim(lines).items())
    table = f"<table><thead><tr>{top}</tr></thead><tbody>{rows}</tbody></table>"
    look = 'style="overflow-x:auto" role="region" aria-label="claims and data sets" tabindex="0"'
    return f"<div {look}>{table}</div>"


def _row(claim: str, lines: Sequence[Line], sets: Sequence[str]) -> str:
    name = f'<th scope="row" style="{CELL}#fff;min-width:20em">{html.escape(claim)}</th>'
    cells = [_cell([line for line in lines if line.dataset == one]) for one in sets]
    return f"<tr>{name}{''.join(cells)}</tr>"


def _cell(lines: Sequence[Line]) -> str:
    if not lines:
        return f'<td style="{CELL}#fff">not claimed</td>'
    words = [f"{LOOKS[line.word][0]} {line.word}" for line in lines]
    if len(lines) > 1:  # two tables ask the same of one data set
        words = [f"{word} ({line.table})" for word, line in zip(words, lines, strict=True)]
    same = {line.word for line in lines}
    colour = LOOKS[lines[0].word][1] if len(same) == 1 else "#fff"
    return f'<td style="{CELL}{colour}">{"<br>".join(map(html.escape, words))}</td>'
