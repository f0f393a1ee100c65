import json
import subprocess
import sys

import numpy as np
import pytest
import torch

from labkit.data.encoding.encoded import encode
from labkit.evaluation.predict import predict
from labkit.models.export.onnx_files import FLOAT
from labkit.models.export.package import Classes, note_answers, package_network
from labkit.models.export.predict import Classifier, check, main
from tests.helpers import tiny

TEXTS, _ = tiny.texts(12)
WITHOUT_TORCH = """import sys
for name in ("torch", "transformers", "labkit", "sklearn"):
    sys.modules[name] = None
import runpy
sys.argv = [sys.argv[1], *sys.argv[2:]]
runpy.run_path(sys.argv[0], run_name="__main__")"""


@pytest.fixture
def folder(tmp_path):
    package_network(tmp_path, tiny.bilstm(), tiny.tokenizer(), 9, Classes(("a", "b", "c")))
    note_answers(tmp_path, TEXTS)
    return tmp_path


def run(folder, *arguments):
    command = [sys.executable, "-c", WITHOUT_TORCH, str(folder / "predict.py"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8")


def test_the_check_is_replayed_where_torch_cannot_be_imported(folder):
    ran = run(folder, "--check")
    assert (ran.returncode, ran.stdout) == (0, "the answers are those that were noted\n"), (
        ran.stderr
    )


def test_a_moved_answer_is_named_and_ends_with_1(folder, capsys):
    noted = json.loads((folder / "check.json").read_text())
    noted["logits"][FLOAT][0][0] += 1
    (folder / "check.json").write_text(json.dumps(noted))
    assert main(["--check"], folder) == 1
    assert "onnx/model.onnx: a logit is 1 from the noted one" in capsys.readouterr().out
    assert len(check(folder)) == 1


def test_it_answers_as_torch_does_also_odd_and_empty_texts(folder):
    asked = [*TEXTS, "word1 " * 50, "\ud83d half", "word2"]
    encoded = encode(asked, tiny.tokenizer(), max_length=9)
    wanted = predict(tiny.bilstm(), encoded, precision="float32")
    found = Classifier(folder).logits(asked)
    np.testing.assert_allclose(found, wanted.numpy(), atol=1e-5)
    name, sure = Classifier(folder)(["word2"])[0]
    assert name == "abc"[int(wanted[-1].argmax())]
    assert sure == pytest.approx(float(torch.softmax(wanted[-1], 0).max()), abs=1e-5)
    assert Classifier(folder)([""])[0][0] in "abc"
    assert Classifier(folder)([]) == []


def test_one_text_in_place_of_a_list_is_refused(folder):
    with pytest.raises(ValueError, match="wanted a list of texts"):
        Classifier(folder)("word1")


def test_texts_as_arguments_give_a_line_each(folder, capsys):
    assert main(["word1", "word2 word3"], folder) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split("\t")[2] for line in lines] == ["word1", "word2 word3"]
