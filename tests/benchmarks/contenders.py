"""Every way of doing the same work, slowest first, and which of them are installed here."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec

from tests.benchmarks.meter import Meter
from tests.benchmarks.work import Work


@dataclass(frozen=True)
class Contender:
    """One way of doing the work."""

    title: str
    """What a reader sees."""
    place: str
    """module.function in this folder."""
    needs: str | None = None
    """The package it cannot do without."""
    limit: int | None = None
    """Steps after which it is stopped and scaled; None runs to the end."""
    wanted: tuple[float | None, float | None] = (None, None)
    """How many times longer than labkit it should take: BiLSTM, 2-layer BERT."""

    @property
    def missing(self) -> bool:
        """Whether its package is not installed."""
        return self.needs is not None and find_spec(self.needs) is None

    def run(self, work: Work, limit: int | None = None) -> Meter:
        """Do the work, to the end or for `limit` steps."""
        module, function = self.place.split(".")
        do: Callable[[Work, Meter], None] = getattr(
            import_module(f"tests.benchmarks.contenders_{module}"), function
        )
        meter = Meter(limit)
        do(work, meter)
        return meter


CONTENDERS = (
    Contender("padded loop", "padded.padded_loop", limit=12, wanted=(18, 9)),
    Contender("Trainer", "trainer.trainer", "accelerate", 20, (7, 3.8)),
    Contender("TextBrewer", "textbrewer.textbrewer", "textbrewer", 20, (7, 3.8)),
    Contender("torchdistill", "torchdistill.torchdistill", "torchdistill", 20, (7, 3.8)),
    Contender("skilled Trainer", "trainer.skilled_trainer", "accelerate", None, (1.6, 1.6)),
    Contender("labkit float32", "labkit.labkit_float32"),
    Contender("labkit", "labkit.labkit"),
)


def installed() -> Iterator[Contender]:
    """The contenders that can run here."""
    return (contender for contender in CONTENDERS if not contender.missing)
