"""Which questions are asked."""

import gzip
import json
from types import SimpleNamespace

from labkit.data import loading
from labkit.experiments.llm_prompt import questions as module


def test_parts_share_no_question_and_names_say_the_row(monkeypatch, tmp_path):
    rows = [f"what is {count}?" for count in range(20)]
    trec = SimpleNamespace(train={"text": rows}, test={"text": ["new?", "a" * 80 + "?", *rows]})
    monkeypatch.setattr(loading, "study", lambda name, source: trec)
    monkeypatch.setenv("LABKIT_DATA", str(tmp_path))
    (tmp_path / "vicuna80").mkdir()
    with gzip.open(tmp_path / "vicuna80" / "test.jsonl.gz", "wt") as file:
        file.write(json.dumps({"text": "how?"}) + "\n" + json.dumps({"text": "no question"}))
    found = module.questions(20, 5, 4)
    assert [one.name for one in found.held_out] == ["trec/test/0"]
    assert [one.name for one in found.others] == ["vicuna80/test/0"]
    assert all(rows[int(one.name.split("/")[2])] == one.text for one in found.train)
    monkeypatch.delenv("LABKIT_DATA")
    assert module.questions(3, 1, 4).others == () and len(module.questions(3, 1, 4).train) == 3
