import subprocess
import sys

import pytest

from tests.helpers import tiny


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    path = tmp_path_factory.mktemp("student")
    tiny.bilstm().save_pretrained(path)
    tiny.tokenizer().save_pretrained(path)
    return path


def said_by(code):
    command = [sys.executable, "-W", "ignore", "-c", code]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()


USES = {
    "model": "from transformers import AutoModelForSequenceClassification as A\n"
    "print(type(A.from_pretrained(FOLDER)).__name__)",
    "sizes": "from transformers import AutoConfig as A\n"
    "print(type(A.from_pretrained(FOLDER)).__name__)",
    "pipeline": "from transformers import pipeline\n"
    "print(type(pipeline('text-classification', FOLDER).model).__name__)",
}


@pytest.mark.parametrize("use", USES)
@pytest.mark.parametrize("first", ["labkit", "transformers"])
def test_importing_labkit_is_enough_in_either_order(folder, use, first):
    before = "import labkit" if first == "labkit" else "import transformers.pipelines, labkit"
    (name,) = said_by(f"{before}\n{USES[use]}".replace("FOLDER", repr(str(folder))))
    assert name in ("BiLSTMForSequenceClassification", "BiLSTMConfig")


def test_importing_labkit_twice_waits_once_and_loads_nothing():
    code = (
        "import sys, labkit; from labkit.on_import import register_students\n"
        "register_students()\n"
        "print(sum('on_import' in type(f).__module__ for f in sys.meta_path))\n"
        "print('torch' in sys.modules, 'transformers' in sys.modules)"
    )
    waiting, torch, transformers = said_by(code)
    assert (waiting, torch, transformers) == ("2", "False", "False")


def test_the_waiting_ends_when_the_tables_are_there():
    code = (
        "import sys, labkit, transformers.pipelines\n"
        "print(sum('on_import' in type(f).__module__ for f in sys.meta_path))"
    )
    assert said_by(code) == ["0"]
