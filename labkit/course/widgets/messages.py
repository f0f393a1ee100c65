"""What a panel says beside its picture: lines that screen readers speak and no HTML gets into."""

import html

import ipywidgets as W

WHOLE_WORDS = "margin:0;overflow-wrap:normal;word-break:normal"
"""Lines break between words only: a name that is cut in two cannot be searched for."""


def alert(message: str) -> str:
    """One line of HTML that a screen reader speaks at once."""
    return f'<p role="alert" style="{WHOLE_WORDS}">{html.escape(message)}</p>'


def result(message: str) -> str:
    """One line of HTML that a screen reader speaks when it is done with what it reads."""
    return f'<p role="status" style="{WHOLE_WORDS}">{html.escape(message)}</p>'


def status_line() -> W.HTML:
    """A line for a message; as high when empty as when full, so that the page does not jump."""
    return W.HTML(layout=W.Layout(min_height="28px", flex="1 1 0"))
