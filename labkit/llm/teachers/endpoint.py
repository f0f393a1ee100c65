"""Any server that speaks the OpenAI chat protocol as a teacher, one request at a time."""

import math
import os
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from labkit.files import lock_beside
from labkit.llm.config import check_whole
from labkit.llm.teachers.answers import Answer, check_prompts
from labkit.llm.teachers.budget import Budget, Used, at_most, guessed_tokens
from labkit.llm.teachers.store import AnswerStore, Stored

if TYPE_CHECKING:
    from filelock import BaseFileLock
    from openai import OpenAI

BASE_URL, KEY = "OPENAI_BASE_URL", "OPENAI_API_KEY"
"""Where address and key are read from; neither is ever written down."""
WORTH_ANOTHER_TRY = (408, 409, 429, 500, 502, 503, 504)
"""Answers of a server after which the same request may go well; 400, 401, 404 or 422 never will."""
LIMIT_NAMES = ("max_tokens", "max_completion_tokens")
LONGEST_WAIT = 60.0


class EndpointError(RuntimeError):
    """A server that did not answer; the message says why, and what was collected is on disk."""


@dataclass(frozen=True)
class EndpointConfig:
    """How a server is asked."""

    model: str
    """Its name at the server; this name is stored, not the one in replies, which may be a path."""
    max_tokens: int = 256
    """Longest answer, at least 1."""
    limit_name: str = "max_tokens"
    """What the server calls that limit: "max_tokens", or "max_completion_tokens" in newer ones."""
    temperature: float = 1.0
    """Of the server's sampling, at least 0."""
    system: str | None = None
    """A system prompt; None leaves the server's own, which counts as prompt tokens too."""
    seed: int | None = None
    """Sent along; the second answer to a prompt gets seed + 1. Not every server heeds it."""
    timeout: float = 120.0
    """Seconds to wait for one answer, above 0; a queue at the server counts too."""
    tries: int = 5
    """How often a request is sent before the collection stops, at least 1."""
    first_wait: float = 1.0
    """Seconds before the second try, above 0; each further wait is twice as long."""

    def __post_init__(self) -> None:
        if not self.model:
            raise ValueError("model must be the name of a model at the server, got nothing")
        if self.limit_name not in LIMIT_NAMES:
            raise ValueError(f"limit_name must be one of {LIMIT_NAMES}, got {self.limit_name!r}")
        for name in ("max_tokens", "tries"):
            check_whole(getattr(self, name), name)
        for name in ("timeout", "first_wait"):
            value = getattr(self, name)
            if not (math.isfinite(value) and value > 0):
                raise ValueError(f"{name} must be a number above 0, got {value}")
        if not (math.isfinite(self.temperature) and self.temperature >= 0):
            raise ValueError(f"temperature must be at least 0, got {self.temperature}")

    def settings(self) -> dict[str, Any]:
        """What decides the answers; how patiently a server is asked does not."""
        patience = ("timeout", "tries", "first_wait")
        return {name: value for name, value in asdict(self).items() if name not in patience}


@dataclass(frozen=True)
class Collected:
    """One more answer on disk."""

    index: int
    """Number of the answer, from 0; what a file held already counts."""
    total: int
    stored: Stored
    used: Used
    """Tokens so far, those of earlier collections in the same file included."""
    cost: float
    """What they cost, by the budget's prices."""


def collect(
    prompts: Sequence[str],
    config: EndpointConfig,
    path: Path | str,
    budget: Budget | None = None,
    samples: int = 1,
    pause: Callable[[float], None] = time.sleep,
) -> Iterator[Collected]:
    """Ask for every answer that the file lacks, yielding one step per answer.

    path:    a JSON-lines file; each answer lies there before the next request is sent, so a stop
             at any moment loses none, and the next call goes on
    samples: answers to each prompt
    pause:   waits so many seconds
    errors:  ValueError before the first request for empty prompts, a missing address or key, or a
             file collected otherwise or by another process at this moment; EndpointError when a
             request fails for good; BudgetSpent

    `at_most` says beforehand what it may cost. Requests are sent one after another: a server with
    one model answers several no faster. Trap: the provider's terms may forbid training on answers.
    """
    check_prompts(prompts)
    check_whole(samples, "samples")
    client, budget = _client(config), budget or Budget()
    held = _alone(Path(path))
    store = AnswerStore(path, config.settings())
    wanted = [(prompt, sample) for prompt in dict.fromkeys(prompts) for sample in range(samples)]
    return _held(held, _collecting(wanted, client, config, store, budget, pause))


def _alone(path: Path) -> "BaseFileLock":
    """The file's lock, held; the system frees it when its process is killed.

    errors: ValueError when another collection holds it
    """
    from filelock import FileLock, Timeout

    lock = FileLock(lock_beside(path))
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise ValueError(
            f"another collection is writing {path.name}; wait for it, or give this one a file of "
            "its own: two would pay for the same answers"
        ) from None
    return lock


def _held(lock: "BaseFileLock", steps: Iterator[Collected]) -> Iterator[Collected]:
    try:
        yield from steps
    finally:
        lock.release()


