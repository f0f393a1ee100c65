import pytest
import torch

from labkit.experiments import testbed as testbeds
from labkit.experiments.long_chain import arms as long_chain
from labkit.experiments.scales import SCALES
from labkit.experiments.trial import Trial, measure
from labkit.models import encoders as models
from tests.helpers import tiny, tiny_testbed


def other_tokenizer():
    """The words of `tiny.tokenizer`, numbered from the other end."""
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel
    from tokenizers.pre_tokenizers import Whitespace
    from transformers import PreTrainedTokenizerFast

    words = ["[PAD]", "[UNK]", *reversed(tiny.WORDS)]
    inner = Tokenizer(WordLevel({word: n for n, word in enumerate(words)}, unk_token="[UNK]"))
    inner.pre_tokenizer = Whitespace()
    return PreTrainedTokenizerFast(tokenizer_object=inner, pad_token="[PAD]", unk_token="[UNK]")


@pytest.fixture
def made(monkeypatch):
    tiny_testbed.put_in_place(monkeypatch)
    kinds = {"mpnet": other_tokenizer, "minilm": tiny.tokenizer}
    monkeypatch.setattr(models, "load_tokenizer", lambda name: kinds[name]())
    return testbeds.testbed_named("made up", "tiny")


def ran(made, arm, seed=0, option=""):
    return measure(Trial("made up", arm, seed, option=option), made, long_chain.ARMS[arm])


def test_the_first_model_reads_tokens_of_its_own_and_the_texts_keep_their_order(made):
    own = long_chain.in_tokens_of(made, "mpnet")
    assert own.texts.train.key == made.texts.train.key
    assert not torch.equal(own.texts.train.ids, made.texts.train.ids)


def test_the_logits_kept_for_a_text_are_those_of_its_own_tokens(made, monkeypatch):
    seen = {}
    real = long_chain.logits_of_splits

    def spy(model, testbed):
        seen["model"], seen["texts"] = model, testbed.texts
        return real(model, testbed)

    monkeypatch.setattr(long_chain, "logits_of_splits", spy)
    logits = long_chain.head(made, "mpnet")["train"]
    assert seen["texts"].train.key == made.texts.train.key
    row = 7
    ids = torch.tensor([seen["texts"].train.row(row)])
    words = other_tokenizer()(made.texts.train.texts[row])["input_ids"]
    assert ids[0].tolist() == words
    alone = seen["model"].eval()(input_ids=ids).logits[0]
    torch.testing.assert_close(alone, logits[row], atol=0.05, rtol=0.05)


@pytest.mark.parametrize("arm", long_chain.ARMS)
def test_every_arm_measures_the_test_rows(made, arm):
    found = ran(made, arm)
    assert found["tests"] == len(made.texts.test)
    notes = found["notes"]
    assert ("parameters" in notes) == (arm != "tfidf")
    assert ("agrees_with_above" in notes) == (arm == "assistant" or arm.startswith("from_"))
    assert ("agrees_with_assistant" in notes) == (arm == "labels" or arm.startswith("from_"))
    assert ("agrees_with_mpnet" in notes) == (arm not in ("tfidf", "mpnet", "minilm"))


def test_the_chain_learns_from_the_assistant_and_the_direct_student_from_the_first_model(
    made, monkeypatch
):
    sources = []
    real = long_chain.stored

    def spy(testbed, logits):
        sources.append(logits)
        return real(testbed, logits)

    monkeypatch.setattr(long_chain, "stored", spy)
    first, middle = long_chain.head(made, "mpnet"), long_chain.assistant(made, 0)
    sources.clear()
    for arm, above in (("from_assistant", middle), ("from_mpnet", first)):
        ran(made, arm)
        assert torch.equal(sources.pop(), above["train"])
    ran(made, "labels")
    assert not sources


def test_models_are_made_once_and_other_settings_make_others(made, monkeypatch):
    first = long_chain.assistant(made, 0)
    monkeypatch.setattr(long_chain, "train", lambda *given, **named: pytest.fail("made again"))
    assert torch.equal(long_chain.assistant(made, 0)["test"], first["test"])
    monkeypatch.setitem(long_chain.HEADS, "mpnet", (1, 2e-5))
    with pytest.raises(BaseException, match="made again"):
        long_chain.assistant(made, 0)


def test_the_budgets_grow_from_own_steps_to_the_time_of_the_chain():
    scale = SCALES["classroom"]
    own, steps, long = (long_chain.epochs(scale, option) for option in ("", "steps", "long"))
    assert (own, steps) == (scale.both_stages, scale.both_stages + scale.assistant_epochs)
    assert long == own + scale.assistant_epochs * long_chain.ASSISTANT_STEP
    # all six layers of MiniLM cost twice what the assistant of three layers does
    assert 2 * scale.assistant_step == long_chain.ASSISTANT_STEP
    with pytest.raises(ValueError, match="no budget 'double'; there are '', 'steps', 'long'"):
        long_chain.epochs(scale, "double")
