import numpy as np
import pytest

from labkit.experiments.own_student.choose import Candidate, choose
from labkit.experiments.own_student.plan import Wishes


def one(arm, right, mib, ms=1.0):
    return Candidate(arm, "", np.arange(1000) < right, mib, ms)


FLOOR, SMALL, LARGE = one("tfidf", 800, 2, 0.1), one("labels", 885, 4), one("teacher", 900, 22, 9)
ALL = [FLOOR, SMALL, LARGE]


def test_the_smallest_within_reach_of_the_best_is_taken():
    assert choose(ALL, Wishes()).taken is SMALL
    assert choose(ALL, Wishes(within=0.1)).taken is LARGE


def test_limits_leave_out_what_is_too_slow_or_too_large():
    assert choose(ALL, Wishes(within=0, max_ms=5)).taken is SMALL
    assert choose(ALL, Wishes(within=0, max_mib=3)).taken is FLOOR
    slow_floor = [one("tfidf", 800, 2, 50), SMALL]
    assert choose(slow_floor, Wishes(max_ms=5, min_gain=90)).taken is SMALL


def test_a_gain_below_the_wish_takes_the_floor_and_names_the_rival():
    found = choose(ALL, Wishes(min_gain=9))
    assert found.taken is FLOOR and found.rival is SMALL and found.best is LARGE


def test_limits_that_nothing_keeps_to_are_refused_with_what_there_is():
    with pytest.raises(ValueError, match=r"quickest takes 0.10 ms .* smallest 2.0 MiB"):
        choose(ALL, Wishes(max_mib=1))
