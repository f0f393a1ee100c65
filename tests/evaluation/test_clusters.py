import pytest
import torch

from labkit.evaluation.clusters import linear_probe, silhouette, tsne
from tests.helpers.devices.other_device import other_device


def two_heaps(rows=30, seed=0):
    chance = torch.Generator().manual_seed(seed)
    labels = torch.arange(rows) % 2
    return torch.randn(rows, 4, generator=chance) + 8 * labels[:, None], labels


def test_silhouette_worked_by_hand():
    # each point is 1 from its own class, 10 and 11 (or 9 and 10) from the other
    features, labels = torch.tensor([[0.0], [1.0], [10.0], [11.0]]), torch.tensor([0, 0, 1, 1])
    outer, inner = 1 - 1 / 10.5, 1 - 1 / 9.5
    assert silhouette(features, labels) == pytest.approx((outer + inner) / 2)


def test_a_probe_reads_what_is_linear_and_not_more():
    features, labels = two_heaps()
    assert linear_probe(features, labels, features, labels) == 1.0
    noise = torch.randn(200, 4, generator=torch.Generator().manual_seed(1))
    chance = torch.arange(200) % 2
    assert linear_probe(noise[:100], chance[:100], noise[100:], chance[100:]) < 0.65


def test_a_probe_does_not_care_for_the_size_of_the_numbers():
    features, labels = two_heaps(60)
    features = features * 0.2 + torch.randn(60, 4, generator=torch.Generator().manual_seed(2))
    small = features * torch.tensor([1e-3, 1.0, 1e3, 1.0])
    some, others = slice(0, 30), slice(30, 60)
    plain = linear_probe(features[some], labels[some], features[others], labels[others])
    scaled = linear_probe(small[some], labels[some], small[others], labels[others])
    assert plain == scaled


def test_tsne_gives_a_picture_and_a_number_for_each_perplexity():
    features, labels = two_heaps()
    scatters = tsne(features, labels, perplexities=(3, 9))
    assert [scatter.perplexity for scatter in scatters] == [3, 9]
    for scatter in scatters:
        assert scatter.points.shape == (30, 2)
        assert scatter.silhouette > 0.5
    again = tsne(features, labels, perplexities=(3,))[0]
    assert again.silhouette == scatters[0].silhouette


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        (torch.zeros(30, dtype=torch.long), "one class"),
        (torch.rand(30), "scores"),
        (torch.arange(20), "shape"),
    ],
)
def test_labels_that_are_no_classes_of_these_rows_are_refused(labels, message):
    with pytest.raises(ValueError, match=message):
        silhouette(two_heaps()[0], labels)


def test_a_perplexity_above_the_rows_is_refused():
    with pytest.raises(ValueError, match="perplexity 100"):
        tsne(*two_heaps(), perplexities=(100,))


def test_features_may_lie_on_another_device(monkeypatch):
    features, labels = two_heaps(12)
    wanted = silhouette(features, labels)
    with other_device(monkeypatch) as there:
        far, near = features.to(there), labels.to(there)
        assert silhouette(far, near) == wanted
        assert linear_probe(far, near, far, near) == 1.0
        assert tsne(far, near, (5.0,))[0].points.shape == (12, 2)
