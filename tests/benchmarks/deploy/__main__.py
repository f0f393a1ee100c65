"""`python -m tests.benchmarks.deploy`: a student's 8-bit file beside its teacher, texts a second.

Tokenising is inside; all take turns in one process, on one core and by processor time.
"""

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import torch

from labkit import paths
from labkit.data import study
from labkit.data.encoding.encoded_study import texts_of
from labkit.experiments.own_student.plan import HIDDEN, WIDTH
from labkit.models.bilstm import build_bilstm
from labkit.models.encoders import embedding_pca, load_encoder, load_tokenizer
from labkit.models.export.onnx_files import INT8
from labkit.models.export.package import Classes, package_network
from labkit.models.export.predict import Classifier
from tests.benchmarks import table
from tests.benchmarks.measure import Line

Answer = Callable[[Sequence[str]], object]
STUDENT, TEACHER, TORCH = "student, int8", "teacher, int8", "teacher, torch float32"
WANTED = {TORCH: 40, TEACHER: 12}
"""How many times as fast as these the student shall be."""
SIZES = {1: 64, 8: 128, 64: 256}
"""Texts at once -> how many texts a round takes."""
LONGEST = 64


def ratios(rounds: int) -> Iterator[Line]:
    """Texts per second of processor time in `rounds` turns, and the student's lead in each."""
    texts = texts_of(study("trec").validation)[: max(SIZES.values())]
    with tempfile.TemporaryDirectory() as folder:
        models = _models(Path(folder))
        for model in models.values():
            model(texts[:8])
        found = {name: {size: list[float]() for size in SIZES} for name in models}
        for _ in range(rounds):
            for size, count in SIZES.items():
                for name, model in models.items():
                    found[name][size].append(_rate(model, texts[:count], size))
    for size in SIZES:
        for name, rates in found.items():
            what = f"texts per second, {size} at once"
            yield Line(what, "BiLSTM", name, statistics.median(rates[size]), "1/s", "", rates[size])
        for name, wanted in WANTED.items():
            leads = [
                own / other
                for own, other in zip(found[STUDENT][size], found[name][size], strict=True)
            ]
            yield Line(f"student's lead, {size} at once", "BiLSTM", name,
                       statistics.median(leads), "x", f">= {wanted}", leads)  # fmt: skip


def _models(folder: Path) -> dict[str, Answer]:
    """The three, with new heads: trained weights cost the same."""
    tokenizer, names = load_tokenizer("minilm"), Classes(tuple("abcdef"))
    teacher = load_encoder("minilm", 6).cpu().eval()
    vectors = embedding_pca(teacher, WIDTH)
    student = build_bilstm(len(vectors), 6, vectors, hidden_size=HIDDEN)

    def torch_answer(texts: Sequence[str]) -> object:
        with torch.inference_mode():
            batch = tokenizer(list(texts), padding=True, truncation=True, max_length=LONGEST,
                              return_tensors="pt")  # fmt: skip
            return teacher(**batch).logits.softmax(-1).argmax(-1).tolist()

    made: dict[str, Answer] = {}
    for name, model in ((STUDENT, student), (TEACHER, teacher)):
        place = package_network(folder / name, model, tokenizer, LONGEST, names)
        made[name] = Classifier(place, INT8)
    return made | {TORCH: torch_answer}


def _rate(model: Answer, texts: Sequence[str], size: int) -> float:
    begun = time.process_time()
    for place in range(0, len(texts), size):
        model(texts[place : place + size])
    return len(texts) / (time.process_time() - begun)


def main() -> None:
    """Measure, print Markdown, write a CSV file."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.deploy")
    parser.add_argument("--rounds", type=int, default=5, help="turns of all three")
    parser.add_argument("--core", type=int, default=0, help="the core to stay on")
    parser.add_argument("--file", type=Path, default=paths.results("benchmarks") / "deployed.csv")
    wish = parser.parse_args()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {wish.core})
    torch.set_num_threads(1)
    lines = list(ratios(wish.rounds))
    command = " ".join(["python -m tests.benchmarks.deploy", *sys.argv[1:]])
    table.write_csv(lines, wish.file, command)
    print(table.machine(), table.markdown(lines), sep="\n\n")


if __name__ == "__main__":
    main()
