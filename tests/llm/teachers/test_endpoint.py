"""A server as a teacher: every fault is met by a rule, and nothing collected is lost."""

import builtins
import json
import subprocess
import sys
from itertools import islice
from pathlib import Path

import pytest

from labkit.llm.teachers.answers import Answer
from labkit.llm.teachers.budget import Budget, BudgetSpent
from labkit.llm.teachers.endpoint import (
    EndpointConfig,
    EndpointError,
    EndpointTeacher,
    collect,
)
from tests.helpers.llm.stub_server import stub_server

SECRET = "sk-not-for-any-file"
HOW = EndpointConfig("a-model", max_tokens=8, tries=3, first_wait=1.5)
PROMPTS = ["one", "two", "three"]


@pytest.fixture
def server(monkeypatch):
    with stub_server() as running:
        monkeypatch.setenv("OPENAI_BASE_URL", running.url)
        monkeypatch.setenv("OPENAI_API_KEY", SECRET)
        yield running


def gathered(path, prompts=PROMPTS, config=HOW, waits=None, **more):
    return list(collect(prompts, config, path, pause=(waits or []).append, **more))


def texts(path):
    return [json.loads(line).get("answer") for line in path.read_text().splitlines()[1:]]


def test_answers_lie_on_disk_with_all_that_decides_them(server, tmp_path):
    steps = gathered(tmp_path / "a.jsonl")
    assert texts(tmp_path / "a.jsonl") == ["ONE", "TWO", "THREE"]
    assert [step.index for step in steps] == [0, 1, 2] and steps[-1].total == 3
    assert steps[-1].used.prompt_tokens == 90 and steps[-1].used.answer_tokens == 12
    stored = (tmp_path / "a.jsonl").read_text()
    assert '"model": "a-model"' in stored and "/a/place" not in stored
    body = server.seen[0]
    assert body["model"] == "a-model" and body["max_tokens"] == 8 and body["temperature"] == 1.0
    assert body["messages"] == [{"role": "user", "content": "one"}] and "n" not in body


def test_each_answer_is_on_disk_before_the_next_request(server, tmp_path):
    for done, _ in enumerate(collect(PROMPTS, HOW, tmp_path / "a.jsonl"), 1):
        assert len(texts(tmp_path / "a.jsonl")) == done == len(server.seen)


def test_a_killed_collection_goes_on_where_it_stopped(server, tmp_path):
    path = tmp_path / "a.jsonl"
    list(islice(collect(PROMPTS, HOW, path), 2))
    path.write_bytes(path.read_bytes()[:-5])  # killed in the middle of the second line
    steps = gathered(path)
    assert texts(path) == ["ONE", "TWO", "THREE"]
    assert [body["messages"][0]["content"] for body in server.seen] == [
        "one",
        "two",
        "two",
        "three",
    ]
    assert [step.index for step in steps] == [1, 2] and steps[-1].used.requests == 3
    assert gathered(path) == [] and len(server.seen) == 4


