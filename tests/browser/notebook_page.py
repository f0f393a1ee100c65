"""One notebook open in JupyterLab: run it, read it, and ask its kernel."""

import ast
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.browser.lab import Lab
from tests.browser.panel_page import PanelPage, TrainingPage

if TYPE_CHECKING:
    from playwright.sync_api import Page

VIEW = "application/vnd.jupyter.widget-view+json"
READY = """async () => {
  const app = window.jupyterapp;
  if (!app) return false;
  await app.restored;
  const panel = app.shell.currentWidget;
  if (!panel || !panel.sessionContext) return false;
  await panel.context.ready;
  await panel.sessionContext.ready;
  await panel.sessionContext.session.kernel.info;
  return true;
}"""
# Commands, since a click on the Run menu is lost now and then while JupyterLab starts.
RUN_ALL = "async () => { await jupyterapp.commands.execute('notebook:run-all-cells'); }"
# The command ends at the first error although cells after a tagged one still run.
ALL_ENDED = """async () => {
  const cells = jupyterapp.shell.currentWidget.content.widgets;
  await Promise.allSettled(cells.map(cell => cell.outputArea?.future?.done));
}"""
MODEL = "() => jupyterapp.shell.currentWidget.context.model.toJSON()"
SAVE = "async () => { await jupyterapp.shell.currentWidget.context.save(); }"
ASK = """async ([code, expression]) => {
  const kernel = jupyterapp.shell.currentWidget.sessionContext.session.kernel;
  const request = {code, store_history: false, user_expressions: {answer: expression}};
  const {content} = await kernel.requestExecute(request).done;
  const got = content.status === 'ok' ? content.user_expressions.answer : content;
  if (got.status !== 'ok') throw new Error(`in the kernel, ${got.ename}: ${got.evalue}`);
  return got.data['text/plain'];
}"""
THEME = "theme => jupyterapp.commands.execute('apputils:change-theme', {theme})"


class NotebookPage:
    """A notebook in a tab of the browser, with a kernel of its own."""

    def __init__(self, page: "Page", lab: Lab, path: str) -> None:
        self.page, self.lab, self.path = page, lab, path
        page.goto(lab.address(path))
        self.until(lambda: page.evaluate(READY), f"the kernel of {path} is ready")

    def until(self, holds: Callable[[], object], what: str, seconds: float = 60) -> None:
        """Wait for something to hold; an AssertionError says what did not happen."""
        end = time.monotonic() + seconds
        while not holds():
            assert time.monotonic() < end, f"waited {seconds:g} s, but not seen: {what}"
            self.page.wait_for_timeout(50)

    def run_all(self) -> "NotebookPage":
        """Run every cell and wait until all have ended and their panels are on the page."""
        self.page.evaluate(RUN_ALL)
        self.ask("1")  # the kernel answers after it has run the cells
        self.page.evaluate(ALL_ENDED)
        outputs = sum(len(cell.get("outputs", [])) for cell in self.content()["cells"])
        shown = self.page.locator(".jp-Notebook .jp-OutputArea-child")
        self.until(lambda: shown.count() >= outputs, f"{outputs} outputs of {self.path}")
        for panel in [*self.panels(), *self.trainings()]:
            self.until(panel.root.locator("img").count, f"the picture of a panel in {self.path}")
        return self

    def content(self) -> dict[str, Any]:
        """The notebook as it is now, with outputs."""
        return dict(self.page.evaluate(MODEL))

    def saved(self) -> dict[str, Any]:
        """The notebook as JupyterLab saves it, with the state of the widgets."""
        self.page.evaluate(SAVE)
        return dict(json.loads(Path(self.lab.folder / self.path).read_text(encoding="utf-8")))

    def ask(self, expression: str, code: str = "") -> Any:
        """Run code in the kernel, as a cell would, and return the value of an expression."""
        return ast.literal_eval(self.page.evaluate(ASK, [code, expression]))

    def theme(self, name: str) -> None:
        """Switch to "JupyterLab Light" or "JupyterLab Dark"."""
        self.page.evaluate(THEME, name)
        light = str(name.endswith("Light")).lower()
        theme = f"body[data-jp-theme-light={light}]"
        self.until(lambda: self.page.locator(theme).count(), f"the theme {name}")
        self.page.wait_for_timeout(300)

    def panels(self) -> list[PanelPage]:
        """Every panel that redraws when a control moves, in reading order."""
        return [PanelPage(self, one, where) for one, where in self._found("Panel")]

    def trainings(self) -> list[TrainingPage]:
        """Every panel that trains, in reading order."""
        return [TrainingPage(self, one, where) for one, where in self._found("TrainingPanel")]

    def _views(self) -> list[tuple[int, str]]:
        """Cells whose output is a widget: (place of the cell, model of the widget)."""
        return [
            (place, output["data"][VIEW]["model_id"])
            for place, cell in enumerate(self.content()["cells"])
            for output in cell.get("outputs", [])
            if VIEW in output.get("data", {})
        ]

    def _found(self, kind: str) -> list[tuple[str, Any]]:
        cells = self.page.locator(".jp-Notebook .jp-Cell")
        found = []
        for place, model in self._views():
            widget = f"__import__('ipywidgets').widgets.widget._instances.get({model!r})"
            if kind in self.ask(f"[one.__name__ for one in type({widget}).__mro__]"):
                found.append((widget, cells.nth(place).locator(".labkit-panel")))
        return found
