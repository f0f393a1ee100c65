"""The cheapest student: a bag of token vectors, one hidden layer, a class head."""

import torch
from torch import Tensor, nn

from labkit.models.bottlenecks import Bottleneck, BottleneckConfig, BottleneckOutput


class BagClassifier(nn.Module):
    """A text's mean token vector, one hidden layer, a bottleneck, the classes.

    A run of 200 steps takes half a second, so that an arm can have fifty seeds: paired runs
    differ by 1.3 points from seed to seed, and half a point is seen with about fifty.

    bags: (rows, width) of the train texts, such as `LowerStates.bag`; they are scaled by one
          number and their mean, as the features in front of a bottleneck are
    """

    centre: Tensor
    scale: Tensor

    def __init__(
        self,
        bags: Tensor,
        classes: int,
        config: BottleneckConfig,
        hidden: int = 128,
        dropout: float = 0.1,
        seed: int = 0,
    ) -> None:
        super().__init__()
        if hidden < 1:
            raise ValueError(f"hidden must be at least 1, got {hidden}")
        self.register_buffer("centre", bags.mean(0))
        self.register_buffer("scale", (bags - bags.mean(0)).square().mean().sqrt().clamp_min(1e-8))
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            self.hidden = nn.Linear(bags.shape[1], hidden)
        self.dropout = nn.Dropout(dropout)
        with torch.no_grad():
            first = self.hidden((bags - self.centre) / self.scale).relu()
        self.bottleneck = Bottleneck(first, classes, config)

    def forward(self, bags: Tensor) -> BottleneckOutput:
        """Logits and what went through, for bags (batch, width)."""
        hidden = self.hidden((bags - self.centre) / self.scale).relu()
        passage = self.bottleneck(self.dropout(hidden))
        return BottleneckOutput(passage.logits, passage)
