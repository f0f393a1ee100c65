"""The machinery under an exercise's check: sentences instead of tracebacks, and progress.

A check is a plain function that gets the student's answer and raises CheckFailed with one
sentence: what was got, what was wanted, where to look. `@check(name)` does the rest.
"""

import functools
import html
import sysconfig
import textwrap
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from labkit.course import error_hints, progress

if TYPE_CHECKING:
    from torch import Tensor

LIBRARIES = (
    Path(__file__).resolve().parent.parent,
    *(Path(sysconfig.get_path(kind)) for kind in ("stdlib", "purelib", "platlib")),
)
Judge = Callable[..., None]
LONGEST_LINE = 52
"""Of a failure's message: in a window of 900 pixels JupyterLab has room for 55 letters beside its
list of files, and cuts what is longer inside a word."""
PASSED_LOOK = (
    "margin:0;padding:6px 10px;border-left:5px solid #00694b;background:#e3f4ec;color:#0b3a29"
)
"""Dark green on light green, a contrast of 11 to 1 in the light and in the dark theme."""
SHORT_VALUE = 60
"""Values with more characters stand behind the advice, so that the advice is read first."""


class CheckFailed(AssertionError):
    """One sentence for the student; Jupyter shows it without a traceback into labkit."""

    def _render_traceback_(self) -> list[str]:
        return textwrap.wrap(
            str(self), LONGEST_LINE, break_long_words=False, break_on_hyphens=False
        )


class Passed:
    """The line of an answer that passed: a green field with a tick, or plain text elsewhere."""

    def __init__(self, name: str) -> None:
        self.says = f"{name}: well done, every check passed"

    def __repr__(self) -> str:
        return self.says

    def _repr_html_(self) -> str:
        return f'<p role="status" style="{PASSED_LOOK}"><b>✓</b> {html.escape(self.says)}</p>'


def check(name: str) -> Callable[[Judge], Judge]:
    """Make a check of a function that judges an answer: it prints one line and records progress.

    name: the exercise, such as "01-soften", as in the lesson's `# exercise:` mark
    """

    def decorate(judge: Judge) -> Judge:
        @functools.wraps(judge)
        def judged(*answers: object) -> None:
            sentence = _sentence(judge, answers)
            progress.record(name, passed=not sentence)
            if sentence:
                raise CheckFailed(sentence) from None
            _show(Passed(name))

        return judged

    return decorate


def _show(passed: Passed) -> None:
    from IPython.display import display

    display(passed)


def _sentence(judge: Judge, answers: tuple[object, ...]) -> str:
    """What is wrong with the answers, "" when nothing is."""
    try:
        judge(*answers)
    except NotImplementedError as error:
        return f"not yet: {error}" if str(error) else "not yet: the exercise is still to be written"
    except CheckFailed as error:
        return f"not yet right: {error}"
    except Exception as error:  # a student's function may raise anything
        advice = error_hints.hint(error)
        stopped = f"your code stopped: {type(error).__name__}: {error}{_where(error)}"
        return f"{stopped}. What to do: {advice}" if advice else stopped
    return ""


def _where(error: BaseException) -> str:
    """The student's line that raised, when the error passed through one."""
    frames = traceback.extract_tb(error.__traceback__)
    outside = [frame for frame in frames if not _is_library(frame.filename)]
    if not outside:
        return ""
    last = outside[-1]
    return f" (line {last.lineno} of {last.name}: `{(last.line or '').strip()}`)"


def _is_library(file: str) -> bool:
    return any(folder in Path(file).parents for folder in LIBRARIES)


def answered(value: object, what: str = "your function") -> None:
    """Refuse None and `...`, the two things a forgotten `return` leaves."""
    if value is None or value is ...:
        raise CheckFailed(f"{what} returned {value}, wanted a result: does it end with `return`?")


def number(got: Any, what: str = "your function") -> float:
    """The one number that a function returned; CheckFailed says what came instead."""
    answered(got, what)
    shape = getattr(got, "shape", None)
    kind = f"a tensor of shape {tuple(shape)}" if shape else f"a {type(got).__name__}"
    try:
        if not isinstance(got, str):
            return float(got)
    except (TypeError, ValueError, RuntimeError):
        pass
    raise CheckFailed(f"got {kind}, wanted one number")


