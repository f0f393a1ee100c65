"""A collection from a real server: `transformers serve` with SmolLM2 on this machine."""

import json
import os
from importlib.util import find_spec
from itertools import islice

import pytest

from labkit.data import fetch
from labkit.llm.teachers.endpoint import EndpointTeacher, collect
from labkit.llm.teachers.request import EndpointConfig, EndpointError
from tests.helpers.llm.chat_server import chat_server

MISSING = [name for name in ("openai", "fastapi", "uvicorn") if find_spec(name) is None]
MUST = os.environ.get("LABKIT_REQUIRE_LLM") == "1"
PROMPTS = ["What is the capital of France?", "Name a colour.", "Say hello."]


@pytest.fixture(scope="module")
def model():
    folder = fetch.find("smollm2")
    if not MUST and (MISSING or folder is None):
        pytest.skip(
            "needs the packages of labkit[llm] and SmolLM2 in the cache; `make llm` gets both"
        )
    return folder


@pytest.fixture(scope="module")
def server(model, tmp_path_factory):
    with chat_server(model, tmp_path_factory.mktemp("server") / "log.txt") as address:
        yield address


@pytest.fixture
def asked(server, model, monkeypatch):
    monkeypatch.setenv("OPENAI_BASE_URL", server)
    monkeypatch.setenv("OPENAI_API_KEY", "sk-not-for-any-file")
    return EndpointConfig(str(model), max_tokens=12, temperature=0.0, tries=2, first_wait=0.1)


def test_answers_come_with_their_ends_and_their_tokens(asked, tmp_path):
    path = tmp_path / "a.jsonl"
    first = list(islice(collect(PROMPTS, asked, path), 1))
    rest = list(collect(PROMPTS, asked, path))
    assert [step.index for step in first + rest] == [0, 1, 2]
    assert "Paris" in first[0].stored.answer.text
    for step in first + rest:
        assert step.stored.answer.finish in ("stop", "length")
        assert step.stored.prompt_tokens > 20 and 0 < step.stored.answer_tokens <= 12
    assert "sk-not-for-any-file" not in path.read_text()
    again = EndpointTeacher(asked, path).answers(PROMPTS)
    assert again == [step.stored.answer for step in first + rest]


def test_a_cut_answer_is_kept_as_cut(asked, tmp_path):
    config = EndpointConfig(asked.model, max_tokens=3, temperature=0.0)
    (step,) = collect(["Tell me a long story."], config, tmp_path / "a.jsonl")
    assert step.stored.answer.finish == "length" and not step.stored.answer.whole


def test_a_model_that_the_server_does_not_have_is_said_at_once(asked, tmp_path):
    waits = []
    config = EndpointConfig("no/such-model", max_tokens=3)
    with pytest.raises(EndpointError, match="after 1 try: 400"):
        list(collect(PROMPTS, config, tmp_path / "a.jsonl", pause=waits.append))
    assert waits == []
    kept = (tmp_path / "a.jsonl").read_text().splitlines()
    assert len(kept) == 1 and "settings" in json.loads(kept[0])
