import pytest
import torch

from labkit.training.random_state import Chance

CPU = torch.device("cpu")


def draws(chance, count):
    found = []
    for _ in range(count):
        with chance.mine():
            found.append(torch.rand(1).item())
        torch.rand(3)
    return found


def test_the_same_seed_draws_the_same_numbers_and_another_seed_others():
    assert draws(Chance(1, CPU), 4) == draws(Chance(1, CPU), 4) != draws(Chance(2, CPU), 4)


def test_the_numbers_go_on_from_block_to_block():
    found = draws(Chance(1, CPU), 4)
    assert len(set(found)) == 4


def test_the_callers_numbers_are_given_back_even_after_an_error():
    torch.manual_seed(0)
    wanted = torch.rand(2)
    torch.manual_seed(0)
    try:
        with Chance(1, CPU).mine():
            torch.rand(5)
            raise KeyError
    except KeyError:
        pass
    assert torch.equal(torch.rand(2), wanted)


def test_a_restored_state_goes_on_where_it_was():
    first = Chance(1, CPU)
    draws(first, 2)
    state = {name: value.clone() for name, value in first.tensors().items()}
    wanted = draws(first, 3)
    second = Chance(9, CPU)
    second.restore(state)
    assert draws(second, 3) == wanted


class Card:
    """A graphics card whose random state is one number, which each draw raises by 1."""

    def __init__(self, patch, kind):
        self.where, self.number = torch.device(kind), 1000
        own = torch.Generator
        patch.setattr(torch, "Generator", lambda where=None: own() if where is None else Seeded())
        patch.setattr(getattr(torch, kind), "get_rng_state", lambda *where: self.state())
        patch.setattr(getattr(torch, kind), "set_rng_state", self.put)

    def state(self):
        return torch.tensor([self.number])

    def put(self, state, where=None):
        self.number = int(state)

    def draw(self, chance):
        with chance.mine():
            self.number += 1
            return self.number


class Seeded:
    """A generator of the card."""

    def manual_seed(self, seed):
        self.seed = seed
        return self

    def get_state(self):
        return torch.tensor([self.seed])


@pytest.mark.parametrize("kind", ["cuda", "mps"])
def test_a_card_has_a_state_of_its_own_that_is_exchanged_and_kept(monkeypatch, kind):
    card = Card(monkeypatch, kind)
    chance = Chance(7, card.where)
    assert [card.draw(chance), card.draw(chance)] == [8, 9] and card.number == 1000
    again = Chance(1, card.where)
    again.restore(chance.tensors())
    assert card.draw(again) == 10


@pytest.mark.parametrize("kind", ["cuda", "mps"])
def test_a_checkpoint_goes_from_a_processor_to_a_card_and_back(monkeypatch, kind):
    on_cpu = Chance(7, CPU)
    draws(on_cpu, 2)
    card = Card(monkeypatch, kind)
    there = Chance(7, card.where)
    there.restore(on_cpu.tensors())
    assert card.draw(there) == 8  # the card's own numbers begin at the seed
    assert torch.equal(there.tensors()["chance.cpu"], on_cpu.tensors()["chance.cpu"])
    back = Chance(1, CPU)
    back.restore(there.tensors())
    assert draws(back, 2) == draws(on_cpu, 2)