def refuses(call: Callable[[], object], what: str) -> None:
    """Refuse an answer that does not raise a ValueError with a reason; `what` is the bad input."""
    try:
        got = call()
    except ValueError as error:
        holds(bool(str(error)), f"the ValueError for {what} is empty: say what was got and wanted")
        return
    except NotImplementedError:
        raise
    except Exception as error:
        kind = type(error).__name__
        raise CheckFailed(f"stopped with {kind} for {what}, wanted a ValueError") from None
    if isinstance(got, ValueError):
        raise CheckFailed(f"returned a ValueError for {what}: `raise` it instead")
    raise CheckFailed(f"got {got} for {what}, wanted a ValueError: `raise ValueError(...)`")


def pair(got: Any, wanted: str) -> tuple[float, float]:
    """The two numbers that a function returned; CheckFailed with what to return, as in `wanted`."""
    answered(got, "your function")
    try:
        first, second = got
        return float(first), float(second)
    except (TypeError, ValueError):
        raise CheckFailed(f"got {got}, wanted two numbers: `return {wanted}`") from None


def same_shape(got: "Tensor", wanted: tuple[int, ...], look: str) -> None:
    """Refuse another shape than wanted; `look` says where to look."""
    answered(got)
    shape = getattr(got, "shape", None)
    if isinstance(got, float | int) and wanted == ():
        raise CheckFailed("got a plain number, wanted a tensor: `item` and `float` cut gradients")
    if shape is None:
        raise CheckFailed(f"got a {type(got).__name__}, wanted a tensor of shape {wanted}: {look}")
    if type(got).__module__.partition(".")[0] == "numpy":
        raise CheckFailed("got a numpy array, wanted a torch tensor: use torch's functions only")
    if tuple(shape) != wanted:
        raise CheckFailed(f"got shape {tuple(shape)}, wanted {wanted}: {look}")


def same(got: Any, wanted: Any, look: str, tolerance: float = 1e-4) -> None:
    """Refuse another value than wanted; tensors, numbers, and anything with ==.

    wanted:    from an independent computation or an identity, never a stored number
    tolerance: largest difference of any entry, in the unit of the values
    look:      where to look, the end of the sentence
    """
    answered(got)
    if _differs(got, wanted, tolerance):
        values = f"got {_short(got)}, wanted {_short(wanted)}"
        is_long = max(len(_short(got)), len(_short(wanted))) > SHORT_VALUE
        raise CheckFailed(f"{look}. Values: {values}" if is_long else f"{values}: {look}")


def holds(truth: bool, says: str) -> None:
    """Refuse when something that must hold does not; `says` is the whole sentence."""
    if not truth:
        raise CheckFailed(says)


def _differs(got: Any, wanted: Any, tolerance: float) -> bool:
    if not (_is_numeric(got) and _is_numeric(wanted)):
        return bool(got != wanted)
    import numpy as np

    mine, other = (np.asarray(_plain(value), dtype=float) for value in (got, wanted))
    if mine.shape != other.shape:
        raise CheckFailed(f"got shape {mine.shape}, wanted {other.shape}: {_short(got)}")
    return not np.allclose(mine, other, rtol=0, atol=tolerance)


def _is_numeric(value: object) -> bool:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return is_number or getattr(value, "shape", None) is not None


def _plain(value: Any) -> Any:
    return value.detach().cpu() if type(value).__module__.startswith("torch") else value


def _short(value: Any) -> str:
    """A value in at most 160 characters, numbers with four digits."""
    plain = _plain(value)
    if getattr(plain, "shape", None) is not None:
        plain = plain.tolist()
    text = str(_rounded(plain))
    return text if len(text) <= 160 else f"{text[:157]}..."


def _rounded(value: Any) -> Any:
    if isinstance(value, list):
        return [_rounded(entry) for entry in value]
    return float(f"{value:.4g}") if isinstance(value, float) else value
