import json
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from threading import Event

import pytest

from labkit.checked_lines import line_of
from labkit.experiments.run_file import RunFile, plain
from labkit.experiments.sweep import PATIENCE, SweepError, key_of, sweep
from tests.helpers.processes import until

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Config:
    number: int
    name: str = "a"


def double(config):
    return {"twice": 2 * config.number}


def finished(file):
    return RunFile(file).outcomes()


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


RUNS_ALL = """
import sys
from pathlib import Path
from tests.helpers.counted_runs import Config, counted
from labkit.experiments.sweep import sweep
folder = Path(sys.argv[1])
configs = [Config(n, str(folder)) for n in range(int(sys.argv[2]))]
print(len(list(sweep(counted, configs, folder / "runs.jsonl"))))
"""


def begun(folder, runs):
    """A process that works through so many runs of a file that it shares with others."""
    return subprocess.Popen(
        [sys.executable, "-c", RUNS_ALL, folder, str(runs)],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    )


def times_run(folder):
    return len((folder / "begun").read_text().split())


def test_processes_that_share_a_file_do_no_run_twice(tmp_path):
    (tmp_path / "begun").write_text("")
    processes = [begun(tmp_path, 24) for _ in range(3)]
    assert [process.communicate(timeout=100)[0] for process in processes] == ["24\n"] * 3
    assert times_run(tmp_path) == 24
    assert len((tmp_path / "runs.jsonl").read_text().splitlines()) == 24


def test_a_run_of_a_process_that_is_killed_is_done_by_another(tmp_path):
    (tmp_path / "begun").write_text("")
    slow = [begun(tmp_path, 30) for _ in range(2)]
    until(lambda: times_run(tmp_path) >= 4)
    slow[0].kill()
    slow[0].communicate()
    assert slow[1].communicate(timeout=100)[0] == "30\n"
    assert 30 <= times_run(tmp_path) <= 31  # the one that the killed process was at


def test_a_run_that_is_left_is_waited_for_and_taken_over(tmp_path):
    """Another sweep holds the only run that is left, and stops without finishing it."""
    file, configs = tmp_path / "r.jsonl", [Config(1)]
    holds, goes_on = Event(), Event()

    def stops(config):
        holds.set()
        goes_on.wait(60)
        raise KeyboardInterrupt

    def first():
        with pytest.raises(KeyboardInterrupt):
            list(sweep(stops, configs, file))

    with ThreadPoolExecutor(2) as pool:
        one = pool.submit(first)
        holds.wait(60)
        two = pool.submit(lambda: list(sweep(double, configs, file)))
        time.sleep(3 * PATIENCE)
        assert not two.done()
        goes_on.set()
        one.result()
        assert [result.outcome["twice"] for result in two.result()] == [2]


def seconds_to_take_up(folder, count):
    """Processor time to take up so many finished runs, all at once and one by one."""
    runs = RunFile(folder / f"{count}.jsonl")
    configs = [Config(n, "x" * 300) for n in range(count)]
    lines = [
        line_of({"key": key_of(one), "config": plain(one), "outcome": {"correct": "f" * 500}})
        for one in configs
    ]
    runs.path.write_bytes(b"".join(lines))
    begun = time.process_time()
    assert sum(result.again for result in sweep(double, configs, runs)) == count
    for number in range(count // 10):
        runs.append(f"new {number}", {}, {})
    return time.process_time() - begun


def test_the_bookkeeping_of_ten_times_as_many_runs_takes_about_ten_times_as_long(tmp_path):
    few = min(seconds_to_take_up(tmp_path, 1000) for _ in range(2))
    many = seconds_to_take_up(tmp_path, 10_000)
    assert many < 20 * few
    assert many < 20  # seconds of the processor; under 2 on an idle machine


def seconds_to_keep(folder, count):
    """Processor time to do so many runs that do nothing."""
    begun = time.process_time()
    results = sweep(double, [Config(n, "x" * 300) for n in range(count)], folder / f"{count}")
    assert sum(not result.again for result in results) == count
    return time.process_time() - begun


def test_to_keep_five_times_as_many_new_runs_takes_about_five_times_as_long(tmp_path):
    few, many = seconds_to_keep(tmp_path, 400), seconds_to_keep(tmp_path, 2000)
    assert many < 10 * few
    assert many < 4  # seconds of the processor; under 0.4 on an idle machine
    assert not (tmp_path / "2000.running").exists()


@pytest.mark.parametrize("ahead", [0, -1])
def test_no_run_ahead_at_all_is_refused(tmp_path, ahead):
    with pytest.raises(ValueError, match="ahead must be at least 1"):
        list(sweep(double, [Config(1)], tmp_path / "r.jsonl", None, ahead))
