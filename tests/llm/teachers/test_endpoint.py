"""A server as a teacher: every fault is met by a rule, and nothing collected is lost."""

import json
import subprocess
import sys
from itertools import islice
from pathlib import Path

import pytest

from labkit.llm.teachers.answers import Answer
from labkit.llm.teachers.budget import Budget, BudgetSpent
from labkit.llm.teachers.endpoint import EndpointTeacher, collect
from labkit.llm.teachers.request import EndpointConfig

HOW = EndpointConfig("a-model", max_tokens=8, tries=3, first_wait=1.5)
PROMPTS = ["one", "two", "three"]


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


def test_the_budget_stops_before_it_is_overdrawn_also_after_a_restart(server, tmp_path):
    budget = Budget(tokens=102)  # an answer takes 34, and could take 33 more than is known
    with pytest.raises(BudgetSpent, match="68 of 100 tokens are used"):
        list(collect(["a", "b", "c", "d"], HOW, tmp_path / "a.jsonl", Budget(tokens=100)))
    assert texts(tmp_path / "a.jsonl") == ["A", "B"]
    with pytest.raises(BudgetSpent, match="102 of 102"):
        list(collect(["a", "b", "c", "d"], HOW, tmp_path / "a.jsonl", budget))
    assert texts(tmp_path / "a.jsonl") == ["A", "B", "C"]


def test_two_ways_of_asking_are_not_mixed_but_patience_may_change(server, tmp_path):
    gathered(tmp_path / "a.jsonl")
    assert gathered(tmp_path / "a.jsonl", config=EndpointConfig("a-model", 8, timeout=3)) == []
    with pytest.raises(ValueError, match="max_tokens 8, here 9"):
        gathered(tmp_path / "a.jsonl", config=EndpointConfig("a-model", 9))


def test_a_refused_call_leaves_the_file_to_the_next_one(server, tmp_path):
    gathered(tmp_path / "a.jsonl")
    with pytest.raises(ValueError, match="max_tokens 8, here 9") as kept:
        gathered(tmp_path / "a.jsonl", config=EndpointConfig("a-model", 9))
    steps = gathered(tmp_path / "a.jsonl", [*PROMPTS, "four"])
    assert [step.stored.answer.text for step in steps] == ["FOUR"]
    assert kept.value.__traceback__ is not None  # as in a notebook, the error is still at hand


KILLED = """
import sys
from labkit.llm.teachers.endpoint import collect
from labkit.llm.teachers.request import EndpointConfig
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


def test_empty_prompts_are_refused_before_the_first_request(server, tmp_path):
    with pytest.raises(ValueError, match="prompt 1 is empty"):
        collect(["a", ""], HOW, tmp_path / "a.jsonl")
    assert server.seen == [] and not Path(tmp_path / "a.jsonl").exists()
