from labkit.experiments.online.facts import gradients
from labkit.experiments.results import read_rows
from tests.helpers.online import tiny_online


def test_which_loss_reaches_which_part():
    norms = gradients.norms_of(tiny_online.material())
    assert norms["teacher: log-variance head"]["teacher: labels"] == 0
    assert norms["teacher: log-variance head"]["teacher: KL"] > 0
    assert norms["teacher: decoder"]["teacher: rebuilding"] > 0
    assert norms["teacher: decoder"]["teacher: KL"] == 0
    assert norms["teacher: upper layer"]["teacher: student's logits"] > 0
    for part, own in norms.items():  # nobody's loss moves the other model
        for loss, norm in own.items():
            assert norm == 0 or part.split(":")[0] == loss.split(":")[0], (part, loss)


def test_the_table_says_what_judging_needs(tmp_path, monkeypatch):
    material = tiny_online.material()
    monkeypatch.setattr(gradients, "material_for", lambda run: material)
    gradients.make(tmp_path, {"title": "made up"}, "smoke")
    rows = read_rows(tmp_path / "kdfd_figure2.csv")
    unused = {row["part"] for row in rows if row["needed_to_judge"] == "no"}
    assert unused == {"teacher: log-variance head", "teacher: decoder"}
    assert (tmp_path / "kdfd_figure2.png").stat().st_size > 1000
