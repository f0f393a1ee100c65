"""Made-up results in the place of training, for the commands that train."""

from functools import partial

import pytest

from labkit.experiments import experiment
from labkit.experiments.adversarial import reproduce
from labkit.experiments.forensics import plan as forensics_plan
from labkit.experiments.forensics import reproduce as forensics
from labkit.experiments.long_chain import plan as long_chain_plan
from labkit.experiments.long_chain import reproduce as long_chain
from labkit.experiments.result import Result
from labkit.experiments.trial import Trial


@pytest.fixture
def asked(monkeypatch):
    """Two made-up results in the place of training; what the commands asked for."""
    seen = {}

    def planned(names, seeds, datasets, scale):
        seen.update(names=names, seeds=seeds, datasets=datasets, scale=scale)
        return {name: [Trial("trec", "labels", seed) for seed in range(2)] for name in names}

    def results(plan, count, executor):
        seen.update(processes=count, executor=executor)
        for trial in plan.configs:
            outcome = {"accuracy": 0.9, "seconds": 2.0}
            yield Result(f"{trial.seed}", trial, outcome, again=trial.seed == 0)

    for study in (reproduce, long_chain, forensics):
        real = study.experiment
        monkeypatch.setattr(study, "experiment", partial(noted, seen, real))
    for plan in (reproduce, long_chain_plan, forensics_plan):
        monkeypatch.setattr(plan, "planned", planned)
    for name in ("perform", "run_only"):
        monkeypatch.setattr(experiment, name, results)
    return seen


def noted(seen, real, *given):
    seen["given"] = given
    return real(*given)
