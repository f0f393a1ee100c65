"""The table of a training panel's runs: values, steps, loss and validation, as safe HTML."""

from types import SimpleNamespace

from labkit.course.widgets.runs_table import EndedRun, as_html, names


def step(loss, validation=None):
    return SimpleNamespace(index=0, total=12, loss=loss, validation=validation)


def test_a_run_is_named_by_the_values_that_tell_it_from_the_others():
    runs = [EndedRun({"kd": kd, "seed": 0, "frozen": False}, [step(1.0)]) for kd in (0.5, 0.9)]
    assert names(runs, runs[0].values) == ["kd 0.5", "kd 0.9"]
    assert names(runs[:1], {"kd": 0.5, "seed": 1, "frozen": True}) == ["seed 0, frozen False"]
    assert names(runs[:1], runs[0].values) == ["the same values"] and names([], {"kd": 1}) == []


def test_the_loss_is_a_mean_of_the_runs_end():
    steps = [step(9.0)] * 2 + [step(1.0)] * 9 + [step(2.0, 0.5)]
    run = EndedRun({"temperature": 4.0, "kd": 0.9}, steps)
    assert "<td>4</td><td>0.9</td><td>12</td><td>1.100</td><td>0.500</td>" in as_html([run], "loss")


def test_a_run_that_was_stopped_says_where_and_names_are_escaped():
    shown = as_html([EndedRun({"way": "<b>"}, [step(1.0)])], "loss on labels, nats")
    assert "1 of 12, stopped" in shown
    assert "&lt;b&gt;" in shown
    assert '<th scope="col">loss on labels, nats, last 10 steps</th>' in shown


def test_validation_has_a_column_only_where_some_run_took_it():
    without, took = EndedRun({"kd": 1}, [step(1.0)]), EndedRun({"kd": 2}, [step(1.0, 0.5)])
    both = as_html([without, took], "loss")
    assert "validation accuracy" in both and both.count("none taken") == 1
    assert "validation" not in as_html([without], "loss")
    assert "none taken" not in as_html([without], "loss")


def test_no_run_is_a_sentence_in_the_place_of_the_table():
    assert "No run has ended yet" in as_html([], "loss")
    assert "<table" not in as_html([], "loss")


def test_the_keyboard_reaches_a_table_that_scrolls():
    assert 'tabindex="0"' in as_html([EndedRun({"rate": 1.0}, [step(1.0)])], "loss")
