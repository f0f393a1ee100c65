"""axe on what panels put on the page, in both themes; a picture of each for people to look at."""

from pathlib import Path

import pytest
from expectations import every_picture_says_what_it_shows, keep_picture, no_barrier

pytestmark = pytest.mark.parametrize("lab", ["subshells"], indirect=True)
THEMES = ("JupyterLab Light", "JupyterLab Dark")


@pytest.fixture
def themed(opened):
    """A notebook in each theme; ends with the light one."""
    pages = []

    def show(path, theme):
        pages.append(opened(path))
        pages[-1].theme(theme)
        return pages[-1]

    yield show
    for page in pages:
        page.theme(THEMES[0])


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("path", ["made/panels.ipynb", "made/training.ipynb"])
def test_axe_finds_no_serious_barrier_in_panels(themed, path, theme):
    notebook = themed(path, theme)
    for place, panel in enumerate([*notebook.panels(), *notebook.trainings()]):
        assert "" not in panel.names()
        keep_picture(panel, f"{Path(path).stem}-{place}", theme)
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