@pytest.mark.parametrize(
    ("fault", "waits"),
    [
        ("429", [7.0]),  # the server asked for 7 seconds
        ("500", [1.5]),
        ("503", [1.5]),
        ("408", [1.5]),
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


@pytest.mark.parametrize("status", ["400", "401", "403", "404", "422"])
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


def test_cut_and_empty_answers_are_kept_for_what_they_are(server, tmp_path):
    server.plan = ["length", "empty"]
    teacher = EndpointTeacher(HOW, tmp_path / "a.jsonl")
    assert teacher.answers(["one", "two"]) == [Answer("ONE", "length"), Answer("")]
    assert teacher.answers(["two", "one"]) == [Answer(""), Answer("ONE", "length")]
    assert len(server.seen) == 2


def test_several_answers_are_asked_for_with_seeds_of_their_own(server, tmp_path):
    config = EndpointConfig("a-model", 8, system="be loud", seed=5)
    steps = gathered(tmp_path / "a.jsonl", ["one", "one"], config, samples=2)
    assert [step.stored.sample for step in steps] == [0, 1]
    assert [body["seed"] for body in server.seen] == [5, 6]
    assert server.seen[0]["messages"][0] == {"role": "system", "content": "be loud"}


def test_the_limit_goes_by_the_name_that_the_server_knows(server, tmp_path):
    gathered(tmp_path / "a.jsonl", ["one"], EndpointConfig("a", 8, "max_completion_tokens"))
    assert server.seen[0]["max_completion_tokens"] == 8 and "max_tokens" not in server.seen[0]


def test_the_budget_stops_before_it_is_overdrawn_also_after_a_restart(server, tmp_path):
    budget = Budget(tokens=102)  # an answer takes 34, and could take 33 more than is known
    with pytest.raises(BudgetSpent, match="68 of 100 tokens are used"):
        list(collect(["a", "b", "c", "d"], HOW, tmp_path / "a.jsonl", Budget(tokens=100)))
    assert texts(tmp_path / "a.jsonl") == ["A", "B"]
    with pytest.raises(BudgetSpent, match="102 of 102"):
        list(collect(["a", "b", "c", "d"], HOW, tmp_path / "a.jsonl", budget))
    assert texts(tmp_path / "a.jsonl") == ["A", "B", "C"]


def test_a_server_that_does_not_count_is_counted_for(server, tmp_path):
    server.usage = None
    (step,) = gathered(tmp_path / "a.jsonl", ["three"])
    assert step.used.prompt_tokens == 26 and step.used.answer_tokens == 2


def test_two_ways_of_asking_are_not_mixed_but_patience_may_change(server, tmp_path):
    gathered(tmp_path / "a.jsonl")
    assert gathered(tmp_path / "a.jsonl", config=EndpointConfig("a-model", 8, timeout=3)) == []
    with pytest.raises(ValueError, match="max_tokens 8, here 9"):
        gathered(tmp_path / "a.jsonl", config=EndpointConfig("a-model", 9))


KILLED = """
import sys
from labkit.llm.teachers.endpoint import EndpointConfig, collect
for step in collect(["one", "two", "three"], EndpointConfig("a-model", 8), sys.argv[1]):
    print(step.stored.answer.text, flush=True)
    if step.index == 1:
        sys.stdin.read()
"""


def test_a_second_collector_is_refused_and_a_killed_one_loses_nothing(server, tmp_path):
    path = tmp_path / "a.jsonl"
    command = [sys.executable, "-c", KILLED, str(path)]
    first = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        assert [first.stdout.readline() for _ in range(2)] == ["ONE\n", "TWO\n"]
        with pytest.raises(ValueError, match=r"another collection is writing a\.jsonl"):
            gathered(path, config=EndpointConfig("a-model", 8))
        assert texts(path) == ["ONE", "TWO"]
    finally:
        first.kill()
        first.communicate()
    assert len(gathered(path, config=EndpointConfig("a-model", 8))) == 1
    assert texts(path) == ["ONE", "TWO", "THREE"] and len(server.seen) == 3


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


def test_empty_prompts_are_refused_before_the_first_request(server, tmp_path):
    with pytest.raises(ValueError, match="prompt 1 is empty"):
        collect(["a", ""], HOW, tmp_path / "a.jsonl")
    assert server.seen == [] and not Path(tmp_path / "a.jsonl").exists()


@pytest.mark.parametrize(
    "settings",
    [{"model": ""}, {"max_tokens": 0}, {"tries": 0}, {"timeout": 0}, {"first_wait": -1.0},
     {"temperature": -1.0}, {"limit_name": "n"}],
)  # fmt: skip
def test_nonsense_is_refused(settings):
    with pytest.raises(ValueError, match=next(iter(settings))):
        EndpointConfig(**{"model": "m", **settings})
