from concurrent.futures import Future, ThreadPoolExecutor

import pytest
import torch

from labkit.experiments.executors.attempts import Attempts, attempt, tell


class Untold(Exception):
    """Cannot be made from its own words alone, so pickle cannot bring it home."""

    def __init__(self, one, other):
        super().__init__(f"{one} and {other}")


def fails(error):
    raise error


def test_a_run_gives_its_value_on_one_thread():
    before = torch.get_num_threads()
    try:
        assert attempt(lambda number: (number, torch.get_num_threads()), (3,)) == ((3, 1), None)
    finally:
        torch.set_num_threads(before)


def test_an_error_is_a_value_of_its_own_kind():
    value, error = attempt(fails, (FloatingPointError("nan"),))
    assert value is None
    assert type(error) is FloatingPointError


def test_an_error_that_cannot_travel_comes_as_its_words():
    _, error = attempt(fails, (Untold("this", "that"),))
    assert type(error) is RuntimeError
    assert str(error) == "Untold: this and that"


def test_the_end_of_an_attempt_is_the_end_of_its_run():
    with ThreadPoolExecutor(1) as pool:
        found = Attempts(pool.submit)
        assert found.submit(abs, -3).result(20) == 3
        with pytest.raises(KeyError, match="gone"):
            found.submit(fails, KeyError("gone")).result(20)
        with pytest.raises(TypeError, match="no named arguments"):
            found.submit(abs, x=3)


def test_a_machine_that_breaks_is_told_and_a_cancelled_run_is_left_alone():
    broken, future, cancelled = Future(), Future(), Future()
    broken.set_exception(OSError("the node is gone"))
    tell(future, broken)
    with pytest.raises(OSError, match="the node is gone"):
        future.result(1)
    cancelled.cancel()
    tell(cancelled, broken)
    assert cancelled.cancelled()
