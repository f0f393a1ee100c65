"""What every lesson and every panel must show; an AssertionError says what it does not."""

import os
from pathlib import Path
from typing import Any

from notebook_page import NotebookPage
from panel_page import PanelPage, TrainingPage

from labkit import paths

MOST_BYTES = 50_000
NO_ALT = "Image"
"""What JupyterLab writes where an author wrote nothing."""
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


def values_can_be_typed(panel: PanelPage, seconds: float = 60) -> None:
    """Both ends of each number, typed in its box, give a new picture of the same height."""
    for name in panel.names():
        panel.reset()
        before, heights = panel.alt(), panel.heights()
        for end in panel.ends(name):
            if float(panel.box(name).input_value()) == end:
                continue
            panel.type(name, end)
            before = panel.wait_for_new(before, f"{name} = {end:g}", seconds)
            same_height(panel, heights, f"{name} = {end:g}")


def arrow_keys_move_sliders(panel: PanelPage) -> None:
    """Up and down again, from the middle, with the keyboard alone."""
    for name in panel.names():
        panel.reset()
        start = float(panel.box(name).input_value())
        low, high = panel.ends(name)
        key, back = ("ArrowRight", "ArrowLeft") if start < high else ("ArrowLeft", "ArrowRight")
        heights = panel.heights()
        panel.slider(name).press(key)
        panel.notebook.until(
            lambda name=name, start=start: float(panel.box(name).input_value()) != start,
            f"the box of {name} follows its slider",
        )
        panel.slider(name).press(back)
        panel.notebook.until(
            lambda name=name, start=start: float(panel.box(name).input_value()) == start,
            f"{name} is back at {start:g}",
        )
        panel.slider(name).press("Home" if start > (low + high) / 2 else "End")
        panel.notebook.until(
            lambda name=name: float(panel.box(name).input_value()) in panel.ends(name),
            f"{name} jumps to its end",
        )
        same_height(panel, heights, f"an arrow key on {name}")


def an_error_is_said_and_the_picture_stays(panel: PanelPage) -> None:
    """A drawing that fails shows one alert; the last good picture stays; Reset ends it."""
    panel.reset()
    name = panel.names()[0]
    kept, alt, heights = panel.source(), panel.alt(), panel.heights()
    low, high = panel.ends(name)
    panel.break_drawing()
    try:
        panel.type(name, high if float(panel.box(name).input_value()) == low else low)
        panel.notebook.until(panel.alert, "an alert after the drawing failed")
        assert "ValueError: provoked by the test" in panel.alert()
        assert (panel.source(), panel.alt()) == (kept, alt), "the last good picture is gone"
        same_height(panel, heights, "an error")
    finally:
        panel.repair_drawing()
    panel.reset()
    panel.notebook.until(lambda: not panel.alert(), "Reset takes the alert away")
    assert panel.alt() == alt, "Reset does not bring the first picture back"


def the_page_stays_small(panel: PanelPage | TrainingPage) -> None:
    size = panel.bytes()
    assert size < MOST_BYTES, f"the panel adds {size} bytes to the page, at most {MOST_BYTES}"


def a_panel_works(panel: PanelPage) -> None:
    """All of the above for one panel."""
    values_can_be_typed(panel)
    arrow_keys_move_sliders(panel)
    an_error_is_said_and_the_picture_stays(panel)
    the_page_stays_small(panel)


def a_run_starts_stops_and_starts_again(panel: TrainingPage) -> None:
    """The kernel answers meanwhile, the height stays, and no thread is left."""
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
    the_page_stays_small(panel)


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
