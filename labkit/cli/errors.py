"""Errors that a reader can mend, as one line that says what to do."""

import sys

ADVICE = {
    "builtins.EOFError": "a file is cut short; delete it, and it is made again",
    "builtins.MemoryError": "the memory is full; close other programs, or take less data",
    "builtins.OverflowError": "a number is too large; look at the labels and numbers of your data",
    "builtins.RecursionError": "a file is nested too deeply, most likely JSON; make it flat",
    "builtins.UnicodeDecodeError": "a file is not UTF-8 text; save it as UTF-8",
    "builtins.UnicodeEncodeError": "a text holds half a character; remove it from your data",
    "_csv.Error": "a line of the data cannot be read; look at its quotes",
    "json.decoder.JSONDecodeError": "a JSON file is damaged or empty; delete or mend it",
    "pyarrow.lib.ArrowException": "the data does not fit into a table; look at its columns",
    "pyarrow.lib.ArrowNotImplementedError": (
        "a column of the data holds what a table cannot hold; remove that column"
    ),
    "safetensors._safetensors_rust.SafetensorError": (
        "a file of weights is damaged; delete it, and it is made again"
    ),
    "torch.OutOfMemoryError": "the memory of the GPU is full; close other programs that use it",
    "zipfile.BadZipFile": "a packed file is damaged; delete it, and it is fetched again",
    "zlib.error": "a packed file is damaged; delete it, and it is fetched again",
}
"""Module and name of an error whose own message does not say what to do -> what to do."""


def mendable() -> tuple[type[BaseException], ...]:
    """The errors that are shown as one line; called only when one was raised."""
    from labkit.data.catalog import AssetError
    from labkit.experiments.sweep import SweepError

    places = [place.rpartition(".") for place in ADVICE]
    # A module that is not loaded cannot have raised anything.
    loaded = [getattr(sys.modules[module], name) for module, _, name in places
              if module in sys.modules]  # fmt: skip
    found = (AssetError, SweepError, ValueError, OSError, ModuleNotFoundError, FloatingPointError)
    return (*found, *loaded)


def one_line(error: BaseException) -> str:
    """What went wrong and the way out, in one line."""
    if isinstance(error, OSError) and error.strerror:
        return f"{error.strerror}: {error.filename}" if error.filename else error.strerror
    says = " ".join(str(error).split()) or type(error).__name__
    known = [f"{kind.__module__}.{kind.__qualname__}" for kind in type(error).__mro__]
    advice = [ADVICE[name] for name in known if name in ADVICE]
    return f"{advice[0]} ({says}; LABKIT_DEBUG=1 shows where)" if advice else says
