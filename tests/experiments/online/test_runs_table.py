from labkit.experiments.online.runs_table import write_table
from labkit.experiments.results import head_of, read_rows
from tests.helpers.online.made_runs import made_run, table3


def test_a_line_per_run_and_a_sentence_per_claim(tmp_path):
    lines = write_table(tmp_path, "kdfd_table3", table3(), {"title": "made up"})
    rows = read_rows(tmp_path / "kdfd_table3.csv")
    assert len(rows) == 12 and rows[1]["arm"] == "online_vae_teacher"
    assert rows[1]["student_score"] == "0.72" and rows[1]["student_nats"] == ""
    written = read_rows(tmp_path / "kdfd_table3_verdicts.csv")
    assert [line["said"] for line in written] == [line.said for line in lines]
    told = head_of(tmp_path / "kdfd_table3_verdicts.csv")
    assert told["line 1"].startswith("KDFD beats vanilla distillation (trec, student score): holds")
    assert "p after Holm" in told["rule"]


def test_the_head_says_rows_seeds_and_minutes(tmp_path):
    write_table(tmp_path, "kdfd_table3", [*table3(), made_run("kd", 7, 0.7)], {})
    told = head_of(tmp_path / "kdfd_table3.csv")
    assert "at most 800 train rows" in told["size of trec, bag"]
    assert told["seeds of each arm"].startswith("4 to 5")
    assert told["processor minutes"].startswith("1 of")
