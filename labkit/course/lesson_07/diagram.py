"""Who writes the text and who judges it: the ways of this lesson in one table of boxes."""

from dataclasses import dataclass

from labkit.plots.diagram import Diagram, arrow, box, words


@dataclass(frozen=True)
class Way:
    """One way of distilling a language model."""

    title: str
    writes: str
    """"teacher" or "student": whose text is read."""
    judge: str
    """What says how good the student is on that text."""
    signal: str
    """What the student hears."""


WAYS = (
    Way("SeqKD", "teacher", "the text itself", "one token of each row"),
    Way("KL on given text", "teacher", "teacher's logits", "a whole row for each token"),
    Way("on-policy KL", "student", "teacher's logits", "a whole row for each token"),
    Way("GAKD", "teacher", "logits and discriminator", "rows, and one score of the answer"),
    Way("GAD", "student", "discriminator", "one score of the answer"),
)

SIZE = (796.0, 284.0)
NAMES, FIRST, APART = 8.0, 138.0, 146.0
TITLE, WRITES, JUDGES, HEARS = 20.0, 72.0, 148.0, 232.0
"""Heights."""
BOX = (130.0, 46.0)


def who_writes_who_judges() -> Diagram:
    """A column per way: the writer above, the judge in the middle, the signal below."""
    rows = ((WRITES, "writes"), (JUDGES, "judges"), (HEARS, "is heard"))
    parts = [words((NAMES, y), text, "start", bold=True, size=13) for y, text in rows]
    for place, way in enumerate(WAYS):
        parts += _column(way, FIRST + APART * place)
    said = ". ".join(
        f"{way.title}: the {way.writes} writes, judged by {way.judge}, the student hears "
        f"{way.signal}"
        for way in WAYS
    )
    return Diagram(SIZE, f"Five ways side by side. {said}.", tuple(parts))


def _column(way: Way, x: float) -> list[str]:
    judge, signal = _folded(way.judge), _folded(way.signal)
    high = BOX[1] + 18 * (len(signal) - 2)
    role = "discriminator" if "discriminator" in way.judge else "teacher"
    return [
        words((x, TITLE), way.title, bold=True),
        arrow([(x, WRITES + 20), (x, JUDGES - BOX[1] / 2 - 2)]),
        arrow([(x, JUDGES + BOX[1] / 2), (x, HEARS - high / 2 - 2)]),
        box((x, WRITES), (BOX[0], 36), [way.writes], way.writes),
        box((x, JUDGES), BOX, judge, role),
        box((x, HEARS), (BOX[0], high), signal, "student"),
    ]


def _folded(text: str) -> list[str]:
    """Lines of at most 16 letters, so that they fit a box."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        lines = [*lines[:-1], longer] if len(longer) <= 16 else [*lines, word]
    return lines
