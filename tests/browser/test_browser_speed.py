"""Milliseconds from a key press to the new picture, seen from the page; measured, not asserted.

Run these tests alone: what else the processors do is measured too.
"""

import pytest

from tests.browser.panel_page import summary

PRESSES = 20


def pressed(panel, name):
    """Milliseconds of each of some key presses, one after another."""
    panel.reset()
    panel.watch_times()
    for count in range(PRESSES):
        panel.slider(name).press("ArrowRight" if count % 2 == 0 else "ArrowLeft")
        panel.notebook.until(lambda wanted=count + 1: len(panel.times()) == wanted, "a picture")
        panel.notebook.page.wait_for_timeout(150)
    return panel.times()


def test_key_press_to_picture_while_idle_and_while_a_run_trains(opened, lab, report):
    notebook = opened("made/speed.ipynb")
    panel, training = notebook.panels()[0], notebook.trainings()[0]
    how = "subshells" if lab.subshells else "one thread"
    idle = pressed(panel, "temperature")
    report(summary(f"key press to picture, idle, {how}", idle))
    training.start()
    training.wait_for_steps()
    busy = pressed(panel, "temperature")
    assert training.running(), "the run ended before the times were taken"
    report(summary(f"key press to picture, while a run trains, {how}", busy))
    training.stop()
    assert len(idle) == len(busy) == PRESSES


@pytest.mark.parametrize("lab", ["subshells"], indirect=True)
def test_what_each_panel_adds_to_the_page(opened, lab, report):
    notebook = opened("made/speed.ipynb")
    for name, panel in zip(("temperature", "line"), notebook.panels(), strict=False):
        report({"what": f"page bytes, {name} panel", "bytes": panel.bytes()})
