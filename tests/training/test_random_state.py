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
