import pytest
import torch

from labkit.data.batches import collate
from labkit.models.attention import quick_attention
from tests.helpers import tiny

CPU = torch.device("cpu")


def kind(model):
    return model.config._attn_implementation


def test_bfloat16_on_a_cpu_gets_written_out_attention_and_gives_it_back():
    model = tiny.bert()
    assert kind(model) == "sdpa"
    with pytest.raises(RuntimeError), quick_attention(model, CPU, "bfloat16"):
        assert kind(model) == "eager"
        raise RuntimeError
    assert kind(model) == "sdpa"


@pytest.mark.parametrize(
    ("where", "precision"), [("cpu", "float32"), ("cuda", "bfloat16"), ("mps", "bfloat16")]
)
def test_other_devices_and_precisions_are_left_alone(where, precision):
    model = tiny.bert()
    with quick_attention(model, torch.device(where), precision):
        assert kind(model) == "sdpa"


def test_models_without_attention_pass_through():
    with (
        quick_attention(tiny.bilstm(), CPU, "bfloat16"),
        quick_attention(torch.nn.Linear(2, 2), CPU, "bfloat16"),
    ):
        pass


def test_both_kinds_give_the_same_logits():
    model, batch = tiny.bert().eval(), collate(tiny.encoded(), torch.arange(16))
    with torch.no_grad():
        wanted = model(batch.input_ids, batch.attention_mask).logits
        with quick_attention(model, CPU, "bfloat16"):
            found = model(batch.input_ids, batch.attention_mask).logits
    torch.testing.assert_close(found, wanted)
