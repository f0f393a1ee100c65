"""Tables of sizes and counts, which need no training, and their pictures: Tables 1 and 3."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from labkit.experiments.adversarial import printed_numbers as paper
from labkit.experiments.adversarial.plan import SETS, TABLES
from labkit.experiments.claims import Line, fact
from labkit.experiments.results import write_csv
from labkit.experiments.scales import Scale
from labkit.files import write_atomically
from labkit.models.size import mib, parameters
from labkit.plots.looks import ROLES

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from transformers import PreTrainedModel

CLASSES = 5
"""Classes of the models that are counted, as on SST-5."""
LOOKS = (("here", ROLES["student"]), ("the paper", ROLES["baseline"]))
"""Whose number, and how it is drawn."""


def write_sizes(path: Path, head: Mapping[str, str], scale: Scale) -> list[Line]:
    """Parameters and MiB of the paper's models and of the classroom scale's, and what follows."""
    models = {**paper_models(), **classroom_models(scale)}
    printed = {row["model"]: float(row["size"]) for row in paper.rows("table1")}
    rows = [
        (name, parameters(model), f"{mib(model):.2f}", printed.get(name, ""))
        for name, model in models.items()
    ]
    columns = ("model", "parameters", "mib", "printed_in_the_paper")
    write_csv(path, head, columns, rows)
    sizes = {name: mib(model) for name, model in models.items()}
    title = TABLES["table1"].title
    save_picture(path.with_suffix(".png"), title, sizes, printed, "size of the weights, MiB")
    return size_lines(sizes, printed)


def size_lines(sizes: Mapping[str, float], printed: Mapping[str, float]) -> list[Line]:
    """Whether the printed sizes are MiB, and whether our student is as small a share."""
    found = []
    for name in ("roberta-base", "bert-base"):
        close = abs(sizes[name] / printed[name] - 1) < 0.01
        claim = f"The printed size of {name} is its float32 weights in MiB, not millions."
        basis = "MiB, computed from the model's published shape"
        found.append(fact("table1", "", claim, printed[name], round(sizes[name], 1), close, basis))
    claimed = printed["bilstm"] / printed["roberta-base"]
    share = sizes["bilstm"] / sizes["minilm"]
    claim = "The student has at most the paper's share (35 %) of its teacher's size."
    basis = "BiLSTM over MiniLM, classroom scale"
    round3 = round(claimed, 3), round(share, 3)
    return [*found, fact("table1", "", claim, *round3, share <= claimed, basis)]


def classroom_models(scale: Scale) -> "dict[str, PreTrainedModel]":
    """Teacher, assistant and student of the classroom scale, untrained."""
    from labkit.methods.recipes import CLASSROOM_TEACHER
    from labkit.models.bilstm import build_bilstm
    from labkit.models.encoders import load_encoder

    teacher = load_encoder(CLASSROOM_TEACHER, CLASSES)
    layers = scale.assistant_layers
    words = int(teacher.config.vocab_size)
    return {
        CLASSROOM_TEACHER: teacher,
        f"{CLASSROOM_TEACHER}, {layers} layers": load_encoder(CLASSROOM_TEACHER, CLASSES, layers),
        "bilstm": build_bilstm(
            words, CLASSES, embedding_size=scale.width, hidden_size=scale.hidden
        ),
    }


def paper_models() -> "dict[str, PreTrainedModel]":
    """The paper's encoders as shapes without numbers: nothing is downloaded."""
    import torch
    from transformers import (
        BertConfig,
        BertForSequenceClassification,
        RobertaConfig,
        RobertaForSequenceClassification,
    )

    roberta = RobertaConfig(vocab_size=50265, max_position_embeddings=514, type_vocab_size=1)
    bert = BertConfig()
    roberta.num_labels = bert.num_labels = CLASSES
    with torch.device("meta"):
        return {
            "roberta-base": RobertaForSequenceClassification(roberta),
            "bert-base": BertForSequenceClassification(bert),
        }


def write_counts(path: Path, head: Mapping[str, str], scale: Scale) -> list[Line]:
    """Rows and classes of the five data sets here, and whether they are the paper's."""
    from labkit.data import study

    del scale  # the published splits are counted, before any cut
    printed = {row["dataset"]: row for row in paper.rows("table3")}
    rows, lines, here, there = [], [], {}, {}
    for name in SETS:
        part = study(name)
        counts = [len(part.train), len(part.validation), len(part.test)]
        wanted, classes = int(printed[name]["rows"]), len(part.label_names)
        here[name], there[name] = sum(counts), wanted
        rows.append((name, *counts, sum(counts), wanted, classes, part.source))
        claim = "The data set has the paper's number of rows, to within 2 %."
        close = abs(sum(counts) / wanted - 1) < 0.02 and classes == int(printed[name]["classes"])
        basis = "train, validation and test, without repeated texts"
        lines.append(fact("table3", name, claim, wanted, sum(counts), close, basis))
    columns = ("dataset", "train", "validation", "test", "all", "paper", "classes", "source")
    write_csv(path, head, columns, rows)
    title = TABLES["table3"].title
    save_picture(path.with_suffix(".png"), title, here, there, "rows of all splits")
    return lines


def beside_the_paper(
    axes: "Axes", ours: Mapping[str, float], paper: Mapping[str, float], unit: str
) -> None:
    """Two bars per name, each with its number; one where the paper has none.

    ours, paper: name -> number above 0, drawn from the top; unit: what the numbers are
    """
    for height, (whose, look), numbers in zip((-0.2, 0.2), LOOKS, (ours, paper), strict=True):
        places = [place + height for place, name in enumerate(ours) if name in numbers]
        values = [numbers[name] for name in ours if name in numbers]
        bars = axes.barh(
            places, values, 0.36, color=look.color, hatch=look.hatch, edgecolor="white"
        )
        bars.set_label(whose)
        axes.bar_label(bars, [_short(value) for value in values], padding=3, fontsize=8)
    axes.set_yticks(range(len(ours)), list(ours))
    axes.invert_yaxis()
    axes.set_xlabel(unit)
    axes.margins(x=0.15)
    axes.legend(frameon=False, loc="upper left", bbox_to_anchor=(1, 1))


def _short(value: float) -> str:
    return f"{value:,.0f}" if value >= 1000 else f"{value:.1f}"


def save_picture(
    path: Path, title: str, ours: Mapping[str, float], paper: Mapping[str, float], unit: str
) -> None:
    """Draw `beside_the_paper` into an image file; nothing is written on an error."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(8.0, 1.2 + 0.5 * len(ours)), layout="constrained")
    axes = figure.subplots()
    beside_the_paper(axes, ours, paper, unit)
    axes.set_title(title, fontsize=10)
    with write_atomically(path) as temporary:
        figure.savefig(temporary, format=path.suffix.lstrip("."), dpi=110)


FACTS: dict[str, Callable[[Path, Mapping[str, str], Scale], list[Line]]] = {
    "table1": write_sizes,
    "table3": write_counts,
}
"""How the tables without runs are written."""
