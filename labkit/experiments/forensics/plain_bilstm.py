"""A bidirectional LSTM as a textbook writes it, to see what does not depend on our own student."""

from types import SimpleNamespace

import torch
from torch import Tensor, nn


class PlainBiLSTM(nn.Module):
    """Random word vectors, one LSTM in each direction, the mean over the words, one linear layer.

    vocab_size: different tokens; classes: of the answer; width: numbers per token and per direction
    seed:       decides the first weights; the caller's chance is left alone

    Trap: the backward direction reads a row's padding first, as in most short tutorials, so logits
    depend a little on the other rows of the batch. `models.bilstm.build_bilstm` does not do this.
    """

    def __init__(self, vocab_size: int, classes: int, width: int = 128, seed: int = 0) -> None:
        super().__init__()
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            self.embeddings = nn.Embedding(vocab_size, width)
            self.lstm = nn.LSTM(width, width, batch_first=True, bidirectional=True)
            self.classifier = nn.Linear(2 * width, classes)

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> SimpleNamespace:
        """`logits` (batch, classes) for token ids and their mask, both (batch, tokens)."""
        states = self.lstm(self.embeddings(input_ids))[0]
        kept = attention_mask.unsqueeze(-1).to(states.dtype)
        mean = (states * kept).sum(1) / kept.sum(1)
        return SimpleNamespace(logits=self.classifier(mean))
