"""The training panel in JupyterLab: it runs, stops, fails and leaves the kernel free."""

from tests.browser.expectations import a_run_starts_stops_and_starts_again


def test_a_run_starts_stops_starts_again_and_leaves_no_thread(opened):
    for training in opened("made/training.ipynb").trainings():
        a_run_starts_stops_and_starts_again(training)


def test_another_panel_and_a_cell_answer_while_a_run_trains(opened):
    notebook = opened("made/training.ipynb").run_all()
    training, panel = notebook.trainings()[0], notebook.panels()[0]
    training.start()
    training.wait_for_steps()
    before = panel.alt()
    panel.slider("temperature").press("ArrowRight")
    assert "at temperature 2.5:" in panel.wait_for_new(before, "an arrow key", 20)
    assert notebook.ask("6 * 7") == 42
    assert training.running()
    assert training.threads() == ["labkit-training"]
    training.stop()
    assert "stopped: step" in training.progress()


def test_an_error_inside_a_run_is_reported_and_the_next_run_works(opened):
    training = opened("made/training.ipynb").run_all().trainings()[0]
    training.tick("fails").check()
    training.start()
    training.notebook.until(training.alert, "an alert after the run failed")
    assert "RuntimeError: the loss is not a number" in training.alert()
    training.wait_until_ended()
    assert training.threads() == []
    training.tick("fails").uncheck()
    training.start()
    training.notebook.until(lambda: not training.alert(), "the alert goes at the next Start")
    training.wait_for_steps()
    training.stop()
    assert "1 earlier runs in grey" in training.alt()


def test_start_and_stop_clicked_quickly_in_turn_end_in_a_panel_that_works(opened):
    training = opened("made/training.ipynb").run_all().trainings()[0]
    for _ in range(3):
        training.start()
        training.notebook.until(training.running, "Stop can be clicked")
        training.stop()
    training.notebook.until(lambda: not training.threads(), "no training thread is left")
    assert not training.alert()
    assert training.notebook.ask("len(training.errors)") == 0


def test_cells_run_again_while_a_run_trains_and_the_old_run_stops_at_the_next_start(opened):
    notebook = opened("made/training.ipynb").run_all()
    notebook.trainings()[0].start()
    notebook.trainings()[0].wait_for_steps()
    notebook.run_all()
    again = notebook.trainings()[0]
    again.start()
    again.wait_for_steps()
    notebook.until(lambda: len(again.threads()) == 1, "one training thread", 20)
    again.stop()
    notebook.until(lambda: not again.threads(), "no training thread is left", 20)
