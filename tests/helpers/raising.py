"""A function that fails as asked."""

from collections.abc import Callable


def raising(error: BaseException) -> Callable[..., None]:
    """A function of any arguments that raises this error."""

    def function(*arguments: object, **named: object) -> None:
        raise error

    return function
