"""How large a model is, counted and not quoted."""

from typing import TYPE_CHECKING

from torch import nn

if TYPE_CHECKING:
    import pandas as pd


def parameters(model: nn.Module) -> int:
    """How many numbers the model holds; a tensor used twice is counted once."""
    return sum(weight.numel() for weight in model.parameters())


def mib(model: nn.Module) -> float:
    """Size of the weights as 32-bit numbers, in MiB (1,048,576 bytes).

    A paper's "476.8M parameters" is sometimes this number: RoBERTa-base has 124.6 million
    parameters, which are 475.5 MiB.
    """
    return parameters(model) * 4 / 2**20


def size_table(models: "dict[str, nn.Module]") -> "pd.DataFrame":
    """Parameters, and MiB of their 32-bit weights, one row per model, both counted."""
    import pandas as pd

    rows = {
        name: {"parameters": parameters(model), "MiB (32-bit)": round(mib(model), 2)}
        for name, model in models.items()
    }
    return pd.DataFrame.from_dict(rows, orient="index")
