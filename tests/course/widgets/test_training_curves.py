"""What a training panel draws, without a panel and without a run."""

from types import SimpleNamespace

from labkit.course.widgets.training_curves import TrainingCurves, training_picture
from labkit.evaluation.curves import Behind, Point


def step(loss, accuracy=0.5, validation=None):
    return SimpleNamespace(index=0, total=9, loss=loss, accuracy=accuracy, validation=validation)


STEPS = [step(2.0), step(1.5, 0.6, 0.55), step(1.0, 0.7)]
BEHIND = Behind("shipped, 1 seed", ((Point(1, 2, 2.5, 0.4), Point(3, 4, 0.9, 0.8, 0.7)),))


def axes_of(runs, **more):
    return training_picture(runs, **more).figure.axes


def test_nothing_trained_is_two_empty_axes_that_say_so():
    picture = training_picture(TrainingCurves([]))
    assert [len(one.lines) for one in picture.figure.axes] == [0, 0]
    assert picture.alt == "Axes for loss against steps. Nothing has been trained yet."


def test_validation_is_drawn_and_said_at_the_step_where_it_was_taken():
    picture = training_picture(TrainingCurves(STEPS))
    points = picture.figure.axes[1].lines[-1]
    assert (list(points.get_xdata()), list(points.get_ydata())) == ([2], [0.55])
    assert "from 2.000 at step 1 to 1.000 at step 3. Validation accuracy 0.55 at step 2." in (
        picture.alt
    )


def test_what_is_drawn_is_called_by_its_name():
    picture = training_picture(TrainingCurves(STEPS, loss="mean score"))
    assert picture.alt.startswith("Mean score against steps: from 2.000")


def test_without_accuracy_there_is_one_drawing():
    assert len(axes_of(TrainingCurves(STEPS), accuracy=False)) == 1


def test_earlier_runs_are_drawn_and_counted():
    runs = TrainingCurves(STEPS, [[step(3.0), step(2.0)]])
    loss = axes_of(runs)[0]
    assert list(loss.lines[0].get_ydata()) == [3.0, 2.0]
    assert "1 earlier runs in grey" in training_picture(runs).alt


def test_earlier_runs_keep_their_name_their_validation_and_a_mark_of_their_own():
    runs = TrainingCurves([], [STEPS, STEPS], names=["kd 0", "kd 1"])
    held = axes_of(runs)[1]
    assert held.lines[0].get_label() == "kd 0: 0.55"
    marks = [line for line in held.lines if line.get_linestyle() == "None"]
    assert [list(line.get_ydata()) for line in marks] == [[0.55], [0.55]]
    assert len({line.get_marker() for line in marks}) == 2
    assert len({line.get_linestyle() for line in held.lines if line.get_marker() == "None"}) == 2


def test_finished_runs_lie_behind_and_the_title_has_the_values():
    runs = TrainingCurves(STEPS, (), {"alpha": 0.5, "seed": "1"}, BEHIND)
    loss = axes_of(runs)[0]
    assert loss.get_title() == "alpha 0.5, seed 1"
    assert loss.get_xlim() == (0, 5)
    assert training_picture(runs).alt.endswith(
        "In grey, shipped, 1 seed: loss from 2.500 to 0.900, batch accuracy to 0.80."
    )


def test_values_without_finished_runs_are_said_to_have_none():
    runs = TrainingCurves([], (), {"alpha": 0.5})
    assert axes_of(runs)[0].get_title() == "alpha 0.5: no finished runs"
