"""Facts about a route agree with the chain that trains it."""

import math

import pytest
import torch

from labkit.data.batches import EncodedStudy
from labkit.evaluation.predict import predict
from labkit.methods.chain import RouteStop, direct_config, links
from labkit.methods.distill import DistillConfig
from labkit.methods.route_facts import direct_epochs, errors_passed_on, least_agreement, ordered
from tests.helpers import tiny


def route():
    return [
        RouteStop("teacher", tiny.bert()),
        RouteStop("assistant", tiny.bert(seed=1), DistillConfig(epochs=2, batch_size=16)),
        RouteStop("student", tiny.bilstm(), DistillConfig(epochs=3, batch_size=8)),
    ]


def test_errors_and_agreement_are_those_that_the_chain_reports():
    texts = EncodedStudy(tiny.encoded(), tiny.encoded(40, seed=1), tiny.encoded(40, seed=2))
    stops = route()
    found, outs = links(stops, texts, "test"), [predict(s.model, texts.test) for s in stops]
    for number in (1, 2):
        share = errors_passed_on(outs[number - 1], outs[number], texts.test.labels)
        assert share == pytest.approx(found[number].errors_passed_on)
    bound = least_agreement([link.agreement for link in found[1:]])
    assert bound <= found[-1].agreement_with_first + 1e-9


def test_epochs_of_equal_steps_are_those_of_the_direct_settings():
    budget = [(stop.config.epochs, stop.config.batch_size) for stop in route()[1:]]
    assert direct_epochs(budget, 160) == direct_config(route()).epochs == 4


def test_no_mistake_gives_no_share_and_nonsense_is_refused():
    right = torch.eye(3)
    assert math.isnan(errors_passed_on(right, right, torch.arange(3)))
    with pytest.raises(ValueError, match="wanted shares"):
        least_agreement([1.2])
    with pytest.raises(ValueError, match="got 1 model"):
        ordered({"a": 1}, {"a": ("x", "y")})
    with pytest.raises(ValueError, match="in the same order"):
        ordered({"a": 1, "b": 2}, {"a": ("x", "y"), "b": ("y", "x")})
