"""The long chain as a table and as a picture, from rows that are written here by hand."""

import math

import pytest
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from labkit.experiments.long_chain import pictures
from labkit.plots.looks import ROLES
from labkit.plots.roles import BUDGETS

COLUMNS = (
    "macro_f1", "parameters", "cpu_seconds", "ms_per_1000_texts", "agrees_with_above",
    "repeats_errors_of_above", "repeats_errors_of_mpnet",
)  # fmt: skip


def row(arm, accuracy, option="", **more):
    blank = dict.fromkeys(COLUMNS, "") | {"parameters": "2000000"}
    return blank | {"arm": arm, "option": option, "accuracy": str(accuracy)} | more


ROWS = [
    row("mpnet", 0.96, parameters="109000000"), row("assistant", 0.94), row("tfidf", 0.81),
    row("from_assistant", 0.80), row("from_assistant", 0.84), row("from_mpnet", 0.83),
    row("from_mpnet", 0.86, "long"), row("labels", 0.79, macro_f1="0.5"),
]  # fmt: skip


@pytest.fixture
def axes():
    return Figure().subplots()


def test_a_line_of_the_table_is_an_arm_with_its_budget():
    table = pictures.summary(ROWS).set_index(["model", "budget"])
    assert table.loc[("chained KD", "own steps"), "accuracy"] == pytest.approx(0.82)
    assert table.loc[("chained KD", "own steps"), "runs"] == 2
    assert table.loc[("direct KD", "the chain's time"), "accuracy"] == pytest.approx(0.86)
    assert table.loc[("MPNet, teacher", ""), "million parameters"] == 109
    assert table.loc[("labels only", "own steps"), "macro F1"] == 0.5
    assert math.isnan(table.loc[("chained KD", "own steps"), "macro F1"])


def test_the_colour_is_that_of_the_arm_and_the_mark_that_of_the_budget(axes):
    pictures.draw_students(axes, ROWS)
    looks = {(to_hex(line.get_color()), line.get_marker()) for line in axes.lines}
    student, labels = ROLES["student"].color.lower(), ROLES["labels only"].color.lower()
    assert {(student, "o"), (student, "D"), (labels, "o")} <= looks
    assert (ROLES["teacher"].color.lower(), "o") not in looks


def test_the_legend_names_the_models_above_and_every_budget(axes):
    pictures.draw_students(axes, ROWS)
    _, names = axes.get_legend_handles_labels()
    above = ["MPNet, teacher, 0.960", "assistant, 0.940", "bag of words, 0.810"]
    assert names == [*above, *(budget.name for budget in BUDGETS.values())]


def test_the_alt_text_has_each_mean_with_its_budget():
    alt = pictures.students_picture(ROWS).alt
    assert "chained KD (own steps) 0.820" in alt
    assert "direct KD (the chain's time) 0.860" in alt
    assert "assistant 0.940" in alt and "nan" not in alt


def test_the_head_of_a_file_is_read_as_notes_and_saved_pictures_lie_beside_it(tmp_path):
    file = tmp_path / "long_chain_trec.csv"
    lines = ["# chance: 0.2760, the most frequent class", ",".join(ROWS[0])]
    lines += [",".join(one.values()) for one in ROWS]
    file.write_text("\n".join(lines), encoding="utf-8")
    assert pictures.notes(file) == {"chance": "0.2760, the most frequent class"}
    path = pictures.save(file)
    assert path == tmp_path / "long_chain_trec.png"
    assert path.read_bytes().startswith(b"\x89PNG")
