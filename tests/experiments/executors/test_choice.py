import sys

import pytest

from labkit.experiments.executors.choice import ahead, check_executor, opened


def test_the_local_executor_is_this_machine(tmp_path):
    with opened("local", 1, tmp_path) as pool:
        assert pool.submit(abs, -3).result(100) == 3
    with opened("local", 0, tmp_path) as pool:
        assert pool is None


def test_another_name_is_refused_with_those_there_are(tmp_path):
    with pytest.raises(ValueError, match="one of local, slurm, dask, ray, got 'spark'"):
        check_executor("spark", 2)


@pytest.mark.parametrize("executor", ["slurm", "dask", "ray"])
def test_runs_of_one_process_are_not_sent_elsewhere(executor, tmp_path):
    with (
        pytest.raises(ValueError, match="take turns in one process"),
        opened(executor, 0, tmp_path),
    ):
        pass


@pytest.mark.parametrize(
    ("executor", "package"), [("slurm", "submitit"), ("dask", "distributed"), ("ray", "ray")]
)
def test_a_missing_package_is_named_with_its_extra(executor, package, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, package, None)
    with (
        pytest.raises(ModuleNotFoundError, match=rf"{package}.*'labkit\[{executor}\]'"),
        opened(executor, 1, tmp_path),
    ):
        pass


def test_slurm_gets_a_whole_array_and_the_others_a_few_runs():
    assert ahead("local", 3) == ahead("dask", 3) == 6
    assert ahead("local", 0) == 2
    assert ahead("slurm", 3) >= 100
