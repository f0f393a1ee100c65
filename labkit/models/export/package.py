"""A folder that answers texts without torch: model, tokenizer, class names, script, a check."""

import copy
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from labkit.files import write_json, write_text
from labkit.models.export import predict
from labkit.models.export.onnx_files import FLOAT, INT8, write_onnx
from labkit.models.export.predict import Classifier
from labkit.models.export.words import WordWeights, write_words

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

EXAMPLES = 20
"""Texts whose answers are noted for a check on another machine."""
CLOSE, INT8_CLOSE = 1e-3, 0.1
"""How far a noted logit may be from another machine's, as a share of the largest: processors round
the products of 8-bit numbers differently."""


@dataclass(frozen=True)
class Classes:
    """What a classifier's answers mean."""

    names: tuple[str, ...]
    """In the order of the logits."""
    temperature: float = 1.0
    """By which logits are divided before they become probabilities, above 0."""

    def __post_init__(self) -> None:
        if len(self.names) < 2 or len(set(self.names)) != len(self.names):
            raise ValueError(f"got the class names {self.names}, wanted two or more, no two alike")
        if not self.temperature > 0:
            raise ValueError(f"the temperature must be above 0, got {self.temperature}")


def package_network(
    folder: Path,
    model: "PreTrainedModel",
    tokenizer: "PreTrainedTokenizerBase",
    max_length: int,
    classes: Classes,
) -> Path:
    """Write a network as ONNX files of 32 and of 8 bits with all that is needed to run them.

    max_length: tokens of the longest row; what comes behind them is not read
    errors: as in `write_onnx`
    """
    write_onnx(model, folder)
    own = copy.deepcopy(tokenizer)
    own.model_max_length = max_length
    own.save_pretrained(folder)
    write_json(folder / "config.json", _for_transformers_js(classes.names, model, tokenizer))
    settings: dict[str, Any] = {"kind": "network", "file": FLOAT}
    settings |= {"max_length": max_length, "pad_id": int(tokenizer.pad_token_id or 0), "threads": 1}
    _write_settings(folder, settings, classes)
    return folder


def package_words(folder: Path, words: WordWeights, classes: Classes) -> Path:
    """Write TF-IDF and logistic regression with all that is needed to run them."""
    write_words(words, folder)
    _write_settings(folder, {"kind": "words"}, classes)
    return folder


def choose_file(folder: Path, file: str, classes: Classes) -> None:
    """Let predict.py answer from one of the two ONNX files, with these classes."""
    settings = json.loads((folder / "labkit.json").read_text(encoding="utf-8"))
    if settings["kind"] == "network":
        settings["file"] = file
    _write_settings(folder, settings, classes)


def files_of(folder: Path) -> tuple[str, ...]:
    """The model files that predict.py can answer from; one without a name for words."""
    return tuple(file for file in (FLOAT, INT8) if (folder / file).exists()) or ("",)


def note_answers(folder: Path, texts: Sequence[str]) -> None:
    """Write check.json: the logits of a few texts, each read alone, and how far they may be."""
    some = list(dict.fromkeys(texts))[:EXAMPLES]
    logits = {
        file: Classifier(folder, file).logits(some, batch_size=1) for file in files_of(folder)
    }
    tolerance = {
        file: (INT8_CLOSE if file == INT8 else CLOSE) * float(np.abs(found).max() + 1)
        for file, found in logits.items()
    }
    noted = {file: found.round(5).tolist() for file, found in logits.items()}
    write_json(folder / "check.json", {"texts": some, "logits": noted, "tolerance": tolerance})


def _write_settings(folder: Path, settings: dict[str, Any], classes: Classes) -> None:
    settings |= {"classes": list(classes.names), "temperature": classes.temperature}
    write_json(folder / "labkit.json", settings)
    source = Path(predict.__file__).read_text(encoding="utf-8")
    write_text(folder / "predict.py", source)


def _for_transformers_js(
    names: tuple[str, ...], model: "PreTrainedModel", tokenizer: "PreTrainedTokenizerBase"
) -> dict[str, Any]:
    """A config.json that transformers.js opens: it looks at the kind to know the inputs.

    DistilBERT is the kind with just the inputs of these graphs; the graph itself says the rest.
    """
    return {
        "model_type": "distilbert",
        "architectures": ["DistilBertForSequenceClassification"],
        "id2label": {str(number): name for number, name in enumerate(names)},
        "label2id": {name: number for number, name in enumerate(names)},
        "vocab_size": int(model.config.vocab_size),
        "pad_token_id": int(tokenizer.pad_token_id or 0),
        "note": f"for transformers.js; the graph in onnx/ is a {type(model).__name__} of labkit",
    }


def mib_of(folder: Path, file: str) -> float:
    """MiB that the model file, or the words, take on disk; tokenizer and script come on top."""
    paths = [folder / file] if file else [folder / "words.json", folder / "words.npz"]
    return sum(path.stat().st_size for path in paths) / 2**20
