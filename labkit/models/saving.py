"""A finished student as a folder that other programs can use: weights, tokens, names, a card."""

import copy
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from labkit.files import write_text
from labkit.models.encoders import name_classes, quiet_loading
from labkit.models.local_folder import write_sums
from labkit.models.size import mib, parameters

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerBase


@dataclass(frozen=True)
class Card:
    """What a reader of the model must know; each a plain sentence or a few words."""

    data: str
    """The data set, where it came from and how it was split."""
    teacher: str
    """Whom the student learned from; "none" for labels alone."""
    accuracy: str
    """Test accuracy with its interval and the number of test texts."""
    licences: str = "not known; those of the data and of the teacher hold"
    """Licences of data and teacher."""

    def __post_init__(self) -> None:
        for name in ("data", "teacher", "accuracy", "licences"):
            if not getattr(self, name).strip():
                raise ValueError(f"the card says nothing under {name}; write a sentence there")


def save_student(
    folder: Path | str,
    student: "PreTrainedModel",
    tokenizer: "PreTrainedTokenizerBase",
    label_names: tuple[str, ...],
    max_length: int,
    card: Card,
) -> Path:
    """Write a student so that `import labkit` and transformers' own functions load it; the folder.

    Inside: weights as safetensors, the tokenizer with the maximum length in tokens, the names of
    the classes (`id2label`), a model card README.md and the SHA-256 of every file.
    errors: ValueError when there is not one name for each class, or max_length is below 3
    """
    classes = int(student.config.num_labels or 0)
    if len(label_names) != classes or len(set(label_names)) != classes:
        raise ValueError(
            f"got the class names {list(label_names)} for a student of {classes} classes, wanted "
            "one name for each, no two alike"
        )
    if max_length < 3:
        raise ValueError(f"max_length must be at least 3 tokens, got {max_length}")
    target = Path(folder).expanduser()
    name_classes(student, label_names)
    own = copy.deepcopy(tokenizer)
    own.model_max_length = max_length
    with quiet_loading():
        student.save_pretrained(target)
    own.save_pretrained(target)
    write_text(target / "README.md", card_text(student, label_names, max_length, card))
    write_sums(target)
    return target


def card_text(
    student: "PreTrainedModel", label_names: tuple[str, ...], max_length: int, card: Card
) -> str:
    """The model card in Markdown."""
    size = f"{parameters(student):,} parameters, {mib(student):.1f} MiB of 32-bit weights"
    return f"""---
library_name: transformers
pipeline_tag: text-classification
tags: [labkit, knowledge-distillation]
---

# A small text classifier

A {type(student).__name__} of {size}, distilled with labkit.

| | |
|---|---|
| classes | {", ".join(map(_cell, label_names))} |
| test accuracy | {_cell(card.accuracy)} |
| data | {_cell(card.data)} |
| teacher | {_cell(card.teacher)} |
| licences | {_cell(card.licences)} |
| reads | the first {max_length} tokens of a text |

```python
import labkit  # makes the architecture known to transformers
from transformers import pipeline

classify = pipeline("text-classification", "PATH OF THIS FOLDER", truncation=True)
classify("a text")
```

The accuracy was measured on test texts of the same kind as the training texts. On other texts it
can be much lower.
"""


def _cell(text: str) -> str:
    """A text inside a Markdown table: one line, and no bar that would open a new column."""
    return " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;")
