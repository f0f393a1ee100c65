"""The folder that the reader takes away: what runs, what was found, and a card."""

import csv
import io
import os
import shutil
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from labkit.data import Study
from labkit.data.columns import values
from labkit.data.encoding.encoded_study import texts_of
from labkit.experiments.own_student.data_checks import DataReport
from labkit.experiments.own_student.findings import Findings, Line, plain
from labkit.experiments.own_student.learning_curve import CurvePoint
from labkit.experiments.own_student.page import page
from labkit.experiments.own_student.workplace import Workplace
from labkit.experiments.trial import versions
from labkit.files import half_made, harmless_cell, write_json, write_text
from labkit.models.export.onnx_files import INT8
from labkit.models.export.package import Classes, choose_file, note_answers

OWN = "report.json"
WORST = 10
TEXTS_INSIDE = """- texts of the data stand in check.json, report.html and errors.csv: take these
  files out before the folder goes to somebody who may not read them
"""


def check_target(folder: Path) -> None:
    """Refuse a folder with things in it that are not an earlier report's.

    errors: ValueError that says what to do
    """
    if folder.exists() and not folder.is_dir():
        raise ValueError(f"{folder} is a file; name a folder")
    if folder.resolve() in (Path.cwd(), *Path.cwd().parents):
        raise ValueError(
            f"{folder} is the folder that this program runs in, or one above it, which cannot be "
            "replaced as a whole; name a new folder inside it, such as student"
        )
    if folder.is_dir() and any(folder.iterdir()) and not (folder / OWN).exists():
        raise ValueError(
            f"the folder {folder} holds other things; name an empty or a new folder, so that "
            "nothing of yours is replaced"
        )


def deliver(
    target: Path,
    place: Workplace,
    part: Study,
    found: Findings,
    data: DataReport,
    curve: Sequence[CurvePoint],
    notes: Sequence[str],
) -> None:
    """Write the folder, whole or not at all; an earlier one of the same name is replaced."""
    classes = Classes(part.label_names, found.trust.temperature)
    wrong = errors(part, found)
    with half_made(target) as made:
        shutil.copytree(place.arm(found.taken.arm), made, dirs_exist_ok=True)
        (made / "done.json").unlink()
        choose_file(made, found.taken.file, classes)
        note_answers(made, texts_of(part.validation))
        said = plain(found) | {"curve": [asdict(one) for one in curve], "notes": list(notes)}
        write_json(made / OWN, said)
        shown = [[_short(cell) for cell in row] for row in wrong if row[1] != row[2]][:WORST]
        write_text(made / "report.html", page(part.name, found, data, curve, notes, shown))
        write_text(made / "README.md", card(part, found))
        write_text(made / "errors.csv", _csv(wrong))
        write_json(made / "data.json", _about(part, data))
        if target.exists():
            shutil.rmtree(target)
        os.replace(made, target)


def errors(part: Study, found: Findings) -> list[list[str]]:
    """Text, class, answer, probability: wrong test rows, the surest first, then the least sure."""
    logits = found.test_logits.astype(np.float64)
    powers = np.exp(logits - logits.max(1, keepdims=True))
    shares = powers / powers.sum(1, keepdims=True)
    sure, chosen = shares.max(1), shares.argmax(1)
    labels, texts = np.array(values(part.test, "label")), texts_of(part.test)
    wrong = sorted(np.flatnonzero(chosen != labels), key=lambda row: -sure[row])
    unsure = sorted(np.flatnonzero(chosen == labels), key=lambda row: sure[row])[: 2 * WORST]
    names = part.label_names
    return [
        [texts[row], names[labels[row]], names[chosen[row]], f"{sure[row]:.3f}"]
        for row in (*wrong, *unsure)
    ]


def card(part: Study, found: Findings) -> str:
    """The model card in Markdown."""
    taken = found.taken
    needs = "numpy" if taken.arm == "tfidf" else "numpy, onnxruntime and tokenizers"
    teacher = (
        "" if taken.arm in ("tfidf", "labels")
        else "- teacher: all-MiniLM-L6-v2 (Apache-2.0), fine-tuned on the same training texts\n"
    )  # fmt: skip
    start = (
        "" if taken.arm == "tfidf"
        else "- token vectors and vocabulary come from all-MiniLM-L6-v2 (Apache-2.0)\n"
    )  # fmt: skip
    more = teacher + start + _moved(part, taken) + TEXTS_INSIDE
    names = ", ".join(" ".join(name.split()) for name in part.label_names)
    return f"""---
pipeline_tag: text-classification
tags: [labkit, knowledge-distillation]
---

# A text classifier for {" ".join(part.name.split())}

{found.judgement.sentence}

- model: {taken.name}, {taken.mib:.1f} MiB
- classes: {names}
- test accuracy: {taken.test}, {taken.test.n} texts; macro F1 {taken.macro_f1:.3f}
- data: {part.source}; its licence is the owner's
{more}- limits: one seed, measured on texts like the training ones.
  Probabilities are fitted to validation texts; report.html says how far to believe them.

```
python predict.py "a text"     # needs {needs}
python predict.py --check      # whether this machine gives the noted answers
```
"""


def _moved(part: Study, taken: Line) -> str:
    """What the 8-bit file costs in repeatability; nothing for the other files."""
    if taken.file != INT8:
        return ""
    return (
        f"- texts read together: a text's logits move by up to {taken.batch_gap:.2g} with the "
        f"texts beside it; {taken.batch_changes} of {len(part.validation)} validation texts "
        "changed their class. Read one text at a time where an answer must be repeatable.\n"
    )


def _about(part: Study, data: DataReport) -> dict[str, Any]:
    return asdict(data) | {"mark": part.mark, "seed": 0, "versions": versions()}


def _csv(rows: Sequence[Sequence[str]]) -> str:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["text", "class", "answer", "probability"])
    writer.writerows([[harmless_cell(cell) for cell in row] for row in rows])
    return text.getvalue()


def _short(text: str) -> str:
    return text if len(text) <= 160 else f"{text[:157]}..."
