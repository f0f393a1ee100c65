"""axe on what panels put on the page, in both themes; a picture of each for people to look at."""

import pytest

from tests.browser.expectations import every_picture_says_what_it_shows, keep_picture, no_barrier

pytestmark = pytest.mark.parametrize("lab", ["subshells"], indirect=True)
THEMES = ("JupyterLab Light", "JupyterLab Dark")


@pytest.mark.parametrize("theme", THEMES)
def test_axe_finds_no_serious_barrier_in_panels(themed, theme):
    notebook = themed("made/panels.ipynb", theme)
    for place, panel in enumerate([*notebook.panels(), *notebook.trainings()]):
        assert "" not in [*panel.names(), *panel.menus(), *panel.ticks()]
        keep_picture(panel, f"panels-{place}", theme)
    no_barrier(notebook, ".jp-OutputArea-output")
    every_picture_says_what_it_shows(notebook)


@pytest.mark.parametrize("theme", THEMES)
def test_an_alert_can_be_read_in_both_themes(themed, theme):
    panel = themed("made/panels.ipynb", theme).panels()[0]
    panel.reset()
    panel.break_drawing()
    try:
        panel.type("temperature", 9)
        panel.notebook.until(panel.alert, "an alert")
        no_barrier(panel.notebook, ".jp-OutputArea-output")
        keep_picture(panel, "alert", theme)
    finally:
        panel.repair_drawing()
        panel.reset()


def test_every_control_is_reached_with_the_tab_key_in_reading_order(opened):
    panel = opened("made/panels.ipynb").panels()[1]
    panel.slider("slope").focus()
    reached = []
    for _ in range(4):
        panel.notebook.page.keyboard.press("Tab")
        reached.append(panel.notebook.page.evaluate("() => document.activeElement.type"))
    assert reached == ["number", "select-one", "checkbox", "submit"]
