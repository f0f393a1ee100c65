"""Notebooks that the tests make for themselves: good panels, and panels broken on purpose."""

from pathlib import Path

import nbformat

TEMPERATURE = """\
from labkit.course.lesson_01 import temperature_panel
panel = temperature_panel.panel()
panel
"""

KINDS = """\
from labkit.course.widgets.controls import choice, number, switch
from labkit.course.widgets.panel import Panel

def line(axes, slope, kind, grid, before=None):
    axes.plot([0, 1], [0, slope], linestyle="--" if kind == "dashed" else "-")
    axes.set(ylim=(-2, 2), xlabel="x", ylabel="y")
    axes.grid(grid)
    return f"A {kind} line of slope {slope:g}, {'with' if grid else 'without'} a grid."

kinds = Panel(line, slope=number("slope", 1, -2, 2, 0.5), kind=choice("kind", ["full", "dashed"]),
              grid=switch("grid"))
kinds
"""

LINKED = """\
from labkit.course.widgets.controls import number, sum_at_most, switch
from labkit.course.widgets.panel import Panel

def shares(axes, first, second, swapped):
    axes.bar(["first", "second", "rest"], [first, second, 1 - first - second])
    axes.set(ylim=(0, 1), ylabel="share")
    return f"first {first:g}, second {second:g}, {'swapped' if swapped else 'in order'}"

first, second = number("first", 0.8, 0, 1, 0.05), number("second", 0.1, 0, 0.5, 0.05)
sum_at_most(first, second)
linked = Panel(shares, first=first, second=second, swapped=switch("swapped"))
linked
"""

CHOSEN = """\
from labkit.course.widgets.controls import choice, switch
from labkit.course.widgets.panel import Panel

def only(axes, kind, grid):
    axes.plot([0, 1], linestyle={"full": "-", "dashed": "--", "dotted": ":"}[kind])
    axes.grid(grid)
    return f"A {kind} line, {'with' if grid else 'without'} a grid."

Panel(only, kind=choice("kind", ["full", "dashed", "dotted"], "dashed"), grid=switch("grid", True))
"""

THREADS = """\
import threading
seen = []

def named(axes, value):
    seen.append(threading.current_thread().name)
    return f"value {value:g}"

watched = Panel(named, value=number("value", 1, 0, 9, 1))
watched
"""

RUNS = """\
import time
from dataclasses import dataclass
from labkit.course.widgets.controls import number, switch
from labkit.course.widgets.panel import Panel
from labkit.course.lesson_01 import temperature_panel
from labkit.course.widgets.training_panel import TrainingPanel

@dataclass(frozen=True)
class Step:
    index: int
    loss: float
    total: int
    accuracy: float = 0.5

def make_run(rate, fails):
    for index in range(3000):
        time.sleep(0.01)
        yield Step(index, 1 / (1 + rate * index), 3000)
        if fails and index == 20:
            raise RuntimeError("the loss is not a number")
"""

LINKED_RUN = """\
from labkit.course.widgets.controls import number, sum_at_most

def make_linked_run(first, second):
    return make_run(first + second, False)

first, second = number("first", 0.8, 0, 1, 0.05), number("second", 0.1, 0, 0.5, 0.05)
sum_at_most(first, second)
linked_run = TrainingPanel(make_linked_run, first=first, second=second)
linked_run
"""

TRAINING = """\
training = TrainingPanel(make_run, rate=number("rate", 1, 0.1, 2, 0.1), fails=switch("fails"))
training
"""

REAL = """\
from labkit.models import bilstm
from labkit.data.encoding.encoded import Encoded
from labkit.methods.distill import distill
from labkit.training.config import DistillConfig, Weights
from labkit.course.widgets.training_panel import TrainingPanel
import torch

chance = torch.Generator().manual_seed(0)
ids = torch.randint(2, 400, (256, 24), generator=chance)
starts, lengths = torch.arange(256) * 24, torch.full((256,), 24)
texts = tuple(str(number) for number in range(256))
train = Encoded(texts, ids.flatten(), starts, lengths, ids.sum(1) % 2, 0, "random")

def make_run():
    student = bilstm.build_bilstm(400, 2, embedding_size=50, hidden_size=100)
    config = DistillConfig(weights=Weights(ce=1, kd=0), epochs=400, precision="float32")
    return distill(student, None, train, config)

training = TrainingPanel(make_run)
training
"""

