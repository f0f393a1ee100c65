"""Panels without a browser: values set from threads, errors, Reset, corners, size of the state."""

import base64
import io
import json
import re
import threading

import ipywidgets
import pytest
from PIL import Image

from labkit.course.widgets.controls import choice, number, sum_at_most, switch
from labkit.course.widgets.panel import Panel


def line(axes, slope, offset=0.0, before=None):
    axes.plot([0, 1], [offset, offset + slope])
    if before:
        axes.plot([0, 1], [0, before["slope"]], color="0.7")
    axes.set(ylim=(0, 2))
    if slope < 0:
        raise ValueError("slope < 0 & <b>not drawn</b>")
    return f"A line of slope {slope:g}, before {before['slope'] if before else 'nothing'}."


def made(**more):
    return Panel(line, slope=number("slope", 1, -1, 2, 0.5), **more)


def alt(panel):
    return re.search(r'alt="([^"]*)"', panel.image.value)[1]


def size(panel):
    code = re.search(r'base64,([^"]+)"', panel.image.value)[1]
    return Image.open(io.BytesIO(base64.b64decode(code))).size


def test_the_first_picture_is_drawn_at_once_and_shows_its_values():
    assert alt(made()) == "A line of slope 1, before nothing."


def test_a_broken_first_drawing_fails_where_the_panel_is_made():
    with pytest.raises(ValueError, match="slope < 0"):
        Panel(line, slope=number("slope", -1, -1, 2, 0.5))


def test_moving_a_control_redraws_with_the_previous_values_in_hand():
    panel = made()
    panel.controls["slope"].widget.value = 2
    assert alt(panel) == "A line of slope 2, before 1.0."


def test_an_error_is_shown_escaped_and_kept_while_the_last_good_picture_stays():
    panel = made()
    panel.controls["slope"].widget.value = -0.5
    assert 'role="alert"' in panel.status.value
    assert "ValueError: slope &lt; 0 &amp; &lt;b&gt;" in panel.status.value
    assert [type(error) for error in panel.errors] == [ValueError]
    assert alt(panel).startswith("A line of slope 1,")
    panel.controls["slope"].widget.value = 0.5
    assert panel.status.value == ""
    assert alt(panel).startswith("A line of slope 0.5")


def test_the_image_keeps_its_size_whatever_is_drawn():
    panel = made()
    before, style = size(panel), re.search('style="[^"]*"', panel.image.value)[0]
    panel.controls["slope"].widget.value = 2
    assert size(panel) == before
    assert re.search('style="[^"]*"', panel.image.value)[0] == style
    assert "aspect-ratio" in style, "it gives its height at any width, before it is there"
    assert panel.image.layout.min_height is None, "a fixed height leaves white on a narrow page"


