"""Panels broken on purpose: what the other tests ask of a panel must refuse each of them."""

import pytest

from tests.browser.expectations import (
    an_error_is_said_and_the_picture_stays,
    every_choice_is_drawn,
    every_label_is_whole,
    every_picture_says_what_it_shows,
    every_tick_is_drawn,
    no_barrier,
    no_cell_failed,
    no_widget_holds_an_error,
    values_can_be_typed,
)

pytestmark = pytest.mark.parametrize("lab", ["subshells"], indirect=True)


def test_a_drawing_that_fails_at_some_value_is_found(opened):
    with pytest.raises(AssertionError, match="only 1 can be drawn"):
        values_can_be_typed(opened("made/broken.ipynb").panels()[0])


def test_a_picture_that_never_changes_is_found(opened):
    with pytest.raises(AssertionError, match="not seen: a new picture after value = 0"):
        values_can_be_typed(opened("made/broken.ipynb").panels()[1], seconds=2)


def test_a_picture_that_changes_its_height_is_found(opened):
    with pytest.raises(AssertionError, match="changes the height"):
        values_can_be_typed(opened("made/broken.ipynb").panels()[2])


def test_a_panel_that_loses_its_picture_at_an_error_is_found(opened):
    with pytest.raises(AssertionError, match="the last good picture is gone"):
        an_error_is_said_and_the_picture_stays(opened("made/broken.ipynb").panels()[3])


def test_an_error_hidden_in_an_output_widget_is_found(opened):
    with pytest.raises(AssertionError, match="nobody sees this"):
        no_widget_holds_an_error(opened("made/broken.ipynb").saved())


def test_a_picture_without_alt_text_and_a_button_without_a_name_are_found(opened):
    notebook = opened("made/broken.ipynb")
    with pytest.raises(AssertionError, match=r"1 of \d pictures have no alt text"):
        every_picture_says_what_it_shows(notebook)
    with pytest.raises(AssertionError, match="button-name"):
        no_barrier(notebook, ".jp-OutputArea-output")


def test_a_first_drawing_that_fails_is_found(opened):
    with pytest.raises(AssertionError, match="cell 8 failed: only 1 can be drawn"):
        no_cell_failed(opened("made/broken.ipynb").content())


def test_entries_of_a_list_and_ticks_that_change_no_alt_text_are_found(opened):
    panel = opened("made/broken.ipynb").panels()[4]
    with pytest.raises(AssertionError, match=r"not seen: a new picture after kind also.full"):
        every_choice_is_drawn(panel, seconds=2)
    with pytest.raises(AssertionError, match="not seen: a new picture after a click on a grid"):
        every_tick_is_drawn(panel, seconds=2)


def test_names_too_long_for_their_place_are_found(opened):
    with pytest.raises(AssertionError, match=r"cut off: also.full.*; a grid that is"):
        every_label_is_whole(opened("made/broken.ipynb").panels()[4])


def test_a_picture_that_makes_the_page_large_is_found(opened):
    with pytest.raises(AssertionError, match="value = 1: the panel has"):
        values_can_be_typed(opened("made/broken.ipynb").panels()[5])