def _collecting(
    wanted: Sequence[tuple[str, int]],
    client: "OpenAI",
    config: EndpointConfig,
    store: AnswerStore,
    budget: Budget,
    pause: Callable[[float], None],
) -> Iterator[Collected]:
    used = Used()
    for stored in store.found.values():
        used += _used(stored)
    for index, (prompt, sample) in enumerate(wanted):
        if (prompt, sample) in store.found:
            continue
        system = guessed_tokens(config.system or "")
        budget.check(used, at_most([prompt], config.max_tokens) + Used(0, system))
        stored = _asked(client, config, prompt, sample, pause)
        store.add(stored)
        used += _used(stored)
        yield Collected(index, len(wanted), stored, used, budget.price(used))


def _used(stored: Stored) -> Used:
    return Used(1, stored.prompt_tokens, stored.answer_tokens)


def _client(config: EndpointConfig) -> "OpenAI":
    try:
        from openai import OpenAI
    except ImportError:
        raise ImportError(
            "asking a server needs the package openai; install it with: pip install 'labkit[llm]'"
        ) from None
    missing = [name for name in (BASE_URL, KEY) if not os.environ.get(name)]
    if missing:
        raise ValueError(
            f"the environment lacks {' and '.join(missing)}; set the server's address, such as "
            "http://127.0.0.1:8000/v1, and its key (any word where it wants none)"
        )
    # Tries are counted here, where the wait can be told and tested.
    return OpenAI(timeout=config.timeout, max_retries=0)


def _asked(
    client: "OpenAI",
    config: EndpointConfig,
    prompt: str,
    sample: int,
    pause: Callable[[float], None],
) -> Stored:
    """One answer, after as many tries as it takes."""
    wait = config.first_wait
    for left in range(config.tries - 1, -1, -1):
        trouble = _Trouble("", False)
        try:
            return _sent(client, config, prompt, sample)
        except Exception as error:
            trouble = _trouble(error)
        if not trouble.passes or not left:
            tried = config.tries - left
            raise EndpointError(
                f"no answer to {prompt[:40]!r} after {tried} {'try' if tried == 1 else 'tries'}: "
                f"{_without_key(trouble.says)}; all answers so far are on disk, call again to go on"
            )
        pause(min(max(wait, trouble.wait), LONGEST_WAIT))
        wait *= 2
    raise AssertionError("unreachable")


class BrokenReply(ValueError):
    """A server said that all is well and sent something else than an answer."""


def _sent(client: "OpenAI", config: EndpointConfig, prompt: str, sample: int) -> Stored:
    messages: list[Any] = [{"role": "user", "content": prompt}]
    if config.system is not None:
        messages.insert(0, {"role": "system", "content": config.system})
    more = {config.limit_name: config.max_tokens}
    if config.seed is not None:
        more["seed"] = config.seed + sample
    reply: Any = client.chat.completions.create(
        model=config.model,
        messages=messages,
        temperature=config.temperature,
        extra_body=more,
    )
    choices = getattr(reply, "choices", None)
    if not choices or getattr(choices[0], "message", None) is None:
        raise BrokenReply(f"a reply without an answer in it ({str(reply)[:60]!r})")
    choice, usage = choices[0], getattr(reply, "usage", None)
    text = choice.message.content or ""
    if not isinstance(text, str):
        raise BrokenReply(f"an answer that is no text ({str(text)[:60]!r})")
    answer = Answer(text, str(choice.finish_reason))
    # A server that does not count is counted for, so that no budget lasts for ever.
    guess = at_most([f"{config.system or ''}{prompt}"], guessed_tokens(answer.text))
    return Stored(
        prompt,
        sample,
        answer,
        getattr(usage, "prompt_tokens", 0) or guess.prompt_tokens,
        getattr(usage, "completion_tokens", 0) or guess.answer_tokens,
    )


@dataclass(frozen=True)
class _Trouble:
    says: str
    passes: bool
    """Whether another try may go well."""
    wait: float = 0.0
    """Seconds that the server asked for."""


def _trouble(error: Exception) -> _Trouble:
    """What went wrong, in words; errors that are not the server's are raised on."""
    import openai

    if isinstance(error, openai.APIStatusError):
        passes = error.status_code in WORTH_ANOTHER_TRY
        asked = error.response.headers.get("retry-after", "")
        return _Trouble(f"{error.status_code}, {error.message[:200]}", passes, _seconds(asked))
    if isinstance(error, openai.APITimeoutError):
        return _Trouble("the server did not answer in time; raise timeout", True)
    if isinstance(error, openai.APIConnectionError):
        return _Trouble("the connection broke or there is no server at this address", True)
    if isinstance(error, ValueError | openai.APIError):
        return _Trouble(f"the reply could not be read: {error}", True)
    raise error


def _seconds(text: str) -> float:
    try:
        return max(0.0, float(text))
    except ValueError:
        return 0.0


def _without_key(text: str) -> str:
    key = os.environ.get(KEY, "")
    return text.replace(key, "***") if key else text


@dataclass(frozen=True)
class EndpointTeacher:
    """A server as a teacher: what its file lacks is asked for, the rest is read."""

    config: EndpointConfig
    path: Path
    """Where the answers lie."""
    budget: Budget = field(default_factory=Budget)

    def answers(self, prompts: Sequence[str]) -> list[Answer]:
        """One answer to each prompt, in their order; see `collect` for the errors."""
        for _ in collect(prompts, self.config, self.path, self.budget):
            pass
        store = AnswerStore(self.path, self.config.settings())
        return [store.found[prompt, 0].answer for prompt in prompts]
