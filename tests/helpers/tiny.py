"""Small texts and models that tests build for themselves."""

import torch
from torch import Tensor
from transformers import BertConfig, BertForSequenceClassification, PreTrainedTokenizerFast

from labkit.data.encoding.encoded import Encoded, encode
from labkit.methods.distill import DistillConfig, Weights, distill
from labkit.models.bilstm import BiLSTMForSequenceClassification, build_bilstm

WORDS = [f"word{number}" for number in range(60)]
QUICK = DistillConfig(epochs=3, batch_size=8, save_every=4, learning_rate=1e-2)
LABELS = DistillConfig(Weights(ce=1, kd=0), epochs=3, batch_size=8, save_every=4)


def tokenizer() -> PreTrainedTokenizerFast:
    """One token per word; unknown words become [UNK]."""
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel
    from tokenizers.pre_tokenizers import Whitespace

    vocabulary = {word: place for place, word in enumerate(["[PAD]", "[UNK]", *WORDS])}
    inner = Tokenizer(WordLevel(vocabulary, unk_token="[UNK]"))
    inner.pre_tokenizer = Whitespace()
    return PreTrainedTokenizerFast(
        tokenizer_object=inner, pad_token="[PAD]", unk_token="[UNK]", model_max_length=512
    )


def texts(count: int = 48, classes: int = 3, seed: int = 0) -> tuple[list[str], list[int]]:
    """Texts of 2 to 11 words whose class can be told from the words in them."""
    chance = torch.Generator().manual_seed(seed)

    def draw(high: int) -> int:
        return int(torch.randint(high, (1,), generator=chance))

    made, labels = [], []
    for _ in range(count):
        label = draw(classes)
        words = [WORDS[draw(60)] for _ in range(1 + draw(10))] + [WORDS[label * 4 + draw(4)]]
        made.append(" ".join(words))
        labels.append(label)
    return made, labels


def encoded(count: int = 48, classes: int = 3, seed: int = 0) -> Encoded:
    """`texts` as token ids with labels."""
    made, labels = texts(count, classes, seed)
    return encode(made, tokenizer(), labels)


def bilstm(
    classes: int = 3, seed: int = 0, dropout: float = 0.3
) -> BiLSTMForSequenceClassification:
    """A BiLSTM of 8 numbers per direction."""
    return build_bilstm(62, classes, seed=seed, embedding_size=8, hidden_size=8, dropout=dropout)


def bert(classes: int = 3, layers: int = 4, seed: int = 0) -> BertForSequenceClassification:
    """A BERT of 16 numbers and a few layers."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return BertForSequenceClassification(
            BertConfig(
                vocab_size=62,
                hidden_size=16,
                num_hidden_layers=layers,
                num_attention_heads=2,
                intermediate_size=32,
                num_labels=classes,
            )
        )


def weights(model: torch.nn.Module) -> dict[str, Tensor]:
    """A copy of all weights."""
    return {name: value.detach().clone() for name, value in model.state_dict().items()}


def equal(first: dict[str, Tensor], second: dict[str, Tensor]) -> bool:
    """Whether two copies of weights are the same to the last bit."""
    return first.keys() == second.keys() and all(
        torch.equal(first[name], second[name]) for name in first
    )


def run(student, config=LABELS, teacher=None, stop=None, **more):
    """The steps of a run over the tiny texts; `stop` leaves the loop after so many steps."""
    steps = []
    for step in distill(student, teacher, encoded(), config, **more):
        steps.append(step)
        if len(steps) == stop:
            break
    return steps
