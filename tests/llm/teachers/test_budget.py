"""Budgets: the dry run, the price, and the stop before it is overdrawn."""

import pytest

from labkit.llm.teachers.budget import Budget, BudgetSpent, Used, at_most, guessed_tokens


def test_the_dry_run_counts_prompts_templates_and_the_longest_answers():
    found = at_most(["abc", "abcdef"], max_tokens=10, samples=2)
    assert found == Used(4, 2 * (1 + 24 + 2 + 24), 40) and found.tokens == 142
    counted = at_most(["one two"], 10, count=lambda text: len(text.split()))
    assert counted == Used(1, 26, 10)


def test_the_dry_run_counts_the_system_prompt_with_every_request():
    found = at_most(["abc", "abcdef"], 10, samples=2, system="x" * 300)
    assert found == Used(4, 2 * (1 + 124 + 2 + 124), 40)


def test_a_guess_is_never_0_for_a_text_and_counts_bytes():
    assert [guessed_tokens(text) for text in ("", "a", "abcd", "語語")] == [0, 1, 2, 2]


def test_the_price_is_that_of_a_million():
    budget = Budget(prompt_price=2.0, answer_price=8.0)
    assert budget.price(Used(1, 500_000, 250_000)) == pytest.approx(3.0)


def test_a_request_that_could_overdraw_is_stopped_and_one_that_just_fits_is_not():
    budget = Budget(tokens=100)
    assert budget.check(Used(1, 40, 20), Used(1, 20, 20)) is None
    with pytest.raises(BudgetSpent, match="60 of 100 tokens are used"):
        budget.check(Used(1, 40, 20), Used(1, 21, 20))
    priced = Budget(cost=1.0, answer_price=10.0)
    assert priced.check(Used(0, 9, 50_000), Used(1, 9, 50_000)) is None
    with pytest.raises(BudgetSpent, match=r"0\.5 of 1 is spent"):
        priced.check(Used(0, 9, 50_000), Used(1, 9, 50_001))
    assert Budget().check(Used(1, 10**9, 10**9), Used(1, 1, 1)) is None


@pytest.mark.parametrize("settings", [{"tokens": -1}, {"cost": 1.0}, {"answer_price": -1.0}])
def test_nonsense_is_refused(settings):
    with pytest.raises(ValueError, match=r"at least 0|without prices"):
        Budget(**settings)
