"""A widget together with what stands in its place on pages that have no kernel."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from anywidget import AnyWidget

VIEW = "application/vnd.jupyter.widget-view+json"


def bundle(widget: "AnyWidget", text: str, html: str) -> dict[str, Any]:
    """What Jupyter shows of a widget: itself where it can, else the HTML, else the text.

    text: for terminals and for programs that read notebooks; html: for the course's site
    """
    view = {"version_major": 2, "version_minor": 0, "model_id": widget.model_id}
    return {VIEW: view, "text/html": html, "text/plain": text}


def show(widget: "AnyWidget", text: str, html: str) -> None:
    """Display the widget with its two replacements below the cell that runs."""
    from IPython.display import display

    display(bundle(widget, text, html), raw=True)
