"""What a collection may cost, what it will cost at most, and what it has cost so far."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from labkit.llm.config import check_weight

BYTES_A_TOKEN = 3
"""A cautious guess where no tokenizer is at hand; English has about four."""
TEMPLATE_TOKENS = 24
"""What a server's chat template adds to each prompt, such as a default system prompt."""
MILLION = 1_000_000


class BudgetSpent(RuntimeError):
    """The next request could go beyond the budget; what was collected is on disk."""


@dataclass(frozen=True)
class Budget:
    """How much a collection may use, and what a token costs."""

    tokens: int | None = None
    """Most tokens of prompts and answers together; None for no limit."""
    cost: float | None = None
    """Most that they may cost, in the currency of the prices; None for no limit."""
    prompt_price: float = 0.0
    """Price of a million prompt tokens, at least 0."""
    answer_price: float = 0.0
    """Price of a million answer tokens, at least 0."""

    def __post_init__(self) -> None:
        for name in ("tokens", "cost", "prompt_price", "answer_price"):
            value = getattr(self, name)
            if value is not None:
                check_weight(value, name)
        if self.cost is not None and self.prompt_price == self.answer_price == 0:
            raise ValueError(
                f"got a largest cost of {self.cost} without prices, so it could never be reached; "
                "give prompt_price and answer_price, or tokens"
            )

    def price(self, used: "Used") -> float:
        """What these tokens cost."""
        return (
            used.prompt_tokens * self.prompt_price + used.answer_tokens * self.answer_price
        ) / MILLION

    def check(self, used: "Used", next_request: "Used") -> None:
        """BudgetSpent when the next request could go beyond what is allowed."""
        whole = used + next_request
        if self.tokens is not None and whole.tokens > self.tokens:
            raise BudgetSpent(
                f"{used.tokens} of {self.tokens} tokens are used, and the next request may take "
                f"{next_request.tokens}; all answers so far are on disk: raise the budget to go on"
            )
        if self.cost is not None and self.price(whole) > self.cost:
            raise BudgetSpent(
                f"{self.price(used):.4g} of {self.cost:.4g} is spent, and the next request may "
                f"cost {self.price(next_request):.4g}; all answers so far are on disk: raise the "
                "budget to go on"
            )


@dataclass(frozen=True)
class Used:
    """Requests and their tokens, used or expected."""

    requests: int = 0
    prompt_tokens: int = 0
    answer_tokens: int = 0

    @property
    def tokens(self) -> int:
        """Tokens of prompts and answers together."""
        return self.prompt_tokens + self.answer_tokens

    def __add__(self, other: "Used") -> "Used":
        return Used(
            self.requests + other.requests,
            self.prompt_tokens + other.prompt_tokens,
            self.answer_tokens + other.answer_tokens,
        )


def guessed_tokens(text: str) -> int:
    """How many tokens a text has at most, by a cautious guess from its bytes."""
    return -(-len(text.encode("utf-8", errors="replace")) // BYTES_A_TOKEN)


def at_most(
    prompts: Sequence[str],
    max_tokens: int,
    samples: int = 1,
    count: Callable[[str], int] = guessed_tokens,
    system: str | None = None,
) -> Used:
    """What a collection uses at most, without asking anybody: the dry run.

    max_tokens: of an answer; count: tokens of a text, such as by the teacher's own tokenizer
    system:     the system prompt, which is paid for with every request
    Trap: a server may charge for a request that it did not answer in time, and then for its
    further tries; nobody here hears of that.
    """
    before = TEMPLATE_TOKENS + (count(system) if system else 0)
    each = sum(count(prompt) + before for prompt in prompts)
    requests = len(prompts) * samples
    return Used(requests, each * samples, requests * max_tokens)
