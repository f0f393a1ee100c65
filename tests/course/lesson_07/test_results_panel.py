"""The plane over shipped runs, with and without its file."""

import pytest
from matplotlib.figure import Figure

from labkit.course.lesson_07 import results_panel
from labkit.experiments.experiment import head
from labkit.experiments.llm import text_reproduce
from labkit.experiments.llm.text_plan import ARMS, LONG_ARMS
from tests.helpers.llm.made_text_runs import made


@pytest.fixture
def shipped(tmp_path):
    done = made({arm: 0.5 + 0.1 * place for place, arm in enumerate(ARMS)}, 3)
    done += made(dict.fromkeys(LONG_ARMS, 0.7), 3, "long")
    text_reproduce.write_table(tmp_path, done, head("t", "c", 0, done))
    return tmp_path


def test_every_choice_is_drawn(shipped):
    panel = results_panel.ResultsPlane(shipped).panel()
    assert panel.try_corners() >= 16 and not panel.errors


def test_a_selection_shows_its_own_arms_and_the_limits_stay(shipped):
    plane = results_panel.ResultsPlane(shipped)
    limits = []
    for arms, name in (("GAKD", "GAKD without its penalty"), ("GAD", "GAD, likelihood score")):
        axes = Figure().subplots()
        said = plane.draw(axes, arms, "short answers", "held-out questions", "all temperatures")
        assert name in said
        limits.append((axes.get_xlim(), axes.get_ylim()))
    assert limits[0] == limits[1]


def test_all_arms_of_the_groups_were_planned():
    assert {arm for group in results_panel.GROUPS.values() for arm in group} <= set(ARMS)


def test_lines_of_one_source_alone_are_shown(shipped):
    found = results_panel.verdict_frame("GAKD", shipped)
    assert len(found) == 7 and set(found["word"]) <= {
        "reproduced", "not reproduced", "cannot be told",
    }  # fmt: skip
    assert "GAKD beats plain reverse KL" in results_panel.verdict_table("GAKD", shipped)


def test_without_the_file_a_sentence_says_what_to_do(tmp_path):
    plane = results_panel.ResultsPlane(tmp_path)
    assert (
        "labkit reproduce llm_text"
        in plane.panel()
        .picture(
            arms="GAD", texts="short answers", prompts="film reviews", heats="all temperatures"
        )
        .alt
    )
    assert "labkit reproduce llm_text" in results_panel.verdict_table("GAD", tmp_path)


def test_each_choice_of_the_shipped_plane_has_words_of_its_own():
    plane = results_panel.ResultsPlane()
    first = ("GAD", "short answers", "held-out questions", "temperature 1 alone")
    others = [
        ("GAKD", *first[1:]),
        (first[0], "long answers", *first[2:]),
        (*first[:2], "film reviews", first[3]),
        (*first[:3], "all temperatures"),
    ]
    said = [plane.draw(Figure().subplots(), *chosen) for chosen in (first, *others)]
    assert len(set(said)) == 5
