import pytest
from matplotlib.figure import Figure

from labkit import data
from labkit.experiments.adversarial import sizes_and_counts
from labkit.experiments.claims import NOT_REPRODUCED, REPRODUCED
from labkit.experiments.results import read_rows
from labkit.experiments.scales import SCALES
from tests.helpers import tiny_testbed


def test_the_printed_millions_are_mib_of_the_published_shapes():
    sizes = {
        name: sizes_and_counts.mib(model) for name, model in sizes_and_counts.paper_models().items()
    }
    assert sizes["roberta-base"] == pytest.approx(475.5, abs=0.5)
    assert sizes["bert-base"] == pytest.approx(417.6, abs=0.5)


def test_a_student_of_too_large_a_share_is_not_called_reproduced():
    printed = {"roberta-base": 476.8, "bert-base": 418.2, "bilstm": 165.59}
    sizes = {"roberta-base": 475.5, "bert-base": 417.6, "minilm": 86.0, "bilstm": 60.0}
    words = [line.word for line in sizes_and_counts.size_lines(sizes, printed)]
    assert words == [REPRODUCED, REPRODUCED, NOT_REPRODUCED]


def test_sizes_of_both_scales_stand_in_one_file(tmp_path, monkeypatch):
    tiny_testbed.put_in_place(monkeypatch)
    sizes_and_counts.write_sizes(tmp_path / "t.csv", {"command": "c"}, SCALES["smoke"])
    rows = {row["model"]: row for row in read_rows(tmp_path / "t.csv")}
    assert rows["bert-base"]["printed_in_the_paper"] == "418.2"
    assert int(rows["roberta-base"]["parameters"]) > int(rows["bilstm"]["parameters"])


def test_another_number_of_rows_is_not_called_the_same(tmp_path, monkeypatch):
    monkeypatch.setattr(data, "study", lambda name: tiny_testbed.made_up_study())
    lines = sizes_and_counts.write_counts(tmp_path / "t.csv", {}, SCALES["smoke"])
    assert {line.word for line in lines} == {NOT_REPRODUCED}
    assert len(read_rows(tmp_path / "t.csv")) == 5


OURS, PAPER = {"teacher": 86.6, "student": 15.9}, {"student": 165.6, "other": 3.0}


def test_each_number_has_a_bar_of_its_length_and_is_written_beside_it():
    axes = Figure().subplots()
    sizes_and_counts.beside_the_paper(axes, OURS, PAPER, "MiB")
    assert [bar.get_width() for bar in axes.patches] == [86.6, 15.9, 165.6]
    assert [text.get_text() for text in axes.texts] == ["86.6", "15.9", "165.6"]
    assert [tick.get_text() for tick in axes.get_yticklabels()] == ["teacher", "student"]
    ours, paper = axes.patches[1], axes.patches[2]
    assert ours.get_y() + ours.get_height() == pytest.approx(0.98)
    assert paper.get_y() == pytest.approx(1.02)
    assert axes.get_xlim()[0] == 0
    assert axes.get_xlabel() == "MiB"


def test_it_is_saved_as_an_image(tmp_path):
    sizes_and_counts.save_picture(tmp_path / "t.png", "Sizes", OURS, PAPER, "MiB")
    assert (tmp_path / "t.png").read_bytes().startswith(b"\x89PNG")
