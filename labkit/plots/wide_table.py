"""A table that is wider than the page: it scrolls sideways, with the keyboard too."""

import html
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

LEFT = "text-align:left;vertical-align:top"


def as_html(frame: "pd.DataFrame", label: str, index: bool = True) -> str:
    """The table as HTML that shows every cell whole.

    label: what a screen reader says of it; index: show the names of the rows

    A plain table that is too wide scrolls only with the mouse: nothing in it takes the focus.
    """
    import pandas as pd

    with pd.option_context("display.max_colwidth", None):
        table = frame.to_html(index=index, border=0, justify="left")
    look = f'style="overflow-x:auto" role="region" aria-label="{html.escape(label)}" tabindex="0"'
    return f"<div {look}>{_left(table)}</div>"


def _left(table: str) -> str:
    """Words begin at the left, and long ones do not stand in a thin column."""
    table = re.sub(r"<td>(?=[^<]{40})", f'<td style="{LEFT};min-width:20em">', table)
    # JupyterLab moves headings to the right, away from the words below them
    table = table.replace("<th>", f'<th style="{LEFT}">')
    return table.replace("<td>", f'<td style="{LEFT}">')
