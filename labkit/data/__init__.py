"""A name becomes files, files become texts, texts become token ids."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from labkit.data.loading import Study, load, study

__all__ = ["Study", "load", "study"]


def __getattr__(name: str) -> object:
    """Fetch `load`, `study` and `Study` on first use: `labkit.data.batches` needs no readers."""
    if name in __all__:
        from labkit.data import loading

        return getattr(loading, name)
    raise AttributeError(f"labkit.data has no attribute {name!r}")
