import copy
import pickle

import pytest
import torch

from labkit.data.batches import collate
from labkit.training.compact_embedding import CompactTable, compact
from tests.helpers import tiny


def logits(model, batch):
    return model(input_ids=batch.input_ids, attention_mask=batch.attention_mask).logits


@pytest.mark.parametrize("build", [tiny.bilstm, tiny.bert])
def test_a_compact_model_gives_the_same_logits(build):
    model, encoded = build().eval(), tiny.encoded()
    batch = collate(encoded, torch.arange(8))
    wanted = logits(model, batch)
    with compact(model, [encoded]).in_use():
        torch.testing.assert_close(logits(model, batch), wanted)


def test_only_tokens_that_occur_are_trained():
    model, few = tiny.bilstm(), tiny.encoded(3)
    table = compact(model, [few])
    assert isinstance(table, CompactTable)
    assert len(table.small.weight) == len(few.ids.unique()) < 62


def test_a_token_outside_the_trained_rows_still_has_its_vector():
    model, few, many = tiny.bilstm().eval(), tiny.encoded(3), tiny.encoded(40)
    batch = collate(many, torch.arange(40))
    wanted = logits(model, batch)
    with compact(model, [few]).in_use():
        torch.testing.assert_close(logits(model, batch), wanted)


def test_no_gradient_reaches_the_full_table_not_even_from_padding():
    model, encoded = tiny.bilstm(), tiny.encoded()
    full = model.embeddings.weight
    batch = collate(encoded, encoded.lengths.argsort()[[0, -1]])
    assert bool((batch.attention_mask == 0).any())
    with compact(model, [encoded]).in_use():
        logits(model, batch).sum().backward()
    assert full.grad is None


def trained(few):
    """A model whose compact rows were each raised by 1, its first table, and the table."""
    model = tiny.bilstm()
    before = model.embeddings.weight.detach().clone()
    table = compact(model, [few])
    with table.in_use(), torch.no_grad():
        table.small.weight.add_(1)
    return model, before, table


def test_trained_rows_come_back_and_the_others_are_untouched():
    few = tiny.encoded(3)
    model, before, table = trained(few)
    weight = table.plain
    table.close()
    assert model.embeddings.weight is weight
    assert type(weight) is torch.nn.Parameter
    moved = (weight - before).abs().sum(1) > 0
    assert moved.nonzero().flatten().tolist() == few.ids.unique().tolist()


LOOKS = {
    "state_dict": lambda model: model.state_dict()["embeddings.weight"],
    "parameters": lambda model: next(model.parameters()),
    "embedding": lambda model: model.get_input_embeddings().weight,
    "deepcopy": lambda model: copy.deepcopy(model).embeddings.weight,
    "pickle": lambda model: pickle.loads(pickle.dumps(model)).embeddings.weight,
    "data": lambda model: model.embeddings.weight.data,
    "vector of all": lambda model: torch.nn.utils.parameters_to_vector(
        [model.embeddings.weight]
    ).view(62, 8),
}


@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS.keys())
def test_whoever_looks_between_two_steps_sees_the_whole_table(look):
    few = tiny.encoded(3)
    model, before, table = trained(few)
    seen = look(model)
    wanted = before.clone()
    wanted[few.ids.unique()] += 1
    assert torch.equal(seen.detach(), wanted)
    table.close()
    assert torch.equal(model.embeddings.weight.detach(), wanted)


def test_a_copy_made_between_two_steps_is_an_ordinary_model():
    model, _, _ = trained(tiny.encoded(3))
    for copied in (copy.deepcopy(model), pickle.loads(pickle.dumps(model))):
        assert type(copied.embeddings.weight) is torch.nn.Parameter


def test_a_list_of_parameters_taken_before_the_steps_shows_each_of_them():
    model, few = tiny.bilstm(), tiny.encoded(3)
    table = compact(model, [few])
    weights = list(model.parameters())
    for step in (1, 2):
        with table.in_use(), torch.no_grad():
            table.small.weight.fill_(step)
        assert weights[0][few.ids[0]].mean().item() == step


def test_what_a_person_writes_between_two_steps_is_learned_from():
    model, before, table = trained(tiny.encoded(3))
    model.load_state_dict(model.state_dict() | {"embeddings.weight": before})
    with table.in_use():
        assert torch.equal(table.small.weight.detach(), before[table.occurring])
    table.close()
    assert torch.equal(model.embeddings.weight.detach(), before)


def test_a_look_inside_a_step_loses_nothing_of_it():
    model, few = tiny.bilstm(), tiny.encoded(3)
    table = compact(model, [few])
    with table.in_use(), torch.no_grad():
        table.small.weight.fill_(5)
        table.shown.sum()
        table.small.weight.fill_(6)
    with table.in_use():
        assert table.small.weight.mean().item() == 6


def test_a_table_that_is_not_trained_or_does_more_than_look_up_stays_as_it_is():
    model = tiny.bilstm()
    model.embeddings.weight.requires_grad_(False)
    assert compact(model, [tiny.encoded(3)]) is None

    class Scaled(torch.nn.Embedding):
        pass

    other = tiny.bilstm()
    other.set_input_embeddings(Scaled(62, 8))
    assert compact(other, [tiny.encoded(3)]) is None
