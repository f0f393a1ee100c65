import pandas as pd
from labkit.experiments.ladder.ladder_file import write

from tests.helpers.rungs import made


def test_a_ladder_is_read_back_with_how_it_was_made_above_it(tmp_path):
    rungs = made("student_labels", [0.7, 0.72, 0.71]) + made("student_kd", [0.9, 0.91, 0.92])
    write(tmp_path / "a.csv", "trec", "a test", "labkit ladder trec", rungs)
    table = pd.read_csv(tmp_path / "a.csv", comment="#")
    assert table["accuracy"].tolist() == [0.7, 0.72, 0.71, 0.9, 0.91, 0.92]
    assert set(table["dataset"]) == {"trec"}
    lines = (tmp_path / "a.csv").read_text().splitlines()
    head = [line for line in lines if line.startswith("#")]
    assert head[:2] == ["# made by: labkit ladder trec", "# data: a test"]
    assert "torch" in head[2]
    assert "better" in head[3]


def test_a_floor_alone_has_no_verdict(tmp_path):
    write(tmp_path / "a.csv", "trec", "a test", "labkit ladder trec --floor", made("tfidf", [0.7]))
    assert "verdict" not in (tmp_path / "a.csv").read_text()
