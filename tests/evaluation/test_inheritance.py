import math

import pytest
import torch

from labkit.data.encoding.encoded_study import EncodedStudy
from labkit.evaluation.inheritance import errors_passed_on, least_agreement
from labkit.evaluation.predict import predict
from labkit.methods.chain import RouteStop, links
from labkit.methods.distill import DistillConfig
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


def test_no_mistake_gives_no_share_and_nonsense_is_refused():
    right = torch.eye(3)
    assert math.isnan(errors_passed_on(right, right, torch.arange(3)))
    with pytest.raises(ValueError, match="wanted shares"):
        least_agreement([1.2])


def test_only_the_same_wrong_class_counts_as_passed_on():
    above, below = torch.eye(3)[[0, 1, 2, 0]], torch.eye(3)[[0, 1, 0, 0]]
    assert errors_passed_on(above, below, torch.tensor([1, 2, 1, 0])) == pytest.approx(2 / 3)