BOXES = """\
from labkit.course import predictions
far = predictions.number("07-far", "how far the student falls behind", "points", close=1)
end = predictions.choice("07-end", "the curve", ("rises", "falls", "stays level"))
print("a verdict with its interval, " * 9)
"""

QUIZ = """\
from labkit.course.lesson_00 import quiz
quiz.QUIZ
"""

FAILS_LATER = """\
from labkit.course.widgets.controls import number
from labkit.course.widgets.panel import Panel

def draw(axes, value):
    if value != 1:
        raise ValueError("only 1 can be drawn")
    return f"value {value:g}"

Panel(draw, value=number("value", 1, 0, 9, 1))
"""

FAILS_AT_ONCE = FAILS_LATER.replace("value != 1", "value == 1")
NEVER_CHANGES = FAILS_LATER.replace("value != 1", "False").replace("value {value:g}", "value")
JUMPS = """\
from labkit.course.widgets.controls import number
from labkit.course.widgets.panel import Panel
from labkit.plots.picture import draw_picture

class Jumping(Panel):
    def _picture(self, values, before):
        return draw_picture(lambda axes: self.draw(axes, **values), (5, 3 + values["value"] / 9))

Jumping(lambda axes, value: f"value {value:g}", value=number("value", 0, 0, 9, 1))
"""
FORGETS_PICTURE = """\
from labkit.course.widgets.controls import number
from labkit.course.widgets.panel import Panel

class Forgetful(Panel):
    def _try_to_show(self):
        super()._try_to_show()
        if self.status.value:
            self.image.value = '<img alt="nothing">'

Forgetful(lambda axes, value: f"value {value:g}", value=number("value", 1, 0, 9, 1))
"""
SAME_WORDS = """\
from labkit.course.widgets.controls import choice, switch
from labkit.course.widgets.panel import Panel

def draw(axes, kind, grid):
    axes.plot([0, 1], linestyle="--" if kind == "dashed" else "-")
    axes.grid(grid)
    return "A dashed line." if kind == "dashed" else "A line."

grid = switch("a grid that is named at such length that no panel has a place for all its words")
kinds = ["dashed", "full", "also full, and named at such length that no list can show it all"]
Panel(draw, kind=choice("kind", kinds), grid=grid)
"""
SWOLLEN = """\
from labkit.course.widgets.controls import number
from labkit.course.widgets.panel import Panel
import numpy as np

def draw(axes, value):
    if value:
        axes.imshow(np.random.default_rng(0).random((400, 400)), cmap="prism")
    return f"value {value:g}"

Panel(draw, value=number("value", 0, 0, 1, 1))
"""
SILENT = """\
import ipywidgets

out = ipywidgets.Output()
with out:
    raise ValueError("nobody sees this")
out
"""
NAMELESS = """\
from IPython.display import HTML
HTML('<img src="data:image/png;base64,AA=="><button></button>')
"""

NOTEBOOKS = {
    "panels": [TEMPERATURE, KINDS, LINKED, CHOSEN, THREADS, RUNS, TRAINING],
    "training": [RUNS, TEMPERATURE, TRAINING, LINKED_RUN],
    "boxes": [BOXES, QUIZ],
    "speed": [TEMPERATURE, KINDS, REAL],
    "broken": [
        FAILS_LATER, NEVER_CHANGES, JUMPS, FORGETS_PICTURE, SAME_WORDS, SWOLLEN, SILENT, NAMELESS,
        FAILS_AT_ONCE,
    ],
}  # fmt: skip


def write(folder: Path) -> None:
    """Write each of them as a notebook into the folder `made`."""
    (folder / "made").mkdir()
    for name, cells in NOTEBOOKS.items():
        notebook = nbformat.v4.new_notebook(
            cells=[nbformat.v4.new_code_cell(cell) for cell in cells],
            metadata={"kernelspec": {"name": "python3", "display_name": "Python 3 (ipykernel)"}},
        )
        nbformat.write(notebook, folder / "made" / f"{name}.ipynb")
