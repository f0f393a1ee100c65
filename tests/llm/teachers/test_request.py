"""A request is sent as often as it may go well, and its faults are told apart."""

import builtins
import json

import pytest

from labkit.llm.teachers.endpoint import collect
from labkit.llm.teachers.request import EndpointConfig, EndpointError
from tests.helpers.llm.stub_server import SECRET

HOW = EndpointConfig("a-model", max_tokens=8, tries=3, first_wait=1.5)
PROMPTS = ["one", "two", "three"]


def texts(path):
    return [json.loads(line).get("answer") for line in path.read_text().splitlines()[1:]]


@pytest.mark.parametrize(
    ("fault", "waits"),
    [
        ("429", [7.0]),  # the server asked for 7 seconds
        ("500", [1.5]),
        ("503", [1.5]),
        ("408", [1.5]),
        ("425", [1.5]),
        ("524", [1.5]),  # a proxy's, of a server that thinks for long
        ("529", [1.5]),  # a server that says that it is overloaded
        ("broken", [1.5]),
        ("html", [1.5]),
        ("no choices", [1.5]),
        ("parts", [1.5]),
        ("half", [1.5]),
        ("closed", [1.5]),
        ("silent", [1.5]),
    ],
)
def test_what_may_go_well_is_tried_again_after_a_wait(server, tmp_path, fault, waits):
    server.plan = ["ok", fault]
    told = []
    config = EndpointConfig("a-model", 8, tries=3, first_wait=1.5, timeout=0.3)
    list(collect(PROMPTS, config, tmp_path / "a.jsonl", pause=told.append))
    assert told == waits and texts(tmp_path / "a.jsonl") == ["ONE", "TWO", "THREE"]
    assert len(server.seen) == 4


@pytest.mark.parametrize("status", ["400", "401", "403", "404", "422", "501", "505"])
def test_what_never_goes_well_stops_at_once_and_keeps_the_rest(server, tmp_path, status):
    server.plan, told = ["ok", status], []
    with pytest.raises(EndpointError, match=rf"'two' after 1 try: {status}, .*on disk") as caught:
        list(collect(PROMPTS, HOW, tmp_path / "a.jsonl", pause=told.append))
    assert told == [] and texts(tmp_path / "a.jsonl") == ["ONE"] and len(server.seen) == 2
    assert SECRET not in str(caught.value) and "***" in str(caught.value)


def test_a_server_that_stays_broken_is_given_up_after_all_tries(server, tmp_path):
    server.plan, told = ["ok", "500", "500", "500"], []
    with pytest.raises(EndpointError, match="'two' after 3 tries: 500"):
        list(collect(PROMPTS, HOW, tmp_path / "a.jsonl", pause=told.append))
    assert told == [1.5, 3.0] and texts(tmp_path / "a.jsonl") == ["ONE"]


def test_no_wait_is_longer_than_a_minute(server, tmp_path):
    server.plan, told = ["500", "500", "429"], []
    config = EndpointConfig("a-model", 8, tries=4, first_wait=40.0)
    list(collect(["one"], config, tmp_path / "a.jsonl", pause=told.append))
    assert told == [40.0, 60.0, 60.0] and texts(tmp_path / "a.jsonl") == ["ONE"]


def test_no_server_at_all_is_said(monkeypatch, tmp_path):
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    monkeypatch.setenv("OPENAI_API_KEY", SECRET)
    with pytest.raises(EndpointError, match="there is no server at this address"):
        list(collect(["one"], HOW, tmp_path / "a.jsonl", pause=lambda seconds: None))


def test_the_limit_goes_by_the_name_that_the_server_knows(server, tmp_path):
    list(collect(["one"], EndpointConfig("a", 8, "max_completion_tokens"), tmp_path / "a.jsonl"))
    assert server.seen[0]["max_completion_tokens"] == 8 and "max_tokens" not in server.seen[0]


def test_a_server_that_does_not_count_is_counted_for(server, tmp_path):
    server.usage = None
    (step,) = collect(["three"], HOW, tmp_path / "a.jsonl")
    assert step.used.prompt_tokens == 26 and step.used.answer_tokens == 2


@pytest.mark.parametrize("name", ["OPENAI_BASE_URL", "OPENAI_API_KEY"])
def test_a_missing_address_or_key_is_said_before_the_first_request(
    server, monkeypatch, tmp_path, name
):
    monkeypatch.delenv(name)
    with pytest.raises(ValueError, match=f"lacks {name}"):
        collect(PROMPTS, HOW, tmp_path / "a.jsonl")
    assert not (tmp_path / "a.jsonl").exists()


def test_without_the_package_the_way_to_it_is_said(server, monkeypatch, tmp_path):
    real = builtins.__import__

    def absent(name, *more, **named):
        if name == "openai":
            raise ImportError(name)
        return real(name, *more, **named)

    monkeypatch.setattr(builtins, "__import__", absent)
    with pytest.raises(ImportError, match=r"labkit\[llm\]"):
        collect(PROMPTS, HOW, tmp_path / "a.jsonl")


@pytest.mark.parametrize(
    "settings",
    [{"model": ""}, {"max_tokens": 0}, {"tries": 0}, {"timeout": 0}, {"first_wait": -1.0},
     {"temperature": -1.0}, {"limit_name": "n"}],
)  # fmt: skip
def test_nonsense_is_refused(settings):
    with pytest.raises(ValueError, match=next(iter(settings))):
        EndpointConfig(**{"model": "m", **settings})
