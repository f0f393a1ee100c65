"""Every lesson in JupyterLab: students' builds as installed, solved ones without subshells."""

import pytest

from labkit import paths
from labkit.course.lesson_files import lessons
from tests.browser.expectations import (
    a_panel_draws,
    a_panel_works,
    a_run_starts_stops_and_starts_again,
    every_picture_says_what_it_shows,
    keep_picture,
    no_barrier,
    no_cell_failed,
    no_widget_holds_an_error,
)

THEMES = ("JupyterLab Dark", "JupyterLab Light")
NAMES = [path.name for path in lessons(paths.root() / "notebooks")]
LESSONS = [("subshells", name) for name in NAMES]
SOLVED = [("one thread", f"solutions/{name}") for name in NAMES]


@pytest.mark.timeout(900)
@pytest.mark.parametrize("lab, path", [*LESSONS, *SOLVED], indirect=["lab"])
def test_a_lesson_runs_and_each_of_its_panels_works(fresh, lab, path):
    notebook = fresh(path).run_all()
    no_cell_failed(notebook.content())
    every_picture_says_what_it_shows(notebook)
    for panel in notebook.panels():
        # The keyboard is tried in the students' build only: the panels of both are the same.
        (a_panel_works if lab.subshells else a_panel_draws)(panel)
    for training in notebook.trainings():
        a_run_starts_stops_and_starts_again(training)
    no_widget_holds_an_error(notebook.saved())
    for theme in THEMES if lab.subshells else THEMES[:1]:
        notebook.theme(theme)
        no_barrier(notebook, ".jp-OutputArea-output")
        for place, panel in enumerate([*notebook.panels(), *notebook.trainings()]):
            keep_picture(panel, f"{path[:-6].replace('/', '-')}-{place}", theme)
