"""The panel of settings draws every combination, and says scores, shares and texts."""

import pytest

from labkit.course.lesson_06 import settings_panel
from labkit.experiments.experiment import head
from labkit.experiments.llm import words_sweep_table
from tests.helpers.llm.made_settings import made


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    folder = tmp_path_factory.mktemp("settings")
    done = made()
    words_sweep_table.write_tables(folder, done, head("t", "c", 0, done))
    return words_sweep_table.shipped(folder)


def test_every_combination_can_be_drawn(runs):
    assert settings_panel.panel(runs).try_corners() >= 32


def test_the_picture_says_score_share_and_texts(runs):
    picture = settings_panel.panel(runs).picture(discriminator="frozen", score="sum", kl="0")
    assert "right 0.11, of longer SeqKD 0.31" in picture.alt
    assert "score 0.0 to 3.0, 0.0 to 3.0; right at the end 0.10, 0.12" in picture.alt
    assert "tact: SeqKD tcat ✓ b, GAD a? ✗; unit: SeqKD (nothing) ✗" in picture.alt


def test_a_lower_temperature_shows_other_answers(runs):
    panel = settings_panel.panel(runs)
    assert panel.picture(temperature="0.0").alt != panel.picture(temperature="1.0").alt
    assert "asked at temperature 0.0" in panel.picture(temperature="0.0").alt


def test_crosses_are_in_another_colour(runs):
    texts = settings_panel.panel(runs).picture(discriminator="frozen", kl="0").figure.axes[-1].texts
    colours = {text.get_text()[-1]: text.get_color() for text in texts}
    assert colours["✗"] != colours["b"]


def test_the_twin_has_all_settings(runs):
    picture = settings_panel.static_twin(runs)
    assert len(picture.figure.axes) == 18
    assert "last, KL 0.2, group 8, frozen: 0.13" in picture.alt


def test_the_table_holds_the_means_over_seeds(runs):
    table = settings_panel.shares(runs)
    assert table.shape == (6, 6)
    assert table.loc["sum, frozen", "KL 0.2, group 2"] == pytest.approx(0.13)
    assert table.loc["likelihood, learns with the student", "KL 0, group 8"] == pytest.approx(0.61)


def test_without_runs_the_command_is_named(tmp_path):
    with pytest.raises(ValueError, match="labkit reproduce llm_words_sweep"):
        settings_panel.panel(words_sweep_table.shipped(tmp_path))
