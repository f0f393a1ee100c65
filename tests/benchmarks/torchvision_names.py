"""Lets torchvision's CUDA wheel be imported beside the CPU build of torch.

torchdistill needs torchvision. The wheel of PyPI is built for CUDA and looks for two operators
that come with its own compiled part, which CPU torch cannot load. Their names are enough: nothing
here calls them. transformers imports torchvision too, so this must run before either.
"""

from importlib.util import find_spec

import torch

KEPT: list[torch.library.Library] = []
"""A library's operators live as long as the object does."""


def declare() -> None:
    """Name the two operators, where torchvision is installed beside a CPU build of torch."""
    if KEPT or torch.version.cuda is not None or find_spec("torchvision") is None:
        return
    KEPT.append(torch.library.Library("torchvision", "DEF"))
    for name in ("nms", "qnms"):
        KEPT[0].define(f"{name}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")


declare()
