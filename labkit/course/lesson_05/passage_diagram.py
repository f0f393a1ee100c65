"""The passage: which parts a question runs through in training, and which remain afterwards."""

from labkit.plots.diagram import Diagram, arrow, box, words

SIZE = (796.0, 300.0)
HIGH, MIDDLE, LOW = 66.0, 150.0, 234.0
FEATURE, HEADS, SAMPLE, DECODER, LOSS = 74.0, 238.0, 416.0, 576.0, 724.0
"""Columns, from left to right."""
BOX = (124.0, 46.0)

ALT = (
    "The teacher's feature h goes to two linear heads, one for the mean and one for the "
    "log-variance. The class head reads the mean alone: this is the way of a prediction. In "
    "training, mean and log-variance together give a sample z, a linear decoder rebuilds h from "
    "it, and two more losses arise: the reconstruction, and the KL of the two heads to N(0, 1). "
    "After training, log-variance, sample and decoder are not used."
)


def passage() -> Diagram:
    """Feature, heads, sample, decoder, class head; dashed is what training alone uses."""
    return Diagram(SIZE, ALT, (*_prediction(), *_training(), *_words()))


def _prediction() -> list[str]:
    half = BOX[0] / 2
    return [
        arrow([(FEATURE, MIDDLE - 24), (FEATURE, HIGH), (HEADS - half - 2, HIGH)], "teacher"),
        arrow([(HEADS + half, HIGH), (DECODER - half - 2, HIGH)], "teacher"),
        arrow([(DECODER + half, HIGH), (LOSS - 54, HIGH)], "teacher"),
        box((HEADS, HIGH), BOX, ["mean", "linear"], "teacher"),
        box((DECODER, HIGH), BOX, ["class head", "linear"], "teacher"),
        box((LOSS, HIGH), (104, BOX[1]), ["classes"], "labels only"),
    ]


def _training() -> list[str]:
    half = BOX[0] / 2
    down = [
        (HEADS + half + 30, HIGH),
        (HEADS + half + 30, MIDDLE - 8),
        (SAMPLE - half - 2, MIDDLE - 8),
    ]
    up = [(HEADS + half, LOW), (HEADS + half + 30, LOW), (HEADS + half + 30, MIDDLE + 8)]
    return [
        arrow([(FEATURE, MIDDLE + 24), (FEATURE, LOW), (HEADS - half - 2, LOW)], dashed=True),
        arrow(down, dashed=True),
        arrow([*up, (SAMPLE - half - 2, MIDDLE + 8)], dashed=True),
        arrow([(SAMPLE + half, MIDDLE), (DECODER - half - 2, MIDDLE)], dashed=True),
        arrow([(DECODER + half, MIDDLE), (LOSS - 54, MIDDLE)], dashed=True),
        arrow([(HEADS + half, LOW), (LOSS - 66, LOW)], dashed=True),
        box((FEATURE, MIDDLE), (116, BOX[1]), ["feature h", "384 numbers"], "teacher"),
        box((HEADS, LOW), BOX, ["log-variance", "linear"], "ink", 1.5),
        box((SAMPLE, MIDDLE), BOX, ["sample z", "with noise"], "ink", 1.5),
        box((DECODER, MIDDLE), BOX, ["decoder", "linear"], "ink", 1.5),
        box((LOSS, MIDDLE), (104, BOX[1]), ["h again?"], "ink", 1.5),
        box((LOSS, LOW), (128, BOX[1]), ["KL of both heads", "to N(0, 1)"], "ink", 1.5),
    ]


def _words() -> list[str]:
    return [
        words((SAMPLE - 10, HIGH - 18), "the way of a prediction", size=13),
        words((SAMPLE + 80, LOW + 38), "dashed: in training only", size=13),
    ]
