"""From runs on real text to files and a picture."""

from labkit.experiments.experiment import head
from labkit.experiments.llm import text_pictures, text_reproduce
from labkit.experiments.llm.text_claims import CLAIMS
from labkit.experiments.llm.text_plan import (
    ARMS,
    CHOICE_TABLE,
    TABLE,
    TEMPERATURES,
    candidates,
    planned,
)
from labkit.experiments.result import Result
from labkit.experiments.results import read_rows
from tests.helpers.llm.made_text_runs import made


def runs():
    levels = {arm: 0.5 + 0.1 * place for place, arm in enumerate(ARMS)}
    return made(levels, 3) + made(levels, 3, "long")


def test_files_have_a_line_for_each_run_place_and_temperature_and_for_each_claim(tmp_path):
    done = runs()
    text_reproduce.write_table(tmp_path, done, head("t", "c", 0, done))
    rows = read_rows(tmp_path / f"{TABLE}.csv")
    assert len(rows) == len(done) * 2 * len(TEMPERATURES)
    assert (rows[0]["arm"], rows[0]["texts"], rows[0]["prompts"]) == ("teacher", "short", "answers")
    assert len(read_rows(tmp_path / f"{TABLE}_verdicts.csv")) == len(CLAIMS)
    assert (tmp_path / f"{TABLE}.png").stat().st_size > 5000


def test_the_choice_takes_the_rate_with_the_least_sum_of_both_kls(tmp_path):
    tried = [run for run in candidates() if run.arm == "gakd"]
    values = [1.0, 0.4]
    done = [
        Result(str(one), one, made({"gakd": value}, 1)[0].outcome)
        for one, value in zip(tried, values, strict=True)
    ]
    assert text_reproduce.best_rates(done) == {"gakd": tried[1].rate}
    study = text_reproduce.choice(tried, 0, tmp_path)
    study.write(CHOICE_TABLE, done)
    assert "# rule: each arm takes" in (tmp_path / f"{CHOICE_TABLE}.csv").read_text()


def test_the_experiment_runs_the_plan_and_writes_into_its_folder(tmp_path):
    asked = planned({}, 2, "smoke")
    found = text_reproduce.experiment(asked, 0, tmp_path, "labkit reproduce x")
    assert found.tables == {TABLE: asked} and found.file.name == "llm_text.jsonl"
    found.write(TABLE, runs())
    assert "# command: labkit reproduce x" in (tmp_path / f"{TABLE}.csv").read_text()


def test_means_over_seeds_are_those_of_one_length_and_place(tmp_path):
    done = runs()
    text_reproduce.write_table(tmp_path, done, head("t", "c", 0, done))
    points = text_pictures.averaged(read_rows(tmp_path / f"{TABLE}.csv"))
    assert list(points) == list(ARMS) and list(points["start"]) == list(TEMPERATURES)
    assert abs(points["teacher"][1.0]["reverse_kl"] - (0.5 + 0.05 / 3)) < 1e-4
