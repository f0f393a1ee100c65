"""Panels in JupyterLab: typed values, keys, errors, Reset; with and without kernel subshells."""

import pytest

from tests.browser.expectations import a_panel_works, no_cell_failed, no_widget_holds_an_error

WHICH = {"temperature": 0, "kinds": 1, "linked": 2, "chosen": 3, "threads": 4}
EACH = ("kinds", "linked", "chosen")


@pytest.mark.parametrize("name", EACH)
def test_a_panel_answers_keys_and_typed_values_and_survives_an_error(opened, name):
    a_panel_works(opened("made/panels.ipynb").panels()[WHICH[name]])


def test_a_list_and_a_box_to_tick_redraw_too(opened):
    panel = opened("made/panels.ipynb").panels()[WHICH["kinds"]]
    panel.reset()
    before = panel.alt()
    panel.menu("kind").select_option("dashed")
    assert "A dashed line" in panel.wait_for_new(before, "another kind")
    before = panel.alt()
    panel.tick("grid").check()
    assert "with a grid" in panel.wait_for_new(before, "a tick")
    panel.reset()
    assert "A full line" in panel.wait_for_new(before, "Reset")


def test_a_slider_moves_its_named_box_and_the_other_way_round(opened):
    panel = opened("made/panels.ipynb").panels()[WHICH["temperature"]]
    panel.reset()
    panel.slider("temperature").press("ArrowRight")
    panel.notebook.until(lambda: panel.box("temperature").input_value() == "2.5", "2.5 in the box")
    slider = panel.slider("temperature")
    assert slider.get_attribute("aria-valuetext") == "2.5"
    panel.type("temperature", 7)
    panel.notebook.until(
        lambda: float(slider.get_attribute("aria-valuenow") or 0) == 7, "the slider at 7"
    )
    panel.notebook.until(lambda: "at temperature 7:" in panel.alt(), "a picture for 7")


def test_a_value_outside_the_range_becomes_its_end(opened):
    panel = opened("made/panels.ipynb").panels()[WHICH["temperature"]]
    panel.reset()
    before = panel.alt()
    panel.type("temperature", 1000)
    assert "at temperature 20:" in panel.wait_for_new(before, "1000")
    assert not panel.alert()


def test_a_number_whose_end_another_moves_is_pulled_in_and_can_be_typed_up_to_it(opened):
    panel = opened("made/panels.ipynb").panels()[WHICH["linked"]]
    panel.reset()
    assert panel.ends("first") == (0, 0.9)
    panel.type("second", 0.5)
    assert panel.wait_for_new(panel.alt(), "second = 0.5") == "first 0.5, second 0.5, in order"
    assert panel.ends("first") == (0, 0.5)
    assert panel.value("first") == 0.5
    panel.type("first", 0.2)
    panel.wait_for_new("first 0.5, second 0.5, in order", "first = 0.2")
    panel.type("first", 1)
    panel.wait_for_new("first 0.2, second 0.5, in order", "first = 1")
    assert panel.alt() == "first 0.5, second 0.5, in order"
    panel.reset()
    assert panel.alt() == "first 0.8, second 0.1, in order"


def test_the_widget_events_ran_where_this_session_says(opened, lab):
    notebook = opened("made/panels.ipynb")
    panel = notebook.panels()[WHICH["threads"]]
    for value in (2, 5, 7):
        before = panel.alt()
        panel.type("value", value)
        panel.wait_for_new(before, f"{value}")
    elsewhere = [name for name in notebook.ask("seen") if name != "MainThread"]
    assert bool(elsewhere) == lab.subshells


def test_nothing_failed_unseen(opened):
    notebook = opened("made/panels.ipynb")
    no_cell_failed(notebook.content())
    no_widget_holds_an_error(notebook.saved())
