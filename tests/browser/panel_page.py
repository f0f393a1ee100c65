"""A panel as a reader meets it: names, keys, a picture, a line that says what went wrong."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Locator

    from tests.browser.notebook_page import NotebookPage

SWAP = """
import builtins
panel = {panel}
builtins.kept_draw = panel.draw
def failing(*axes, **values):
    raise ValueError("provoked by the test")
panel.draw = failing
del panel, failing
"""
RESTORE = "import builtins; {panel}.draw = builtins.kept_draw; del builtins.kept_draw"
# One call each, since the panel may change what it shows between two.
ALERT = "root => root.querySelector('[role=alert]')?.innerText ?? ''"
HEIGHTS = """root => [root.querySelector('img'), root].map(
  one => one.getBoundingClientRect().height)"""
FIELDS = "all => all.map(one => (one.labels[0]?.textContent ?? '').trim())"
OPTIONS = "select => [...select.options].map(one => one.label)"
ROUNDED = 0.0501
# What a key can reach, in reading order, and which of them has the focus now.
REACHABLE = "[role=slider], input, select, button:not([disabled])"
FOCUSED = f"root => [...root.querySelectorAll('{REACHABLE}')].indexOf(document.activeElement)"
WATCH = """root => {
  const box = root.querySelector('img').closest('.widget-html');
  const before = root.labkitTimes;
  root.labkitTimes = [];
  if (before) return;
  let pressed = null;
  root.addEventListener('keydown', () => { pressed = performance.now(); }, true);
  new MutationObserver(async () => {
    const picture = box.querySelector('img');
    if (pressed === null || !picture) return;
    const begun = pressed;
    pressed = null;
    await picture.decode();
    root.labkitTimes.push(performance.now() - begun);
  }).observe(box, {childList: true, subtree: true, attributes: true});
}"""


class _OnPage:
    """What both kinds of panel share. `widget`: an expression that finds it in the kernel."""

    def __init__(self, notebook: "NotebookPage", widget: str, root: "Locator") -> None:
        self.notebook, self.widget, self.root = notebook, widget, root

    def alt(self) -> str:
        return self.root.locator("img").get_attribute("alt") or ""

    def source(self) -> str:
        return self.root.locator("img").get_attribute("src") or ""

    def heights(self) -> tuple[float, float]:
        """Of the picture and of the whole panel, in CSS pixels."""
        picture, panel = self.root.evaluate(HEIGHTS)
        return picture, panel

    def alert(self) -> str:
        """What a screen reader is told at once; "" when nothing is."""
        return str(self.root.evaluate(ALERT))

    def button(self, name: str) -> "Locator":
        return self.root.get_by_role("button", name=name, exact=True)

    def names(self) -> list[str]:
        """The names of the sliders, as a screen reader reads them."""
        sliders = self.root.get_by_role("slider")
        named = self.root.locator("[role=slider][aria-label]")
        self.notebook.until(lambda: named.count() == sliders.count(), "sliders have names", 20)
        return list(named.evaluate_all("all => all.map(one => one.getAttribute('aria-label'))"))

    def menus(self) -> list[str]:
        """The names of the lists to choose from."""
        return list(self.root.get_by_role("combobox").evaluate_all(FIELDS))

    def ticks(self) -> list[str]:
        """The names of the boxes to tick."""
        return list(self.root.get_by_role("checkbox").evaluate_all(FIELDS))

    def box(self, name: str) -> "Locator":
        """The box to type a value in."""
        return self.root.get_by_role("spinbutton", name=f"{name} =", exact=True)

    def value(self, name: str) -> float:
        """The number in the box."""
        return float(self.box(name).input_value())

    def slider(self, name: str) -> "Locator":
        return self.root.get_by_role("slider", name=name, exact=True)

    def menu(self, name: str) -> "Locator":
        return self.root.get_by_role("combobox", name=name, exact=True)

    def tick(self, name: str) -> "Locator":
        return self.root.get_by_role("checkbox", name=name, exact=True)

    def options(self, name: str) -> list[str]:
        """Everything that can be chosen in a list, in its order."""
        return list(self.menu(name).evaluate(OPTIONS))

    def ends(self, name: str) -> tuple[float, float]:
        """Smallest and largest value now, as the page has them; another control may move them.

        Asked of the kernel too, since a screen reader is told ends rounded to one decimal place.
        """
        found = f"(one.widget for one in {self.widget}.controls.values())"
        slider = f"next(one for one in {found} if one.description == {name!r})"
        ask = f"(lambda one: [float(one.min), float(one.max)])({slider})"
        exact: list[float] = []

        def agree() -> bool:
            exact[:] = self.notebook.ask(ask)
            said = [self.slider(name).get_attribute(f"aria-value{end}") for end in ("min", "max")]
            pairs = zip(exact, said, strict=True)
            return all(abs(end - float(one or "nan")) <= ROUNDED for end, one in pairs)

        self.notebook.until(agree, f"the page has the ends of {name} that the kernel has")
        return exact[0], exact[1]

    def chosen(self, name: str) -> str:
        """What a list shows."""
        return str(self.menu(name).evaluate("select => select.selectedOptions[0].label"))

    def type(self, name: str, value: float) -> None:
        self.box(name).fill(f"{value:g}")
        self.box(name).press("Enter")

    def settle(self) -> None:
        """Wait until the kernel has what the boxes show.

        While the kernel draws, ipywidgets keeps the next change back and sends a click past it.
        """
        sliders = f"for one in {self.widget}.controls.values() if hasattr(one.widget, 'step')"
        values = f"[float(one.widget.value) {sliders}]"
        self.notebook.until(
            lambda: [self.value(name) for name in self.names()] == self.notebook.ask(values),
            "the kernel has the values of the boxes",
        )

    def reached_by_tab(self) -> tuple[list[int], int]:
        """Places of the controls that Tab reaches, from the first on, and how many there are."""
        controls = self.root.locator(REACHABLE)
        controls.first.focus()
        reached = [self.root.evaluate(FOCUSED)]
        for _ in range(controls.count() - 1):
            self.notebook.page.keyboard.press("Tab")
            reached.append(self.root.evaluate(FOCUSED))
        return reached, controls.count()

    def bytes(self) -> int:
        """What the panel adds to the page, its picture included."""
        return len(self.root.evaluate("root => root.outerHTML").encode())


class PanelPage(_OnPage):
    """A panel that redraws when a control moves."""

    def wait_for_new(self, before: str, what: str, seconds: float = 60) -> str:
        """Wait for a picture with another alt text and return that."""
        self.notebook.until(
            lambda: self.alt() != before or self.alert(), f"a new picture after {what}", seconds
        )
        assert not self.alert(), f"after {what} the panel says: {self.alert()}"
        return self.alt()

    def reset(self) -> None:
        """Click Reset and wait until all values are the first ones."""
        self.settle()
        self.button("Reset").click()
        first = f"{{name: one.start for name, one in {self.widget}.controls.items()}}"
        same = f"repr({self.widget}.values() == {first})"
        self.notebook.until(lambda: self.notebook.ask(same) == "True", "the first values")
        self.settle()

    def change_something(self) -> None:
        """Give the first number, else the first list, else the first tick another value."""
        names, menus, ticks = self.names(), self.menus(), self.ticks()
        assert names or menus or ticks, "the panel has no control that a reader could move"
        if names:
            low, high = self.ends(names[0])
            self.type(names[0], high if self.value(names[0]) == low else low)
        elif menus:
            now = self.chosen(menus[0])
            other = next(one for one in self.options(menus[0]) if one != now)
            self.menu(menus[0]).select_option(label=other)
        else:
            self.tick(ticks[0]).click()

    def break_drawing(self) -> None:
        """Make every drawing fail from now on."""
        self.notebook.ask("None", SWAP.format(panel=self.widget))

    def repair_drawing(self) -> None:
        self.notebook.ask("None", RESTORE.format(panel=self.widget))

    def watch_times(self) -> None:
        """From now on, note the milliseconds from each key press to the new, decoded picture."""
        self.root.evaluate(WATCH)

    def times(self) -> list[float]:
        return [float(one) for one in self.root.evaluate("root => root.labkitTimes")]


class TrainingPage(_OnPage):
    """A panel that trains."""

    def running(self) -> bool:
        return self.button("Stop").is_enabled()

    def start(self) -> None:
        self.button("Start").click()

    def wait_for_steps(self, seconds: float = 120) -> None:
        """Wait until the picture shows steps of the present run, or the run said an error."""
        shown = self.source()
        self.notebook.until(
            lambda: self.source() != shown or self.alert(), "a curve that grows", seconds
        )
        assert not self.alert(), self.alert()

    def stop(self) -> None:
        """Click Stop, unless the run ended by itself, and wait until Start can be clicked."""
        if self.running():
            self.button("Stop").click()
        self.wait_until_ended()

    def wait_until_ended(self, seconds: float = 120) -> None:
        self.notebook.until(self.button("Start").is_enabled, "the run has ended", seconds)

    def progress(self) -> str:
        return self.root.inner_text()

    def threads(self) -> list[Any]:
        """Names of the training threads that the kernel still has."""
        names = "[one.name for one in __import__('threading').enumerate()]"
        return [name for name in self.notebook.ask(names) if name == "labkit-training"]


def summary(what: str, times: list[float]) -> dict[str, Any]:
    """The middle and the longest of a list of milliseconds."""
    ordered = sorted(times)
    middle = round(ordered[len(ordered) // 2])
    return {"what": what, "median_ms": middle, "longest_ms": round(ordered[-1]), "n": len(times)}
