"""What every lesson and every panel must show; an AssertionError says what it does not."""

import os
from pathlib import Path
from typing import Any

from labkit import paths
from tests.browser.notebook_page import NotebookPage
from tests.browser.panel_page import PanelPage, TrainingPage

MOST_BYTES = 50_000
NO_ALT = "Image"
"""What JupyterLab writes where an author wrote nothing."""
CUT = """all => all.flatMap(one => {
  const wide = node => {
    const inside = document.createRange();
    inside.selectNodeContents(node);
    return inside.getBoundingClientRect().width;
  };
  if (!one.options) return wide(one) > one.clientWidth + 0.9 ? [one.textContent] : [];
  const arrow = 20, look = getComputedStyle(one), line = document.createElement('span');
  line.style.font = look.font;
  line.style.whiteSpace = 'pre';
  document.body.append(line);
  const place = one.clientWidth - parseFloat(look.paddingLeft) - arrow;
  const cut = [...one.options].map(entry => entry.label).filter(label => {
    line.textContent = label;
    return wide(line) > place;
  });
  line.remove();
  return cut;
})"""
WORST = ("serious", "critical")


def no_cell_failed(notebook: dict[str, Any]) -> None:
    """Every cell was run, and only cells that say so in their tags ended with an error."""
    for place, cell in enumerate(notebook["cells"]):
        if cell["cell_type"] != "code":
            continue
        assert cell["execution_count"] or not "".join(cell["source"]), f"cell {place} was not run"
        if "raises-exception" not in cell["metadata"].get("tags", []):
            said = [out["evalue"] for out in cell["outputs"] if out["output_type"] == "error"]
            assert not said, f"cell {place} failed: {said[0]}"


def no_widget_holds_an_error(saved: dict[str, Any]) -> None:
    """No error went into an Output widget, where a run of the cells does not see it."""
    assert "widgets" in saved["metadata"], "the state of the widgets was not saved"
    for by_kind in saved["metadata"]["widgets"].values():
        for model in by_kind["state"].values():
            for output in model["state"].get("outputs", []):
                said = f"{output.get('ename')}: {output.get('evalue')}"
                assert output["output_type"] != "error", f"a widget holds an error, {said}"


def every_picture_says_what_it_shows(notebook: NotebookPage) -> None:
    """Each image in an output has alt text of its own."""
    pictures = notebook.page.locator(".jp-OutputArea-output img")
    said = pictures.evaluate_all("all => all.map(one => one.alt.trim())")
    without = [alt for alt in said if alt in ("", NO_ALT)]
    assert not without, f"{len(without)} of {len(said)} pictures have no alt text"


def same_height(panel: PanelPage | TrainingPage, before: tuple[float, float], what: str) -> None:
    """Neither the picture nor the panel has grown, so nothing below it jumps."""
    now = panel.heights()
    assert now == before, f"{what} changes the height of picture and panel: {before} to {now}"


def the_page_stays_small(panel: PanelPage | TrainingPage, what: str) -> None:
    """Whatever picture the panel shows, a notebook with it stays quick to open and to save."""
    size = panel.bytes()
    assert size < MOST_BYTES, f"{what}: the panel has {size} bytes, at most {MOST_BYTES}"


def a_new_picture(panel: PanelPage, before: str, what: str, seconds: float = 60) -> str:
    """Wait for a picture with another alt text, neither too large nor an error; its alt text."""
    now = panel.wait_for_new(before, what, seconds)
    the_page_stays_small(panel, what)
    return now


def values_can_be_typed(panel: PanelPage, seconds: float = 60) -> None:
    """Both ends of each number, typed in its box, give a new picture of the same height."""
    for name in panel.names():
        panel.reset()
        before, heights = panel.alt(), panel.heights()
        for end in panel.ends(name):
            if panel.value(name) == end:
                continue
            panel.type(name, end)
            before = a_new_picture(panel, before, f"{name} = {end:g}", seconds)
            same_height(panel, heights, f"{name} = {end:g}")


def every_choice_is_drawn(panel: PanelPage, seconds: float = 60) -> None:
    """Each entry of each list gives a picture of its own, of the same height."""
    for name in panel.menus():
        panel.reset()
        now, heights = panel.chosen(name), panel.heights()
        said = {now: panel.alt()}
        for option in panel.options(name):
            if option not in said:
                panel.menu(name).select_option(label=option)
                said[option] = a_new_picture(panel, said[now], f"{name} {option}", seconds)
                same_height(panel, heights, f"{name} {option}")
                now = option
        alike = f"entries of {name} share their alt text: {said}"
        assert len(set(said.values())) == len(said) > 1, alike


def every_tick_is_drawn(panel: PanelPage, seconds: float = 60) -> None:
    """Each box, ticked and cleared, gives a new picture of the same height."""
    for name in panel.ticks():
        panel.reset()
        before, heights = panel.alt(), panel.heights()
        for what in (f"a click on {name}", f"a second click on {name}"):
            panel.tick(name).click()
            before = a_new_picture(panel, before, what, seconds)
            same_height(panel, heights, what)


