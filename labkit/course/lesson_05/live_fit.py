"""One cell of the shipped fits, trained for real while one watches: some seconds."""

from collections.abc import Generator, Mapping

from labkit.course.lesson_05.bottleneck_panel import place_of, settings
from labkit.course.widgets.controls import choice
from labkit.course.widgets.training_curves import Seen
from labkit.course.widgets.training_panel import TrainingPanel
from labkit.experiments.frozen_fits.plan import STEPS, FrozenFit
from labkit.experiments.frozen_fits.reproduce import told
from labkit.experiments.frozen_fits.shipped import Cell, Place
from labkit.experiments.online.facts.frozen import Frozen
from labkit.methods.online.bottleneck_run import FitConfig, fit_steps
from labkit.models.bottlenecks import Bottleneck, BottleneckConfig


def live_steps(features: Frozen, asked: FrozenFit) -> Generator[Seen, None, Bottleneck]:
    """A cell of the shipped fits, step by step; returns the bottleneck in eval mode.

    The loss of a step is what the VAE adds to the class loss before lambda, nats; its accuracy is
    that of the batch.
    """
    config = BottleneckConfig("vae", asked.latent, asked.weight, asked.beta, seed=asked.seed)
    how = FitConfig(steps=asked.steps, seed=asked.seed)
    steps = fit_steps(features.train, features.train_labels, config, how)
    while True:
        try:
            step = next(steps)
        except StopIteration as end:
            bottleneck: Bottleneck = end.value
            return bottleneck
        yield Seen(step.index, step.total, step.loss / asked.weight, step.accuracy)


def live_fit_panel(
    features: Frozen, cells: Mapping[Place, Cell], steps: int = STEPS
) -> TrainingPanel:
    """The panel: choose a cell and a seed, fit it here, and see it beside the shipped fits.

    cells: from `shipped_cells()`, at least one
    """

    def run(width: str, beta: str, weight: str, seed: str) -> Generator[Seen, None, Bottleneck]:
        latent, price, share = place_of(width, beta, weight)
        return live_steps(features, FrozenFit(latent, price, share, int(seed), steps))

    def at_end(bottleneck: Bottleneck, width: str, beta: str, weight: str, seed: str) -> str:
        return compared(features, bottleneck, cells.get(place_of(width, beta, weight)))

    return TrainingPanel(
        run, at_end=at_end, **settings(cells), seed=choice("seed", ["0", "1", "2"])
    )


def compared(features: Frozen, bottleneck: Bottleneck, cell: Cell | None) -> str:
    """What a finished fit remembers, beside the prediction and the shipped fits of its cell."""
    found = told(features, bottleneck)
    text = (
        f"{found['nats']:.1f} nats, {found['predicted_nats']:.1f} predicted; "
        f"{found['live']} live dimensions, {found['predicted_live']} predicted; "
        f"mean |r| {found['off_diagonal']:.2f}; test accuracy {found['accuracy']:.3f}."
    )
    if cell is None:
        return f"{text} No shipped fit has these settings."
    accuracies = ", ".join(f"{one:.3f}" for one in cell.accuracies)
    nats = ", ".join(f"{one:.1f}" for one in cell.nats)
    return f"{text} The shipped fits of this cell: {nats} nats, test accuracies {accuracies}."
