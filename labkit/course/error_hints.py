"""What a student can do about the errors that are met most often in the exercises."""

HINTS = {
    "must match the size of tensor": "a sum or mean over an axis drops that axis; `keepdim=True` "
    "keeps it, so that the shapes fit",
    "does not require grad": "no gradient can flow from here: either nothing asked for one "
    "(`requires_grad_()`), or `detach`, `no_grad` or `item` cut it off",
    "Boolean value of Tensor": "for tensors write `&`, `|` and `~` instead of `and`, `or` and "
    "`not`; `.all()` or `.any()` make one truth value of many",
    "could not infer output dtype": "a tensor of true and false has no mean; `.float()` makes "
    "numbers of it",
    "only one element tensors can be converted": "one number was wanted here, and the tensor holds "
    "several",
    "cannot be converted to Scalar": "one number was wanted here, and the tensor holds several",
    "expected Tensor as element": "a list stands where a tensor of row numbers is wanted: "
    "`torch.tensor(rows)`",
    "name 'F' is not defined": "`import torch.nn.functional as F` first",
    "name 'np' is not defined": "`import numpy as np` first",
    "Missing key(s) in state_dict": "`load_state_dict(part, strict=False)` takes a part of the "
    "weights",
}
"""Words of an error's own sentence -> what to do."""


def hint(error: BaseException) -> str:
    """What to do about an error, "" when it is none of the usual ones.

    Source: the sentences of torch 2 and Python; with other words there is no hint.
    """
    said = str(error)
    return next((advice for words, advice in HINTS.items() if words in said), "")
