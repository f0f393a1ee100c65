"""A folder answers where there is no torch, and in transformers.js: `make deploy` runs this.

LABKIT_DEPLOY names a folder with a Python that has numpy, onnxruntime and tokenizers alone, and
beside it, in node, the npm package @huggingface/transformers.
"""

import os
import subprocess
from pathlib import Path

import pytest

from labkit.models.export.package import Classes, choose_file, files_of, note_answers
from labkit.models.export.package import package_network as package
from labkit.models.export.predict import Classifier
from tests.helpers import tiny

PLACE = Path(os.environ.get("LABKIT_DEPLOY", "nowhere")).resolve()
CLASSES = Classes(("who", "where", "when"))
TEXTS, _ = tiny.texts(12)
LOADED = "import predict, sys; predict.Classifier('.')(['a text']); print(*sys.modules)"
NODE = """
import { env, pipeline } from "@huggingface/transformers";
import path from "node:path";
const [folder, dtype, ...texts] = process.argv.slice(1);
env.allowRemoteModels = false;
env.localModelPath = path.dirname(folder);
const classify = await pipeline("text-classification", path.basename(folder), { dtype });
for (const text of texts) console.log((await classify(text))[0].label);
"""

pytestmark = [
    pytest.mark.skipif("LABKIT_DEPLOY" not in os.environ, reason="`make deploy` runs this"),
    pytest.mark.timeout(300),
]


@pytest.fixture(params=[tiny.bilstm, tiny.bert], ids=["BiLSTM", "BERT"])
def folder(request, tmp_path):
    made = package(tmp_path / "student", request.param(), tiny.tokenizer(), 9, CLASSES)
    note_answers(made, TEXTS)
    return made


def run(command, where):
    found = subprocess.run(command, cwd=where, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stderr[-2000:]
    return found.stdout


def test_an_environment_without_torch_gives_the_noted_answers(folder):
    python = PLACE / "bin" / "python"
    listed = run([python, "-m", "pip", "list", "--format", "freeze"], folder).lower()
    assert not {"torch", "transformers", "labkit"} & {
        line.partition("==")[0] for line in listed.splitlines()
    }
    for file in files_of(folder):
        choose_file(folder, file, CLASSES)
        assert run([python, "predict.py", "--check"], folder).startswith("the answers are those")
        loaded = set(run([python, "-c", LOADED], folder).split())
        assert "onnxruntime" in loaded and "torch" not in loaded


@pytest.mark.parametrize(("dtype", "file"), [("fp32", 0), ("q8", 1)])
def test_transformers_js_names_the_same_classes(folder, dtype, file):
    command = ["node", "--input-type=module", "-e", NODE, "--", str(folder), dtype, *TEXTS]
    model = Classifier(folder, files_of(folder)[file])
    wanted = [model.classes[row.argmax()] for row in model.logits(TEXTS, batch_size=1)]
    assert run(command, PLACE / "node").split() == wanted
