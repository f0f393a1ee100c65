"""A finished run as a line of its table."""

from labkit.experiments.adversarial.runs_table import COLUMNS, cells, write_runs
from labkit.experiments.results import read_rows
from labkit.experiments.trial import Trial
from tests.helpers import made_runs


def test_a_line_has_a_cell_for_every_column_and_weights_only_where_they_count():
    plain = dict(zip(COLUMNS, cells(made_runs.run(Trial("trec", "labels"), 0.5)), strict=True))
    assert (plain["kd"], plain["gan"], plain["ce"]) == ("", "", "")
    played = made_runs.run(Trial("trec", "stage_two", 1, 0.5, 0.1), 0.5)
    played.outcome["notes"]["gradient_norm"] = 0.25
    line = dict(zip(COLUMNS, cells(played), strict=True))
    assert (line["kd"], line["gan"], line["ce"], line["seed"]) == ("0.5", "0.1", "0.4", "1")
    assert (line["gradient_norm"], line["collapsed"]) == ("0.25", "")


def test_all_runs_of_a_table_are_written_and_come_back(tmp_path):
    runs = made_runs.table("table8", lambda trial: 0.5)
    write_runs(tmp_path / "t.csv", runs, {"command": "labkit reproduce table8"})
    rows = read_rows(tmp_path / "t.csv")
    assert len(rows) == len(runs)
    assert set(rows[0]) == set(COLUMNS)
    assert {row["kd"] for row in rows if row["arm"] == "labels"} == {""}
