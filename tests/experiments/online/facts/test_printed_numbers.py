import pytest

from labkit.experiments.online.facts.printed_numbers import (
    TEST_ROWS,
    folder,
    gap,
    half_width,
    printed,
    rows,
    settings,
)

VANILLA, VAE, KDFD = ("table3", "vanilla_kd"), ("table2", "vae"), ("table3", "kdfd")


def test_every_table_names_its_source():
    for file in folder().glob("*.csv"):
        assert file.read_text(encoding="utf-8").startswith("# Source: Li, Zhu, Zhou, Chen and Zhu")


@pytest.mark.parametrize(("table", "methods"), [("table1", 11), ("table2", 2), ("table3", 2)])
def test_every_method_has_the_twelve_cells(table, methods):
    found = rows(table)
    assert len(found) == 12 * methods
    assert len({(row["method"], row["task"], row["test"], row["metric"]) for row in found}) == len(
        found
    )


def test_cells_of_table_1():
    kdfd = {(n.task, n.test, n.metric): n.value for n in printed("table1", "kdfd")}
    assert kdfd["cola", "", "mcc"] == 51.4
    assert kdfd["mnli", "mismatched", "accuracy"] == 83.6
    assert kdfd["stsb", "", "spearman"] == 87.0


def test_a_dash_is_left_out():
    assert len(printed("table1", "prokt")) == 8
    assert len(printed("table1", "teacher")) == 12


def test_qqp_differs_between_tables_1_and_3_and_nothing_else_does():
    first, third = printed("table1", "kdfd"), printed("table3", "kdfd")
    others = [(a.task, a.metric) for a, b in zip(first, third, strict=True) if a.value != b.value]
    assert others == [("qqp", "f1")]


def test_the_vae_alone_adds_nothing_in_the_papers_own_tables():
    found = gap(VAE, VANILLA)
    assert found.mean == pytest.approx(0.03, abs=0.005)
    assert (found.up, found.numbers) == (7, 12)


def test_the_gain_of_kdfd_shrinks_without_cola():
    assert gap(KDFD, VANILLA).mean == pytest.approx(1.43, abs=0.005)
    assert gap(KDFD, VANILLA, without=["cola"]).mean == pytest.approx(0.855, abs=0.005)
    peer = ("table1", "icr_kd")
    assert gap(KDFD, peer).mean == pytest.approx(0.475, abs=0.005)
    assert gap(KDFD, peer, without=["cola"]).mean == pytest.approx(0.07, abs=0.005)


def test_the_half_width_of_an_accuracy_worked_by_hand():
    rte = next(n for n in printed("table3", "kdfd") if n.task == "rte")
    assert half_width(rte) == pytest.approx(1.577, abs=0.01)  # 196 * sqrt(.736 * .264 / 3000)
    cola = next(n for n in printed("table3", "kdfd") if n.task == "cola")
    assert half_width(cola) is None


def test_every_cell_has_a_test_set():
    assert {(row["task"], row["test"]) for row in rows("table1")} == TEST_ROWS.keys()


def test_settings_and_grids():
    assert settings("temperature") == (1.0, 1.5)
    assert settings("alpha_t") == (0.9,)
    assert settings("student_learning_rate") == (1e-5, 3e-5, 5e-5)


@pytest.mark.parametrize(
    "call",
    [
        lambda: rows("table4"),
        lambda: printed("table1", "gkd"),
        lambda: settings("dropout"),
        lambda: gap(VAE, VANILLA, without={row["task"] for row in rows("table1")}),
    ],
)
def test_what_the_paper_does_not_have_is_refused(call):
    with pytest.raises(ValueError, match=r"there are|in common"):
        call()
