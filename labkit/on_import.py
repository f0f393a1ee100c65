"""Tell transformers of the small students as soon as it is imported, and not a moment before.

`import labkit` must stay light, and transformers takes seconds. So nothing is imported here; a
finder waits until transformers loads its table of architectures, and then adds ours to it.
"""

import importlib
import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # the module importlib.abc alone takes a third of the time of `import labkit`
    from importlib.abc import Loader

AFTER = {
    "transformers.models.auto.configuration_auto": ("labkit.models.student_configs",),
    "transformers.models.auto.modeling_auto": ("labkit.models.bilstm", "labkit.models.swem"),
}
"""transformers' tables of sizes and of models -> the modules that enter ours when imported."""


def register_students() -> None:
    """Let `AutoModel...from_pretrained` and `pipeline` know the students of labkit."""
    for table in AFTER:
        if table in sys.modules:
            _import_after(table)
        elif not any(isinstance(f, _Waiting) and f.table == table for f in sys.meta_path):
            sys.meta_path.insert(0, _Waiting(table))


def _import_after(table: str) -> None:
    for name in AFTER[table]:
        importlib.import_module(name)


class _Waiting:
    """Finds nothing itself: it only has the students imported after a table."""

    def __init__(self, table: str) -> None:
        self.table = table

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname != self.table:
            return None
        sys.meta_path.remove(self)  # once is enough
        spec = PathFinder.find_spec(fullname, path, target)
        if spec is not None and spec.loader is not None:
            spec.loader = _Then(spec.loader, self.table)  # type: ignore[assignment]
        return spec


class _Then:
    """Runs a module as its own loader does, then has the students imported."""

    def __init__(self, own: "Loader", table: str) -> None:
        self.own, self.table = own, table

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self.own.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        self.own.exec_module(module)
        _import_after(self.table)
