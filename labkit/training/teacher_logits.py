"""Teacher logits, computed once for each text and found again by content."""

import hashlib
from pathlib import Path

import torch
from torch import Tensor, nn

from labkit.compute import autocast, computes_bf16
from labkit.data.batches import Batch, Encoded, collate
from labkit.evaluation.predict import model_device
from labkit.files import locked, write_atomically
from labkit.models.attention import quick_attention

ROWS_COMPARED_AT_LOAD = 16
TOKENS_IN_A_BLOCK = 1536


class StoredTargets:
    """Fixed target values for the rows of a data set, such as human ratings.

    encoded: the rows that the targets belong to; values: (rows, anything) float
    """

    def __init__(self, encoded: Encoded, values: Tensor) -> None:
        if len(values) != len(encoded):
            raise ValueError(
                f"got {len(values)} target rows for {len(encoded)} texts; give a row for each text"
            )
        self.key = encoded.key
        self.values = values.detach().float()

    def __call__(self, batch: Batch) -> Tensor:
        check_same_texts(batch, self.key)
        return self.values[batch.rows]


class TeacherLogits:
    """The teacher's logits for the rows of a batch: asked for once, then remembered.

    The teacher runs in eval mode and without gradients, each time. It reads fixed blocks of texts
    of like length, so the logits of a text do not depend on the batch that asked first: blocks
    larger than a batch, because that is faster, but not all texts before the first step.
    With a `folder` the logits are kept on disk under the teacher's weights, and a text is found by
    its token ids, so shuffling, subsets and other orders are safe. At load some rows are computed
    again and compared; a file that disagrees is dropped and made anew.

    teacher: a classifier on token ids; encoded: the texts in the *teacher's* tokens
    errors:  ValueError when a batch counts the rows of other texts
    """

    def __init__(
        self,
        teacher: nn.Module,
        encoded: Encoded,
        folder: Path | None = None,
        precision: str = "auto",
    ) -> None:
        self.teacher = teacher
        self.encoded = encoded
        self.precision = precision
        self.passes = 0
        """How many texts the teacher has read: the price of the distillation."""
        self._known = torch.zeros(len(encoded), dtype=torch.bool)
        self._block = blocks(encoded.lengths)
        self._logits: Tensor | None = None
        self._file: Path | None = None
        if folder is not None:
            self._file = folder / f"{self._name()}.safetensors"
            self._keys = [_row_key(encoded, index) for index in range(len(encoded))]
            self._load()

    def __call__(self, batch: Batch) -> Tensor:
        """Logits (batch, classes) float32 on the CPU."""
        check_same_texts(batch, self.encoded.key)
        self._ask(batch.rows)
        assert self._logits is not None
        return self._logits[batch.rows]

    def all(self) -> Tensor:
        """Logits (rows, classes) of every row, in the order of the rows."""
        self._ask(torch.arange(len(self.encoded)))
        assert self._logits is not None
        return self._logits

    def _ask(self, rows: Tensor) -> None:
        missing = rows[~self._known[rows]]
        if len(missing) == 0:
            return
        for block in self._block[missing].unique():
            whole = ((self._block == block) & ~self._known).nonzero().flatten()
            self._put(whole, self._compute(whole))
        if bool(self._known.all()):
            self.save()

    def _put(self, rows: Tensor, logits: Tensor) -> None:
        if self._logits is None:
            self._logits = torch.zeros(len(self.encoded), logits.shape[1])
        self._logits[rows] = logits
        self._known[rows] = True

    def _compute(self, rows: Tensor) -> Tensor:
        where = model_device(self.teacher)
        batch = collate(self.encoded, rows).to(where)
        was_training = self.teacher.training
        self.teacher.eval()
        try:
            with (
                torch.no_grad(),
                autocast(where, self.precision),
                quick_attention(self.teacher, where, self.precision),
            ):
                output = self.teacher(
                    input_ids=batch.input_ids, attention_mask=batch.attention_mask
                )
        finally:
            self.teacher.train(was_training)
        self.passes += len(rows)
        return output.logits.float().cpu()

    def _name(self) -> str:
        half = computes_bf16(model_device(self.teacher), self.precision)
        return f"{weights_key(self.teacher)}-{'bf16' if half else 'fp32'}"

    def save(self) -> None:
        """Write what is known to the folder, together with what other runs put there."""
        if self._file is None or self._logits is None:
            return
        from safetensors.torch import save_file

        with locked(self._file.with_suffix(".lock")):
            merged = _read(self._file)
            known = self._known.nonzero().flatten().tolist()
            merged.update((self._keys[row], self._logits[row]) for row in known)
            tensors = {
                "keys": torch.tensor([list(key) for key in merged], dtype=torch.uint8),
                "logits": torch.stack(list(merged.values())),
            }
            with write_atomically(self._file) as temporary:
                save_file(tensors, temporary)

    def _load(self) -> None:
        assert self._file is not None
        stored = _read(self._file)
        rows = [row for row, key in enumerate(self._keys) if key in stored]
        if not rows:
            return
        values = torch.stack([stored[self._keys[row]] for row in rows])
        if self._agrees(torch.tensor(rows), values):
            self._put(torch.tensor(rows), values)
        else:
            self._file.unlink(missing_ok=True)

    def _agrees(self, rows: Tensor, values: Tensor) -> bool:
        """Whether a sample, computed again, is what the file says, up to rounding."""
        sample = torch.linspace(0, len(rows) - 1, ROWS_COMPARED_AT_LOAD).long().unique()
        again = self._compute(rows[sample])
        rounding = 0.1 if self._file and "bf16" in self._file.name else 1e-3
        if again.shape[1] != values.shape[1]:
            return False
        scale = float(again.abs().max().clamp(min=1))
        return bool(((again - values[sample]).abs() <= rounding * scale).all())


def blocks(lengths: Tensor) -> Tensor:
    """The number of the block that each row is read in, (rows,) int64: like lengths together.

    lengths: (rows,) tokens of each row; a block holds about `TOKENS_IN_A_BLOCK` tokens
    """
    order = lengths.argsort(stable=True)
    number = torch.empty_like(order)
    number[order] = (lengths[order].cumsum(0) - 1) // TOKENS_IN_A_BLOCK
    return number


def check_same_texts(batch: Batch, key: str) -> None:
    """Refuse a batch whose rows are counted in other texts than the targets are."""
    if batch.key != key:
        raise ValueError(
            "the batch counts the rows of other texts than the teacher's logits do; "
            "encode the same texts in the same order for the teacher and for the student"
        )


def weights_key(model: nn.Module) -> str:
    """A short name for the weights of a model: any changed number gives another name."""
    digest = hashlib.sha256()
    for name, value in sorted(model.state_dict().items()):
        digest.update(name.encode())
        flat = value.detach().cpu().contiguous().flatten()
        digest.update(flat.view(torch.uint8).numpy().tobytes())
    return digest.hexdigest()[:20]


def _row_key(encoded: Encoded, index: int) -> bytes:
    return hashlib.sha256(repr(encoded.row(index)).encode()).digest()[:16]


def _read(file: Path) -> dict[bytes, Tensor]:
    """What a cache file holds; an unreadable file holds nothing."""
    if not file.exists():
        return {}
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    try:
        tensors = load_file(file)
        keys, logits = tensors["keys"], tensors["logits"]
    except (SafetensorError, KeyError):
        return {}
    return {bytes(key): row for key, row in zip(keys.numpy(), logits, strict=True)}
