"""Pre-trained encoders as classifiers: whole, or cut to fewer layers."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from labkit.data.catalog import entries
from labkit.data.fetch import fetch
from labkit.models.directions import principal_directions
from labkit.models.local_folder import checked

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerBase


def load_tokenizer(name: str) -> "PreTrainedTokenizerBase":
    """The tokenizer of a model named in data/models.toml, or of a model folder of your own.

    errors: ValueError for a data set's name or a folder that is not a model
    """
    from transformers import AutoTokenizer

    return AutoTokenizer.from_pretrained(_model_folder(name), trust_remote_code=False)


def load_encoder(
    name: str,
    num_labels: int,
    layers: int | None = None,
    seed: int = 0,
    label_names: tuple[str, ...] | None = None,
) -> "PreTrainedModel":
    """A pre-trained encoder with a new classification head.

    layers: how many of its layers to keep, taken at equal distances with the last one always
            among them; None keeps all
    seed:   decides the new head; the caller's random numbers are left alone
    """
    from transformers import AutoModelForSequenceClassification

    with torch.random.fork_rng(devices=[]), quiet_loading():
        torch.manual_seed(seed)
        model = AutoModelForSequenceClassification.from_pretrained(
            _model_folder(name),
            num_labels=num_labels,
            dtype=torch.float32,
            trust_remote_code=False,
            use_safetensors=True,
        )
    if label_names is not None:
        name_classes(model, label_names)
    if layers is not None:
        keep_layers(model, layers)
    return model


def _model_folder(name: str) -> Path:
    known = entries().get(str(name))
    if known is not None and known.kind != "model":
        models = ", ".join(sorted(each.name for each in entries().values() if each.kind == "model"))
        raise ValueError(f"{name} is a data set, wanted the name of a model: {models}")
    return checked(fetch(name))


@contextmanager
def quiet_loading() -> Iterator[None]:
    """transformers prints only errors inside, no bars and reports; then as it did before."""
    from transformers.utils import logging

    verbosity, bars = logging.get_verbosity(), logging.is_progress_bar_enabled()
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        logging.set_verbosity(verbosity)
        if bars:
            logging.enable_progress_bar()


def name_classes(model: "PreTrainedModel", label_names: tuple[str, ...]) -> None:
    """Write the names of the classes into the model, so that a pipeline prints them."""
    model.config.id2label = dict(enumerate(label_names))
    model.config.label2id = {name: number for number, name in enumerate(label_names)}


def keep_layers(model: "PreTrainedModel", layers: int) -> None:
    """Cut an encoder to `layers` of its layers, at equal distances, the last always kept."""
    stack = _layer_stack(model)
    if not 1 <= layers <= len(stack):
        raise ValueError(f"layers must be between 1 and {len(stack)}, got {layers}")
    kept = [round((place + 1) * len(stack) / layers) - 1 for place in range(layers)]
    chosen = nn.ModuleList(stack[place] for place in kept)
    for parent in model.modules():
        for name, child in parent.named_children():
            if child is stack:
                setattr(parent, name, chosen)
    model.config.num_hidden_layers = layers


def _layer_stack(model: "PreTrainedModel") -> nn.ModuleList:
    """The list of an encoder's layers."""
    wanted = getattr(model.config, "num_hidden_layers", None)
    for module in model.modules():
        if isinstance(module, nn.ModuleList) and len(module) == wanted:
            return module
    raise ValueError(
        f"{type(model).__name__} has no list of {wanted} layers to choose from; "
        "give an encoder such as BERT, RoBERTa or MPNet"
    )


def embedding_pca(model: "PreTrainedModel", size: int) -> Tensor:
    """The model's token vectors on their `size` strongest directions, (vocabulary, size).

    The result is scaled to a standard deviation of 0.1, like a new table. It gives a small
    student pre-trained token vectors without another download.
    """
    table = model.get_input_embeddings().get_parameter("weight").detach().float()
    if not 1 <= size <= table.shape[1]:
        raise ValueError(f"size must be between 1 and {table.shape[1]}, got {size}")
    projected = (table - table.mean(0)) @ principal_directions(table, size)
    return projected * (0.1 / projected.std())
