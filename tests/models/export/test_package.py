import json

import pytest

from labkit.models.export.onnx_files import FLOAT, INT8
from labkit.models.export.package import Classes, choose_file, files_of, mib_of, package_network
from labkit.models.export.predict import Classifier
from tests.helpers import tiny

CLASSES = Classes(("who", "where", "when"), 2.0)


@pytest.fixture
def folder(tmp_path):
    return package_network(tmp_path, tiny.bilstm(), tiny.tokenizer(), 9, CLASSES)


def test_names_temperature_and_file_are_those_that_were_chosen(folder):
    assert files_of(folder) == (FLOAT, INT8)
    assert Classifier(folder).classes == ["who", "where", "when"]
    assert Classifier(folder).temperature == 2
    choose_file(folder, INT8, Classes(("a", "b", "c")))
    settings = json.loads((folder / "labkit.json").read_text())
    assert (settings["file"], settings["classes"]) == (INT8, ["a", "b", "c"])
    assert mib_of(folder, FLOAT) == (folder / FLOAT).stat().st_size / 2**20


def test_transformers_js_finds_a_kind_it_knows_and_the_names(folder):
    config = json.loads((folder / "config.json").read_text())
    assert config["model_type"] == "distilbert"
    assert config["id2label"] == {"0": "who", "1": "where", "2": "when"}


@pytest.mark.parametrize(
    ("names", "temperature", "said"),
    [(("a",), 1.0, "two or more"), (("a", "a"), 1.0, "no two alike"), (("a", "b"), 0.0, "above 0")],
)
def test_classes_that_make_no_sense_are_refused(names, temperature, said):
    with pytest.raises(ValueError, match=said):
        Classes(names, temperature)
