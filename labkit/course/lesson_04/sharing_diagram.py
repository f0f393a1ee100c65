"""What the student of stage 2 takes over from its own stage 1: nothing, a part, all."""

from labkit.plots.diagram import Diagram, arrow, box, words

LAYERS = ("word vectors", "BiLSTM", "classifier")
TAKEN = {"none": 0, "partial": 2, "full": 3}
"""How many of the layers, from the words on."""

SIZE = (760.0, 262.0)
OLD = 92.0
COLUMNS = {"none": 300.0, "partial": 480.0, "full": 660.0}
BOX = (140.0, 40.0)
FIRST, ROW = 196.0, 58.0
"""The layers stand upon one another, the words below."""


def what_is_shared() -> Diagram:
    """The three ways beside the student of stage 1."""
    parts = [words((OLD, 22), "student of stage 1", bold=True)]
    parts += [box((OLD, _height(i)), BOX, [name], "before") for i, name in enumerate(LAYERS)]
    for how, x in COLUMNS.items():
        parts += _column(how, x)
    parts.append(arrow([(OLD + 82, _height(1)), (COLUMNS["none"] - 84, _height(1))], "before"))
    low = "grey: copied from stage 1      orange, dotted: fresh weights"
    parts.append(words((SIZE[0] / 2, SIZE[1] - 14), low, size=13))
    said = "; ".join(f"{how}: {_taken(how)}" for how in TAKEN)
    return Diagram(SIZE, f"What stage 2 takes over from stage 1. {said}.", tuple(parts))


def _column(how: str, x: float) -> list[str]:
    parts = [words((x, 22), f'stage 2, "{how}"', bold=True)]
    for place, name in enumerate(LAYERS):
        copied = place < TAKEN[how]
        drawn = box((x, _height(place)), BOX, [name], "before" if copied else "student")
        parts.append(drawn if copied else drawn.replace('dasharray=""', 'dasharray="2 4"'))
    return parts


def _height(place: int) -> float:
    return FIRST - ROW * place


def _taken(how: str) -> str:
    taken = LAYERS[: TAKEN[how]]
    return f"{', '.join(taken)} copied" if taken else "nothing copied, all layers begin afresh"
