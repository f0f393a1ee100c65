"""Tiny random models of the paper's classes with tokenizers of their own, and made-up data sets.

They lie in a folder as a reader's own files would, under the names that labkit looks for there.
"""

import csv
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from tokenizers import ByteLevelBPETokenizer
from transformers import (
    BertConfig,
    BertForSequenceClassification,
    BertTokenizer,
    RobertaConfig,
    RobertaForSequenceClassification,
    RobertaTokenizer,
)

from labkit.experiments.confirm import cast
from labkit.experiments.scales import SCALES
from tests.helpers import tiny

ROBERTA, BERT = "roberta-base", "bert-base-uncased"
BERT_TOKENS = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *tiny.WORDS)
ROBERTA_WORDS, BERT_WORDS = 300, len(BERT_TOKENS)
"""Tokens of each: the tiny RoBERTa has more, so that BERT cannot read what is meant for it."""
SIZES = {
    "hidden_size": 8,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "intermediate_size": 16,
}


def save_roberta(folder: Path) -> None:
    """A tiny RoBERTa that reads bytes in pairs and knows upper from lower case."""
    inner = ByteLevelBPETokenizer()
    special = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
    inner.train_from_iterator(tiny.texts()[0], ROBERTA_WORDS, special_tokens=special)
    folder.mkdir(parents=True)
    inner.save_model(str(folder))
    tokenizer = RobertaTokenizer.from_pretrained(str(folder), model_max_length=128)
    tokenizer.save_pretrained(folder)
    config = RobertaConfig(vocab_size=ROBERTA_WORDS, max_position_embeddings=130, **SIZES)
    _save(lambda: RobertaForSequenceClassification(config), folder)


def save_bert(folder: Path) -> None:
    """A tiny BERT whose tokens are whole words."""
    folder.mkdir(parents=True)
    (folder / "vocab.txt").write_text("\n".join(BERT_TOKENS), encoding="utf-8")
    tokenizer = BertTokenizer.from_pretrained(str(folder), model_max_length=128)
    tokenizer.save_pretrained(folder)
    config = BertConfig(vocab_size=BERT_WORDS, max_position_embeddings=128, **SIZES)
    _save(lambda: BertForSequenceClassification(config), folder)


def save_set(folder: Path, classes: int, train: int = 40, test: int = 30) -> None:
    """Made-up texts in the files that labkit reads."""
    folder.mkdir(parents=True)
    for split, count in (("train", train), ("validation", 10), ("test", test)):
        with (folder / f"{split}.csv").open("w", encoding="utf-8", newline="") as opened:
            lines = csv.writer(opened)
            lines.writerow(["text", "label"])
            lines.writerows(zip(*tiny.texts(count, classes, seed=count), strict=True))


def _save(make, folder: Path) -> None:
    """Without its head, as pre-trained models are published."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        make().base_model.save_pretrained(folder)


def put_at_hand(monkeypatch: pytest.MonkeyPatch, folder: Path, **sets: int) -> Path:
    """Let LABKIT_DATA hold both models and these data sets; give the scale `paper` little to do.

    sets: name -> number of classes
    """
    mine = folder / "mine"
    save_roberta(mine / ROBERTA)
    save_bert(mine / BERT)
    for name, number in sets.items():
        save_set(mine / name, number)
    monkeypatch.setenv("LABKIT_DATA", str(mine))
    monkeypatch.setattr(cast, "SCALE", replace(SCALES["smoke"], name="paper"))
    cast._of_the_paper.cache_clear()
    return mine
