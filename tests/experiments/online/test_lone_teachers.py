import torch

from labkit.experiments.online import lone_teachers
from labkit.experiments.online.plan import OnlineRun
from tests.helpers.online import tiny_online

RUN = OnlineRun("trec", "online", 0, train_rows=40, test_rows=20, epochs=1, latent=4)


def test_out_of_fold_logits_come_from_teachers_that_did_not_see_the_row(monkeypatch):
    material, seen = tiny_online.material(), []
    taught = lone_teachers.taught

    def noted(material, run, rows):
        seen.append(rows)
        return taught(material, run, rows)

    monkeypatch.setattr(lone_teachers, "taught", noted)
    logits = lone_teachers.out_of_fold(material, RUN)["train"]
    assert logits.shape == (40, 6) and torch.isfinite(logits).all()
    assert [len(rows) for rows in seen] == [32] * 5
    held = torch.cat([torch.tensor(sorted(set(range(40)) - set(rows.tolist()))) for rows in seen])
    assert torch.equal(held.sort().values, torch.arange(40))


def test_every_row_has_an_answer_and_the_second_call_reads_it():
    material = tiny_online.material()
    first = lone_teachers.lone_teacher(material, RUN)
    assert (len(first["train"]), len(first["test"])) == (40, 20)
    again = lone_teachers.lone_teacher(material, RUN)
    assert torch.equal(first["train"], again["train"])
