"""labkit: the models, losses and runs behind the Adversarial Distillation Lab."""

from labkit.on_import import register_students
from labkit.version import __version__

__all__ = ["__version__", "device", "hello", "student"]


def __getattr__(name: str) -> object:
    """Fetch what needs torch on first use, so that `import labkit` loads no torch."""
    if name == "device":
        from labkit.compute import device

        return device
    if name == "hello":
        from labkit.course.doctor import hello

        return hello
    if name == "student":
        from labkit.experiments.own_student.student import student

        return student
    raise AttributeError(f"labkit has no attribute {name!r}")


register_students()
