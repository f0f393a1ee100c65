import json
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from labkit.experiments.sweep import SweepError, finished, key_of, sweep, workers


@dataclass(frozen=True)
class Config:
    number: int
    name: str = "a"


def double(config):
    return {"twice": 2 * config.number}


def where(config):
    return {"process": os.getpid()}


def test_every_configuration_is_run_once_and_is_one_line_of_the_file(tmp_path):
    file = tmp_path / "runs.jsonl"
    results = list(sweep(double, [Config(1), Config(2), Config(1)], file))
    assert [result.outcome["twice"] for result in results] == [2, 4]
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    assert [line["config"]["number"] for line in lines] == [1, 2]
    assert lines[0]["key"] == key_of(Config(1))


def test_what_is_finished_is_read_and_not_run_again(tmp_path):
    file = tmp_path / "runs.jsonl"
    list(sweep(double, [Config(1)], file))

    def new_only(config):
        assert config.number != 1, "run again"
        return double(config)

    results = list(sweep(new_only, [Config(1), Config(3)], file))
    assert [(result.outcome["twice"], result.again) for result in results] == [
        (2, True),
        (6, False),
    ]


def test_a_stop_in_the_middle_loses_nothing_that_was_finished(tmp_path):
    file = tmp_path / "runs.jsonl"
    running = sweep(double, [Config(n) for n in range(5)], file)
    next(running), next(running)
    running.close()
    assert len(finished(file)) == 2
    assert len(list(sweep(double, [Config(n) for n in range(5)], file))) == 5
    assert len(file.read_text().splitlines()) == 5


def test_a_line_torn_by_a_crash_is_run_again_and_harms_no_other(tmp_path):
    file = tmp_path / "runs.jsonl"
    list(sweep(double, [Config(1), Config(2)], file))
    whole = file.read_text()
    file.write_text(whole[: len(whole) - 20])
    assert len(finished(file)) == 1
    results = list(sweep(double, [Config(1), Config(2), Config(3)], file))
    assert sorted(result.outcome["twice"] for result in results) == [2, 4, 6]
    assert len(finished(file)) == 3


def test_any_executor_does_and_all_results_come_back(tmp_path):
    with ThreadPoolExecutor(3) as pool:
        results = list(sweep(double, [Config(n) for n in range(12)], tmp_path / "r.jsonl", pool, 2))
    assert sorted(result.outcome["twice"] for result in results) == list(range(0, 24, 2))


def test_two_sweeps_over_one_file_share_the_work_and_write_no_run_twice(tmp_path):
    file = tmp_path / "runs.jsonl"
    configs = [Config(n) for n in range(30)]
    with ThreadPoolExecutor(2) as pool:
        both = [pool.submit(lambda: list(sweep(double, configs, file))) for _ in range(2)]
        for future in both:
            assert len(future.result()) == 30
    assert len(file.read_text().splitlines()) == 30


def test_a_run_that_fails_names_its_configuration_and_keeps_the_others(tmp_path):
    def fails_at_two(config):
        if config.number == 2:
            raise FloatingPointError("the loss is nan")
        return double(config)

    with pytest.raises(SweepError, match=r"number=2.*FloatingPointError: the loss is nan"):
        list(sweep(fails_at_two, [Config(1), Config(2), Config(3)], tmp_path / "r.jsonl"))
    assert len(finished(tmp_path / "r.jsonl")) == 1


def test_another_value_of_any_field_is_another_key():
    keys = {key_of(Config(1)), key_of(Config(2)), key_of(Config(1, "b"))}
    assert len(keys) == 3
    assert key_of(Config(1)) == key_of(Config(1))


def test_processes_live_on_between_runs(tmp_path):
    with workers(1) as pool:
        first = list(sweep(where, [Config(1), Config(2)], tmp_path / "a.jsonl", pool))
        later = list(sweep(where, [Config(3)], tmp_path / "b.jsonl", pool))
    used = {result.outcome["process"] for result in first + later}
    assert len(used) == 1
    assert os.getpid() not in used


def test_workers_end_when_the_process_that_began_them_is_killed(tmp_path):
    folder = Path(__file__).parent
    told = tmp_path / "worker"
    code = f"""
import sys; sys.path.insert(0, {str(folder)!r})
from test_sweep import busy
from labkit.experiments.sweep import workers
if __name__ == "__main__":
    with workers(1) as pool:
        pool.submit(busy, {str(told)!r}).result()
"""
    script = tmp_path / "begins_a_worker.py"
    script.write_text(code, encoding="utf-8")
    parent = subprocess.Popen([sys.executable, script])
    worker = int(until(lambda: told.exists() and told.read_text(encoding="utf-8")))
    parent.kill()
    parent.wait()
    assert until(lambda: not is_running(worker))


def busy(told):
    told = Path(told)
    (half := told.with_suffix(".half")).write_text(str(os.getpid()), encoding="utf-8")
    half.rename(told)
    time.sleep(300)


def is_running(process):
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    # An ended process that nobody has collected still has its number.
    return Path(f"/proc/{process}/stat").read_text(encoding="utf-8").split(")")[1].split()[0] != "Z"


def until(condition, seconds=120):
    end = time.monotonic() + seconds
    while not (found := condition()) and time.monotonic() < end:
        time.sleep(0.1)
    return found


@pytest.mark.parametrize("ahead", [0, -1])
def test_no_run_ahead_at_all_is_refused(tmp_path, ahead):
    with pytest.raises(ValueError, match="ahead must be at least 1"):
        list(sweep(double, [Config(1)], tmp_path / "r.jsonl", None, ahead))
