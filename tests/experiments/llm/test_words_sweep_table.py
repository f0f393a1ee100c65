"""Settings go into two files and come back as they were."""

import pytest

from labkit.experiments.experiment import head
from labkit.experiments.llm import words_sweep_table as table
from labkit.experiments.llm.plan import TEMPERATURES
from labkit.experiments.llm.words_sweep import SettingRun, settings
from labkit.experiments.results import read_rows
from tests.helpers.llm.made_settings import made


@pytest.fixture
def folder(tmp_path):
    done = made()
    table.write_tables(tmp_path, done, head("t", "c", 0, done))
    return tmp_path


def test_a_line_for_each_run_and_temperature_and_for_each_look(folder):
    runs = settings(2)
    assert len(read_rows(folder / "llm_words_sweep.csv")) == len(runs) * len(TEMPERATURES)
    played = [run for run in runs if run.arm == "gad"]
    assert len(read_rows(folder / "llm_words_sweep_curves.csv")) == 2 * len(played)


def test_what_was_written_is_read_back_by_setting(folder):
    found = table.shipped(folder)
    setting = table.Setting("gad", "sum", "yes", "0.2", "2")
    rows = found.answers[setting, "1.0"]
    assert [row["seed"] for row in rows] == ["0", "1"]
    assert float(rows[1]["right"]) == pytest.approx(0.14)
    assert rows[0]["said"].split(" ")[0] == "fault:tluaf"
    assert [one["step"] for one in found.curves[setting]["1"]] == [1, 150]
    assert not setting.is_control


def test_controls_have_answers_and_no_settings(folder):
    found = table.shipped(folder)
    control = table.Setting("seqkd_longer")
    assert control.is_control and (control, "0.0") in found.answers
    assert control not in found.curves


def test_without_files_there_is_nothing(tmp_path):
    found = table.shipped(tmp_path)
    assert not found.answers and not found.curves


def test_the_experiment_writes_under_its_command(tmp_path):
    asked = [SettingRun("start", scale="smoke")]
    found = table.experiment(asked, 0, tmp_path, "labkit reproduce x")
    assert found.tables == {"llm_words_sweep": asked} and found.file.name == "llm.jsonl"
    found.write("llm_words_sweep", made(1))
    assert "# command: labkit reproduce x" in (tmp_path / "llm_words_sweep.csv").read_text()
