"""One request to a server that speaks the OpenAI chat protocol, and as many tries as it takes."""

import math
import os
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from labkit.llm.config import check_whole
from labkit.llm.teachers.answers import Answer
from labkit.llm.teachers.budget import at_most, guessed_tokens
from labkit.llm.teachers.store import Stored

if TYPE_CHECKING:
    from openai import OpenAI

BASE_URL, KEY = "OPENAI_BASE_URL", "OPENAI_API_KEY"
"""Where address and key are read from; neither is ever written down."""
WORTH_ANOTHER_TRY = (408, 409, 425, 429)
"""Answers below 500 after which the same request may go well; 400, 401, 404 or 422 never will."""
NEVER = (501, 505)
"""Answers from 500 on after which it will not; the others, such as 524 and 529, mean a busy server
or a proxy that gave up waiting."""
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


def client_for(config: EndpointConfig) -> "OpenAI":
    """A client for the server that the environment names.

    errors: ImportError without the package openai; ValueError without an address or a key
    """
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


def asked(
    client: "OpenAI",
    config: EndpointConfig,
    prompt: str,
    sample: int,
    pause: Callable[[float], None],
) -> Stored:
    """One answer, after as many tries as it takes.

    sample: number of the answer to this prompt, from 0; it moves the seed
    pause:  waits so many seconds
    errors: EndpointError when no further try is worth it or none is left; it never holds the key
    """
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
                f"{trouble.says}; all answers so far are on disk, call again to go on"
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
        raise BrokenReply(f"a reply without an answer in it ({_start(str(reply), 60)!r})")
    choice, usage = choices[0], getattr(reply, "usage", None)
    text = choice.message.content or ""
    if not isinstance(text, str):
        raise BrokenReply(f"an answer that is no text ({_start(str(text), 60)!r})")
    answer = Answer(text, str(choice.finish_reason))
    # A server that does not count is counted for, so that no budget lasts for ever.
    guess = at_most([prompt], guessed_tokens(answer.text), system=config.system)
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
        asked = error.response.headers.get("retry-after", "")
        says = f"{error.status_code}, {_start(error.message, 200)}"
        return _Trouble(says, _passes(error.status_code), _seconds(asked))
    if isinstance(error, openai.APITimeoutError):
        return _Trouble("the server did not answer in time; raise timeout", True)
    if isinstance(error, openai.APIConnectionError):
        return _Trouble("the connection broke or there is no server at this address", True)
    if isinstance(error, ValueError | openai.APIError):
        return _Trouble(f"the reply could not be read: {_without_key(str(error))}", True)
    raise error


def _passes(status: int) -> bool:
    return status in WORTH_ANOTHER_TRY or (status >= 500 and status not in NEVER)


def _seconds(text: str) -> float:
    try:
        return max(0.0, float(text))
    except ValueError:
        return 0.0


def _start(text: str, width: int) -> str:
    """The first characters; the key goes before the cut, which would leave a part of it to read."""
    return _without_key(text)[:width]


def _without_key(text: str) -> str:
    key = os.environ.get(KEY, "")
    return text.replace(key, "***") if key else text
