"""The explorer: what it draws, says and refuses for the cells of made-up grids."""

import pytest
from matplotlib.figure import Figure

from labkit.course.lesson_04 import explorer
from labkit.course.lesson_04.cell_sliders import possible, weights
from tests.helpers.made_grids import MISSING, grid

GRIDS = {"made up": grid(), "another": grid("another", printed=False)}


def drawn(**values):
    asked = {"dataset": "made up", "alpha": 0.5, "beta": 0.1, "paper": False} | values
    figure = Figure(figsize=explorer.SIZE)
    return figure, explorer.draw_cell(figure.subplots(), GRIDS, **asked)


def test_the_alt_text_has_the_numbers_of_the_cell_of_its_lines_and_of_every_other_cell():
    _, said = drawn()
    assert "this cell 82.5 ± 2.5" in said
    for level in ("teacher 95.0", "bag of words 79.0", "labels only 81.0", "direct KD 84.0"):
        assert level in said
    assert "same alpha, beta 0 83.5 ± 2.5" in said
    assert "alpha 0.9 beta 0.1 84.5 ± 2.5" in said
    assert "labels 0.40, teacher 0.50, adversary 0.10" in said


def test_a_cell_that_was_not_measured_is_reported_and_has_no_dot():
    _, said = drawn(alpha=MISSING[0], beta=MISSING[1])
    assert "this cell not measured" in said
    assert "same alpha, beta 0 84.5" in said
    figure, said = drawn(alpha=1.0, beta=0.0)
    assert "this cell not measured" in said and "same alpha, beta 0 not measured" in said
    whole, _ = drawn()

    def dots(of):
        found = [one for axes in of.axes for one in axes.collections]
        return sum(
            len(one.get_offsets()) for one in found if one.get_zorder() == 3 and not one.get_gid()
        )

    assert dots(figure) == dots(whole) - 2


def test_the_switch_shows_the_papers_surface_and_both_have_colours_from_floor_to_teacher():
    without, said = drawn()
    assert "The paper" not in said
    figure, said = drawn(paper=True)
    assert len(figure.axes) == len(without.axes) + 1
    ours, paper = (axes.images[0].get_clim() for axes in figure.axes if axes.images)
    assert ours == paper == pytest.approx((0.78, 0.95))
    assert "from 70.0 to 79.0 percent; this cell 75.0" in said
    assert "not in the paper" in drawn(paper=True, beta=0.0)[1]
    assert "The paper has no numbers" in drawn(paper=True, dataset="another")[1]


def test_the_accuracy_axis_stays_when_the_cell_moves():
    limits = {drawn(alpha=alpha, beta=beta)[0].axes[2].get_xlim()
              for alpha, beta in ((0, 0), (0.9, 0.1), (0.5, 0.3))}  # fmt: skip
    assert len(limits) == 1


def test_an_impossible_cell_is_refused_and_cannot_be_chosen():
    with pytest.raises(ValueError, match=r"at most 1, got 0.9 \+ 0.3"):
        drawn(alpha=0.9, beta=0.3)
    assert possible(0.7, 0.3) and not possible(0.8, 0.3)
    panel = explorer.panel(GRIDS)
    panel.controls["beta"].widget.value = 0
    panel.controls["alpha"].widget.value = 1
    panel.controls["beta"].widget.value = 0.3
    assert panel.values()["alpha"] == 0.7
    assert "alpha 0.7, beta 0.3." in panel.image.value
    assert panel.errors == []
    panel.reset.click()
    assert (panel.values()["alpha"], panel.values()["beta"]) == (0.5, 0.1)


def test_every_possible_corner_is_drawn_and_no_other():
    panel = explorer.panel(GRIDS)
    assert panel.try_corners() == 2 * 2 * (3 * 3 - 2)


def test_the_picture_is_small_enough_for_a_page_with_the_paper_and_without():
    grids = explorer.shipped_grids() or GRIDS
    for paper in (False, True):
        found = explorer.picture(grids, next(iter(grids)), 0.5, 0.1, paper)
        assert len(found.to_html()) < 42_000


def test_the_twin_for_print_has_a_surface_a_data_set_and_says_all_of_them():
    twin = explorer.static_twin(GRIDS)
    assert sum(bool(axes.images) for axes in twin.figure.axes) == 2
    assert "made up: accuracy" in twin.alt and "another: accuracy" in twin.alt
    assert len(explorer.static_twin({"made up": grid()}).figure.axes) == 1


def test_no_grid_at_all_is_reported_with_the_command_that_makes_one():
    with pytest.raises(ValueError, match="labkit explorer trec"):
        explorer.panel({})


def test_the_two_weights_start_at_a_cell_of_every_grid():
    start = {name: control.start for name, control in weights().items()}
    assert (start["alpha"], start["beta"]) in grid().cells
