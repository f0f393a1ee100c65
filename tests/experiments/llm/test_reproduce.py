"""From runs to files."""

from labkit.experiments.experiment import head
from labkit.experiments.llm import reproduce
from labkit.experiments.llm.claims import CLAIMS
from labkit.experiments.llm.plan import ARMS, TABLE, TEMPERATURES, planned
from labkit.experiments.results import read_rows
from tests.helpers.llm.made_runs import made


def test_a_line_for_each_arm_seed_and_temperature_and_for_each_claim(tmp_path):
    runs = made({arm: 0.5 for arm in ARMS}, seeds=3)
    reproduce.write_table(tmp_path, runs, head("t", "c", 0, runs))
    rows = read_rows(tmp_path / f"{TABLE}.csv")
    assert len(rows) == len(ARMS) * 3 * len(TEMPERATURES)
    assert rows[0]["arm"] == "start" and float(rows[1]["right"]) == 0.6
    lines = read_rows(tmp_path / f"{TABLE}_verdicts.csv")
    assert len(lines) == len(CLAIMS) and {line["seeds"] for line in lines} == {"3"}
    assert "# line 12: " in (tmp_path / f"{TABLE}_verdicts.csv").read_text()


def test_the_experiment_runs_the_plan_and_writes_into_its_folder(tmp_path):
    asked = planned(2, "smoke")
    found = reproduce.experiment(asked, 0, tmp_path, "labkit reproduce x")
    assert found.tables == {TABLE: asked} and found.file.name == "llm.jsonl"
    runs = made({"start": 0.5}, seeds=2)
    found.write(TABLE, runs)
    assert "# command: labkit reproduce x" in (tmp_path / f"{TABLE}.csv").read_text()
