"""Any server that speaks the OpenAI chat protocol as a teacher, one request at a time."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from labkit.files import lock_beside
from labkit.llm.config import check_whole
from labkit.llm.teachers.answers import Answer, check_prompts
from labkit.llm.teachers.budget import Budget, Used, at_most
from labkit.llm.teachers.request import EndpointConfig, asked, client_for
from labkit.llm.teachers.store import AnswerStore, Stored

if TYPE_CHECKING:
    from filelock import BaseFileLock
    from openai import OpenAI


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
    client, budget = client_for(config), budget or Budget()
    held = _alone(Path(path))
    try:
        store = AnswerStore(path, config.settings())
    except BaseException:
        # A notebook keeps the error, and with it the lock, until the next one.
        held.release()
        raise
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
        budget.check(used, at_most([prompt], config.max_tokens, system=config.system))
        stored = asked(client, config, prompt, sample, pause)
        store.add(stored)
        used += _used(stored)
        yield Collected(index, len(wanted), stored, used, budget.price(used))


def _used(stored: Stored) -> Used:
    return Used(1, stored.prompt_tokens, stored.answer_tokens)


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
