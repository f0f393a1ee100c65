"""Made-up grids of stage 2, with one cell that was not measured."""

from labkit.evaluation.curves import Point
from labkit.experiments.adversarial.shipped_grids import Grid, ShippedCurves

MISSING = (0.7, 0.2)
LEVELS = {
    "teacher": (0.95,),
    "direct KD": (0.83, 0.84, 0.85),
    "labels only": (0.80, 0.82, 0.81),
    "bag of words": (0.79,),
}


def grid(name="made up", printed=True) -> Grid:
    """Accuracies that rise with alpha and fall with beta."""
    tenths = [step / 10 for step in range(10)]
    betas = (0.0, 0.1, 0.2, 0.3)
    places = [(kd, gan) for kd in tenths for gan in betas if kd + gan <= 1 + 1e-9]
    cells = {
        (kd, gan): tuple(round(0.8 + kd / 20 - gan / 10 + seed / 100, 4) for seed in range(3))
        for kd, gan in places
        if (kd, gan) != MISSING
    }
    paper = {(kd, gan): 0.7 + kd / 10 for kd, gan in places if gan > 0} if printed else None
    rows_used = "made up; train 60, validation 6, test 40, train of the teacher 60; fixed parts"
    return Grid(name, "made up", cells, LEVELS, rows_used, "made up-tiny-0", paper)


def curves(rows="made up-tiny-0") -> ShippedCurves:
    """Two runs of the cell alpha 0.5, beta 0.1, in two blocks of two steps."""
    runs = {
        seed: (Point(1, 2, 1.0 + seed, 0.4), Point(3, 4, 0.5 + seed, 0.6, 0.55))
        for seed in range(2)
    }
    return ShippedCurves("made up", rows, {(0.5, 0.1): runs}, {(0.5, 0.1): {0: 0.8125, 1: 0.7}})
