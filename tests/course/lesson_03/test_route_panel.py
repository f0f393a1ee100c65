"""The route panel: stops and arrows where the numbers say, and shipped routes read from a file."""

from itertools import combinations
from math import isnan

import pytest
from matplotlib.figure import Figure

from labkit.course.lesson_03 import route_panel
from labkit.course.lesson_03.route_panel import Stop

TEACHER = Stop("teacher", 20_000_000, 0.9)
ROUTES = {
    "chained": [
        TEACHER,
        Stop("assistant", 15_000_000, 0.8, 12.0, 0.5),
        Stop("student", 8_000_000, 0.7, 2.0, 0.25),
    ],
    "direct": [TEACHER, Stop("student", 8_000_000, 0.75, 2.5)],
}


def drawn(**values):
    axes = Figure().subplots()
    return axes, route_panel.draw_route(axes, ROUTES, 0.2, **values)


def test_each_stop_is_a_point_at_its_size_and_accuracy_and_the_alt_text_has_the_numbers():
    axes, said = drawn(route="chained", others=False)
    points = [(line.get_xdata()[0], line.get_ydata()[0]) for line in axes.lines[:3]]
    assert points == [(20_000_000, 0.9), (15_000_000, 0.8), (8_000_000, 0.7)]
    assert "assistant with 15.0M parameters and accuracy 0.800 after 12.0 seconds" in said
    assert "repeating 0.25 of the mistakes before it" in said
    assert said.count(" then ") == 2 and "nan" not in said


def test_the_other_routes_are_drawn_only_when_asked_for_and_never_move_the_axes():
    alone, said = drawn(route="direct", others=False)
    both, alt = drawn(route="direct", others=True)
    assert alt == f"{said} In grey: chained."
    assert len(both.lines) == len(alone.lines) + 1
    chained, _ = drawn(route="chained", others=False)
    assert alone.get_xlim() == both.get_xlim() == chained.get_xlim()
    assert alone.get_ylim() == chained.get_ylim()


def test_an_unknown_chance_level_is_neither_drawn_nor_mentioned():
    axes, without = Figure().subplots(), Figure().subplots()
    alt = route_panel.draw_route(axes, ROUTES, 0.2, "direct", others=False)
    alone = route_panel.draw_route(without, ROUTES, None, "direct", others=False)
    assert len(without.lines) == len(axes.lines) - 1
    assert alt == f"{alone} Chance is 0.20."


def test_the_panel_draws_every_corner_and_its_twin():
    panel = route_panel.panel(ROUTES, 0.2)
    assert panel.try_corners() == 8
    assert panel.static_twin(route=list(ROUTES)).alt.count("The route") == 2


def test_seconds_are_added_up_along_the_route_and_the_axes_stay_for_every_route():
    axes, said = drawn(route="chained", others=False, against=route_panel.SPENT)
    assert [line.get_xdata()[0] for line in axes.lines[:3]] == [0.0, 12.0, 14.0]
    assert said.startswith("The route chained, accuracy against seconds spent so far: teacher")
    direct, _ = drawn(route="direct", others=False, against=route_panel.SPENT)
    assert direct.lines[1].get_xdata()[0] == 2.5
    assert direct.get_xlim() == axes.get_xlim()


def test_a_seed_can_be_looked_at_alone():
    lucky = {"chained": [TEACHER, Stop("student", 8_000_000, 0.85)], "direct": ROUTES["direct"]}
    panel = route_panel.panel(ROUTES, 0.2, {"seed 0": lucky})
    assert "accuracy 0.850" in panel.static_twin(of=["seed 0"]).alt
    assert "accuracy 0.850" not in panel.static_twin(of=[route_panel.MEAN]).alt
    with pytest.raises(ValueError, match="other routes for seed 1"):
        route_panel.panel(ROUTES, 0.2, {"seed 1": {"direct": ROUTES["direct"]}})


@pytest.mark.parametrize("against", [route_panel.SIZE, route_panel.SPENT])
def test_each_point_has_its_name_and_no_words_lie_on_others(against):
    axes, _ = drawn(route="chained", others=False, against=against)
    axes.figure.draw_without_rendering()
    words = [text for text in axes.texts if text.get_text() and text.get_text() != "chance"]
    assert [text.get_text().split("\n")[0] for text in words] == ["teacher", "assistant", "student"]
    boxes = [text.get_window_extent() for text in words]
    assert not any(one.overlaps(two) for one, two in combinations(boxes, 2))


def test_routes_of_one_stop_and_impossible_stops_are_refused():
    with pytest.raises(ValueError, match="fewer than two stops"):
        route_panel.panel({"short": [TEACHER]}, 0.2)
    with pytest.raises(ValueError, match="got 0 routes"):
        route_panel.panel({}, 0.2)
    with pytest.raises(ValueError, match="accuracy 90"):
        Stop("teacher", 10, 90)


def test_shipped_routes_are_means_over_seeds_and_half_a_route_is_left_out(tmp_path):
    file = tmp_path / "table2.csv"
    lines = ["# made by a test", "dataset,arm,option,seed,accuracy,cpu_seconds"]
    lines += ["sst5,teacher,,0,0.5,9", "sst5,direct,,0,0.3,2", "sst5,direct,,1,0.4,4"]
    lines += ["sst5,direct,more_time,0,0.9,8", "sst2,assistant,,0,0.7,5", "sst5,chained,,0,0.3,1"]
    file.write_text("\n".join(lines), encoding="utf-8")
    sizes = {"teacher": 30, "assistant": 20, "student": 10}
    found = route_panel.shipped(file, "sst5", sizes)
    assert list(found) == ["shipped: direct KD", "shipped: direct KD, more time"]
    teacher, student = found["shipped: direct KD"]
    assert (teacher.parameters, teacher.accuracy) == (30, 0.5) and isnan(teacher.seconds)
    assert (student.name, student.parameters, student.seconds) == ("student", 10, 3.0)
    assert student.accuracy == pytest.approx(0.35)
    assert route_panel.shipped(tmp_path / "none.csv", "sst5", sizes) == {}