def keys_move_numbers(panel: PanelPage) -> None:
    """Each slider goes a step and back with the keyboard alone, and its box with it."""
    panel.reset()
    heights = panel.heights()
    for name in panel.names():
        start, (low, high) = panel.value(name), panel.ends(name)
        key, back = ("ArrowRight", "ArrowLeft") if start < high else ("ArrowLeft", "ArrowRight")
        panel.slider(name).press(key)
        panel.notebook.until(
            lambda name=name, start=start: panel.value(name) != start,
            f"the box of {name} follows its slider",
        )
        panel.slider(name).press(back)
        panel.notebook.until(
            lambda name=name, start=start: panel.value(name) == start, f"{name} back at {start:g}"
        )
        key, end = ("Home", low) if start > (low + high) / 2 else ("End", high)
        panel.slider(name).press(key)
        panel.notebook.until(
            lambda name=name, end=end: panel.value(name) == end, f"{name} jumps to {end:g}"
        )
        panel.settle()  # what this one does to the ends of others has arrived
    same_height(panel, heights, "a key")


def keys_move_lists_and_ticks(panel: PanelPage) -> None:
    """Each list goes to its next entry, and each box is ticked, with the keyboard alone."""
    panel.reset()
    heights, before = panel.heights(), panel.alt()
    for name in panel.menus():
        last = panel.chosen(name) == panel.options(name)[-1]
        panel.menu(name).press("ArrowUp" if last else "ArrowDown")
        before = a_new_picture(panel, before, f"an arrow key on {name}")
    for name in panel.ticks():
        panel.tick(name).press("Space")
        before = a_new_picture(panel, before, f"the space bar on {name}")
    same_height(panel, heights, "a key")
    panel.reset()


def tab_reaches_every_control(panel: PanelPage | TrainingPage) -> None:
    """The Tab key goes through all controls in reading order."""
    reached, count = panel.reached_by_tab()
    assert reached == list(range(count)), f"Tab goes to {reached} of {count} controls"


def every_label_is_whole(panel: PanelPage | TrainingPage) -> None:
    """No name of a control is cut off where its place ends."""
    cut = panel.root.locator("label, button, select").evaluate_all(CUT)
    assert not cut, f"names that are cut off: {'; '.join(cut)}"


def an_error_is_said_and_the_picture_stays(panel: PanelPage) -> None:
    """A drawing that fails shows one alert; the last good picture stays; Reset ends it."""
    panel.reset()
    kept, alt, heights = panel.source(), panel.alt(), panel.heights()
    panel.break_drawing()
    try:
        panel.change_something()
        panel.notebook.until(panel.alert, "an alert after the drawing failed")
        assert "ValueError: provoked by the test" in panel.alert()
        assert (panel.source(), panel.alt()) == (kept, alt), "the last good picture is gone"
        same_height(panel, heights, "an error")
    finally:
        panel.repair_drawing()
    panel.reset()
    panel.notebook.until(lambda: not panel.alert(), "Reset takes the alert away")
    assert panel.alt() == alt, "Reset does not bring the first picture back"


def a_panel_draws(panel: PanelPage) -> None:
    """Every value that ends a control gives its picture, and an error is shown."""
    values_can_be_typed(panel)
    every_choice_is_drawn(panel)
    every_tick_is_drawn(panel)
    an_error_is_said_and_the_picture_stays(panel)
    the_page_stays_small(panel, "after Reset")


def a_panel_works(panel: PanelPage) -> None:
    """It draws, its names can be read, and the keyboard is enough to use it."""
    a_panel_draws(panel)
    every_label_is_whole(panel)
    keys_move_numbers(panel)
    keys_move_lists_and_ticks(panel)
    tab_reaches_every_control(panel)


def a_run_takes_typed_values(panel: TrainingPage) -> None:
    """Both ends of each number can be typed; they reach the kernel, and the height stays."""
    heights = panel.heights()
    for name in panel.names():
        start = panel.value(name)
        for end in (*panel.ends(name), start):
            panel.type(name, end)
            panel.settle()
            now = panel.value(name)
            assert now == end, f"typed {end:g} for {name}, and the box says {now:g}"
    same_height(panel, heights, "a typed value")


def a_run_starts_stops_and_starts_again(panel: TrainingPage) -> None:
    """The kernel answers meanwhile, the height stays, and no thread is left."""
    a_run_takes_typed_values(panel)
    every_label_is_whole(panel)
    tab_reaches_every_control(panel)
    heights = panel.heights()
    for _ in range(2):
        panel.start()
        panel.notebook.until(panel.running, "Stop can be clicked")
        assert panel.button("Start").is_disabled(), "Start can be clicked while a run trains"
        panel.wait_for_steps()
        assert panel.notebook.ask("1 + 1") == 2
        panel.stop()
        same_height(panel, heights, "a run")
        panel.notebook.until(lambda: not panel.threads(), "no training thread is left", 20)
    assert "earlier runs in grey" in panel.alt()
    the_page_stays_small(panel, "after two runs")


def no_barrier(notebook: NotebookPage, where: str) -> None:
    """axe finds nothing serious or critical in this part of the page."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(notebook.page, where).response["violations"]
    said = [
        f"{one['id']} ({one['help']}): {node['html'][:200]} {node['failureSummary'][:300]}"
        for one in found
        if one["impact"] in WORST
        for node in one["nodes"]
    ]
    assert not said, f"{len(said)} barriers in {where}:\n" + "\n".join(said)


def keep_picture(panel: PanelPage | TrainingPage, name: str, theme: str) -> None:
    """A screenshot for people to look at, in build/screenshots or LABKIT_SCREENSHOTS."""
    folder = Path(os.environ.get("LABKIT_SCREENSHOTS", paths.root() / "build/screenshots"))
    panel.root.screenshot(path=folder / f"{name}-{theme.split()[-1].lower()}.png")
