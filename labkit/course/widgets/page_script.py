"""The script of a panel in the page: names for sliders, tidy values, keys that stay with lists."""

from pathlib import Path

import anywidget
import ipywidgets as W


class PageScript(anywidget.AnyWidget):
    """A child of a panel that shows nothing and runs `page_script.js` over the panel around it."""

    _esm = Path(__file__).with_suffix(".js")

    def __init__(self) -> None:
        super().__init__(layout=W.Layout(display="none"))