def test_values_set_from_many_threads_are_drawn_one_at_a_time_and_end_on_the_last():
    inside, most = [], []

    def slow(axes, slope):
        inside.append(1)
        most.append(len(inside))
        threading.Event().wait(0.01)
        inside.pop()
        return f"slope {slope:g}"

    panel = Panel(slow, slope=number("slope", 0, 0, 100, 1))
    widget = panel.controls["slope"].widget

    def move(value):
        widget.value = value

    threads = [threading.Thread(target=move, args=(value,)) for value in range(1, 9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert max(most) == 1
    assert alt(panel) == f"slope {widget.value:g}"
    assert panel.errors == []


def test_reset_restores_every_control_with_one_drawing_and_clears_the_error():
    drawn = []

    def draw(axes, slope, offset):
        drawn.append((slope, offset))
        return line(axes, slope, offset)

    panel = Panel(draw, slope=number("slope", 1, -1, 2, 0.5), offset=number("o", 0, 0, 1, 0.1))
    panel.controls["offset"].widget.value = 0.5
    panel.controls["slope"].widget.value = -1
    drawn.clear()
    panel.reset.click()
    assert drawn == [(1, 0)]
    assert panel.values() == {"slope": 1, "offset": 0}
    assert panel.status.value == ""


def test_try_corners_counts_every_combination_and_raises_at_a_bad_one():
    panel = Panel(
        lambda axes, slope, kind, grid: f"{slope} {kind} {grid}",
        slope=number("slope", 1, 0, 2, 0.5), kind=choice("kind", ["a", "b"]), grid=switch("grid"),
    )  # fmt: skip
    assert panel.try_corners() == 3 * 2 * 2
    with pytest.raises(ValueError, match="slope < 0"):
        made().try_corners()


def shares(most=1.0):
    first, second = number("first", 0.5, 0, 1, 0.1), number("second", 0.1, 0, 0.3, 0.1)
    sum_at_most(first, second, most)
    return {"first": first, "second": second}


def test_combinations_that_are_not_possible_are_not_tried():
    seen = []
    panel = Panel(
        lambda axes, first, second: seen.append((first, second)) or "x",
        possible=lambda first, second: first + second <= 1, **shares(),
    )  # fmt: skip
    seen.clear()
    assert panel.try_corners() == len(seen) == 3 * 3 - 2
    assert max(first + second for first, second in seen) <= 1


def test_two_numbers_never_sum_to_more_than_they_may_not_even_while_one_moves():
    seen = []
    panel = Panel(lambda axes, first, second: seen.append(first + second) or f"{seen}", **shares())
    first, second = (panel.controls[name] for name in ("first", "second"))
    slider, box, *_ = first.children
    assert (slider.max, box.max) == (0.9, 0.9)
    first.widget.value = 0.9
    second.widget.value = 0.3
    assert (slider.value, slider.max, box.max) == (0.7, 0.7, 0.7)
    second.widget.value = 0
    assert (slider.value, slider.max, box.max) == (0.7, 1, 1)
    assert max(seen) <= 1 + 1e-9
    assert panel.errors == []


def test_reset_brings_back_a_value_that_another_control_kept_out():
    controls = shares()
    controls["first"].start = 0.9
    panel = Panel(lambda axes, first, second: f"{first} {second}", **controls)
    controls["second"].widget.value = 0.3
    panel.reset.click()
    assert panel.values() == {"first": 0.9, "second": 0.1}


def test_many_controls_are_tried_at_their_ends_only():
    names = "abcde"
    panel = Panel(
        lambda axes, a, b, c, d, e: f"{a} {b}", **{name: number(name, 1, 0, 2, 1) for name in names}
    )
    assert panel.try_corners() == 2**5


def test_a_step_that_the_browser_counted_inexactly_is_tidied_and_drawn_once():
    drawn = []
    panel = Panel(lambda axes, a: drawn.append(a) or f"{a!r}", a=number("a", 2, 0.5, 20, 0.5))
    panel.controls["a"].widget.value = 2.5000000000000004
    assert panel.values() == {"a": 2.5}
    assert drawn == [2, 2.5]


def test_the_static_twin_is_a_grid_of_the_same_drawing_that_says_every_value():
    panel = Panel(line, slope=number("slope", 1, 0, 2, 0.5), offset=number("o", 0, 0, 1, 0.5))
    twin = panel.static_twin(slope=(0, 1, 2), offset=(0, 0.5, 1))
    assert len(twin.figure.axes) == 9
    assert twin.figure.axes[5].get_title() == "slope 1, offset 1"
    assert "slope 2, offset 0.5: A line of slope 2" in twin.alt
    assert len(twin.png()) < 35_000
    assert len(panel.static_twin(slope=(0, 1)).figure.axes) == 2
    with pytest.raises(ValueError, match="got tilt; name one or two of slope, offset"):
        panel.static_twin(tilt=(1, 2))


def test_several_columns_give_the_draw_function_several_axes():
    panel = Panel(lambda axes, a: f"{len(axes)} axes", columns=2, a=number("a", 1, 0, 2, 1))
    assert alt(panel) == "2 axes"
    with pytest.raises(ValueError, match="one column"):
        panel.static_twin(a=(1, 2))


def test_a_panel_adds_less_than_50_kilobytes_to_the_page():
    before = set(ipywidgets.widgets.widget._instances)
    panel = Panel(line, slope=number("slope", 1, 0, 2, 0.5), offset=number("o", 0, 0, 1, 0.5))
    new = [
        widget
        for name, widget in ipywidgets.widgets.widget._instances.items()
        if name not in before
    ]
    assert panel in new
    assert sum(len(json.dumps(widget.get_state(), default=str)) for widget in new) < 50_000


def test_pyplot_is_not_used():
    import subprocess
    import sys

    code = (
        "import sys; from labkit.course.lesson_01 import temperature_panel as t;"
        "t.panel().try_corners;"
        "assert 'matplotlib.pyplot' not in sys.modules"
    )
    assert subprocess.run([sys.executable, "-c", code], timeout=60).returncode == 0
