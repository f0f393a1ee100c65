"""Text in, class and probability out, from the files beside this one.

Needs numpy, and for a network onnxruntime and tokenizers; nothing else.

    python predict.py "a text" "another one"    one line for each text
    python predict.py < texts.txt               the same for each line of a file
    python predict.py --check                   whether this machine gives the noted answers
"""

import json
import re
import sys
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Logits = NDArray[np.float32]
HALF_A_LETTER = re.compile("[\ud800-\udfff]")
WORD = re.compile(r"(?u)\b\w\w+\b")
BATCH = 64


class Network:
    """A network in an ONNX file, and its tokenizer.

    settings: file, max_length and pad_id; file: another ONNX file of the folder than the settings'
    """

    def __init__(self, folder: Path, settings: dict[str, Any], file: str = "") -> None:
        import onnxruntime
        from tokenizers import Tokenizer

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = int(settings.get("threads", 1))
        self.session = onnxruntime.InferenceSession(
            str(folder / (file or settings["file"])), options, ["CPUExecutionProvider"]
        )
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.tokenizer.no_padding()
        self.tokenizer.enable_truncation(int(settings["max_length"]))
        self.pad = int(settings["pad_id"])

    def logits(self, texts: Sequence[str]) -> Logits:
        """Logits (texts, classes) of one batch; padding stands behind the tokens."""
        whole = [HALF_A_LETTER.sub("\ufffd", text) for text in texts]
        rows = [found.ids or [self.pad] for found in self.tokenizer.encode_batch(whole)]
        ids = np.full((len(rows), max(map(len, rows))), self.pad, np.int64)
        mask = np.zeros_like(ids)
        for place, row in enumerate(rows):
            ids[place, : len(row)] = row
            mask[place, : len(row)] = 1
        found = self.session.run(["logits"], {"input_ids": ids, "attention_mask": mask})
        return np.asarray(found[0])


class Words:
    """Weights of words and word pairs: TF-IDF and logistic regression as plain arrays.

    words.json holds the vocabulary in order; words.npz holds idf (words,), weight
    (words, classes) and bias (classes,)
    """

    def __init__(self, folder: Path) -> None:
        vocabulary = json.loads((folder / "words.json").read_text(encoding="utf-8"))
        self.places = {word: place for place, word in enumerate(vocabulary)}
        with np.load(folder / "words.npz", allow_pickle=False) as arrays:
            self.idf, self.weight, self.bias = (arrays[name] for name in ("idf", "weight", "bias"))

    def logits(self, texts: Sequence[str]) -> Logits:
        """Logits (texts, classes)."""
        return np.stack([self._row(text) for text in texts])

    def _row(self, text: str) -> Logits:
        words = WORD.findall(text.lower())
        pairs = [f"{one} {two}" for one, two in pairwise(words)]
        known = Counter(self.places[each] for each in (*words, *pairs) if each in self.places)
        if not known:
            return np.asarray(self.bias)
        places = list(known)
        counts = np.fromiter(known.values(), np.float32, len(known))
        values = (1 + np.log(counts)) * self.idf[places]
        return np.asarray(values / np.sqrt(values @ values) @ self.weight[places] + self.bias)


class Classifier:
    """The classifier of a folder.

    folder: where labkit.json lies; file: another ONNX file of it than the chosen one
    """

    def __init__(self, folder: Path | str, file: str = "") -> None:
        folder = Path(folder)
        settings = json.loads((folder / "labkit.json").read_text(encoding="utf-8"))
        self.classes: list[str] = settings["classes"]
        self.temperature = float(settings["temperature"])
        self.model: Network | Words = (
            Words(folder) if settings["kind"] == "words" else Network(folder, settings, file)
        )

    def logits(self, texts: Sequence[str], batch_size: int = BATCH) -> Logits:
        """Logits (texts, classes); each batch is padded to its longest text."""
        if isinstance(texts, str):
            raise ValueError(f"got one text, {texts[:30]!r}; wanted a list of texts")
        if not texts:
            return np.zeros((0, len(self.classes)), np.float32)
        parts = range(0, len(texts), batch_size)
        return np.concatenate([self.model.logits(texts[n : n + batch_size]) for n in parts])

    def probabilities(self, texts: Sequence[str], batch_size: int = BATCH) -> Logits:
        """Shares (texts, classes) that sum to 1, softened so that they fit the validation texts."""
        logits = self.logits(texts, batch_size) / self.temperature
        powers = np.exp(logits - logits.max(axis=1, keepdims=True))
        return np.asarray(powers / powers.sum(axis=1, keepdims=True))

    def __call__(self, texts: Sequence[str]) -> list[tuple[str, float]]:
        """The likeliest class of each text and its probability."""
        return [(self.classes[row.argmax()], float(row.max())) for row in self.probabilities(texts)]


def check(folder: Path) -> list[str]:
    """What differs from the answers noted in check.json; nothing where all is well."""
    noted = json.loads((folder / "check.json").read_text(encoding="utf-8"))
    wrong = []
    for file, wanted in noted["logits"].items():
        found = Classifier(folder, file).logits(noted["texts"], batch_size=1)
        gap = float(np.abs(found - np.asarray(wanted, np.float32)).max())
        if not gap <= noted["tolerance"][file]:
            wrong.append(
                f"{file or 'words'}: a logit is {gap:.3g} from the noted one, wanted at most "
                f"{noted['tolerance'][file]:.3g}"
            )
    return wrong


def main(arguments: Sequence[str], folder: Path) -> int:
    """Answer the texts given as arguments or as lines, or check the folder."""
    if list(arguments) == ["--check"]:
        wrong = check(folder)
        print("\n".join(wrong) or "the answers are those that were noted")
        return 1 if wrong else 0
    texts = list(arguments) or [line.rstrip("\n") for line in sys.stdin]
    for text, (name, sure) in zip(texts, Classifier(folder)(texts), strict=True):
        print(f"{name}\t{sure:.3f}\t{text}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], Path(__file__).resolve().parent))
