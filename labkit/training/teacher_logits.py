"""Teacher logits, computed once for each text and found again by content."""

import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from labkit.compute import computes_bf16, model_device
from labkit.data.batches import Batch, collate
from labkit.data.encoding.encoded import Encoded
from labkit.data.formats.mapped import let_go, zeros
from labkit.evaluation.predict import eval_logits
from labkit.files import fingerprint, locked
from labkit.training.checked_tensors import DamagedFile, read_tensors, write_tensors
from labkit.training.marks import tensor_bytes, token_mark, weights_key

ROWS_COMPARED_AT_LOAD = 16
ROWS_IN_MEMORY = 10_000
TOKENS_IN_A_BLOCK = 1536
KEY = 8  # bytes that a row is known by


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

    def mark(self) -> str:
        """What a run that learns from these is known by."""
        return fingerprint(self.key, list(self.values.shape), tensor_bytes(self.values))

    def __call__(self, batch: Batch) -> Tensor:
        check_same_texts(batch, self.key)
        return self.values[batch.rows]


class TeacherLogits:
    """The teacher's logits for the rows of a batch: asked for once, then remembered.

    The teacher runs in eval mode and without gradients, each time. It reads fixed blocks of texts
    of like length, so the logits of a text do not depend on the batch that asked first: blocks
    larger than a batch, because that is faster, but not all texts before the first step.
    With a `folder` the logits are kept on disk under the teacher's weights, and a text is found by
    its token ids, so shuffling, subsets and other orders are safe. At load the checksum of the
    whole file is compared and some rows are computed again; a file that disagrees is made again.

    teacher: a classifier on token ids; encoded: the texts in the *teacher's* tokens
    errors:  ValueError when a batch counts the rows of other texts
    """

    def __init__(
        self,
        teacher: nn.Module,
        encoded: Encoded,
        folder: Path | str | None = None,
        precision: str = "auto",
    ) -> None:
        self.teacher = teacher
        self.encoded = encoded
        self.precision = precision
        self.passes = 0
        """How many texts the teacher has read: the price of the distillation."""
        self._known = torch.zeros(len(encoded), dtype=torch.bool)
        self._block = blocks(encoded.lengths)
        self._in_blocks = self._block.argsort(stable=True)
        self._ends = torch.bincount(self._block).cumsum(0)
        self._logits: Tensor | None = None
        self._file: Path | None = None
        if folder is not None:
            self._file = Path(folder).expanduser() / f"{self._name()}.safetensors"
            self._keys = _row_keys(encoded)
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
            begin = int(self._ends[block - 1]) if block else 0
            whole = self._in_blocks[begin : int(self._ends[block])]
            whole = whole[~self._known[whole]]
            self._put(whole, self._compute(whole))
        if bool(self._known.all()):
            self.save()

    def _put(self, rows: Tensor, logits: Tensor) -> None:
        if self._logits is None:
            self._logits = zeros(len(self.encoded), logits.shape[1])
        self._logits[rows] = logits
        self._known[rows] = True

    def _compute(self, rows: Tensor) -> Tensor:
        logits = eval_logits(self.teacher, collate(self.encoded, rows), self.precision)
        self.passes += len(rows)
        return logits.cpu()

    def mark(self) -> str:
        """What a run that learns from it is known by: the weights, the texts and the precision."""
        return fingerprint(self._name(), self.encoded.key, token_mark(self.encoded))

    def _name(self) -> str:
        half = computes_bf16(model_device(self.teacher), self.precision)
        return f"{weights_key(self.teacher)}-{'bf16' if half else 'fp32'}"

    def save(self) -> None:
        """Write what is known to the folder, together with what other runs put there.

        A folder that cannot be written costs one line on stderr; the logits stay in memory.
        """
        if self._file is None or self._logits is None:
            return
        try:
            with locked(self._file.with_suffix(".lock")):
                self._write(self._file, self._logits)
        except OSError as error:
            _say(
                f"the teacher's logits cannot be kept in {self._file.parent} "
                f"({error.strerror or error}); this run has them in memory. "
                "Set LABKIT_CACHE to a folder of yours to keep them"
            )

    def _write(self, file: Path, logits: Tensor) -> None:
        stored = _read(file)
        known = self._known.nonzero().flatten().numpy()
        mine, place = np.unique(self._keys[known], return_index=True)
        if stored is not None:
            place, mine = place[new := ~np.isin(mine, stored.keys)], mine[new]
        rows = logits[torch.from_numpy(known[place])]
        merged = _Stored(mine, rows) if stored is None else stored.with_more(mine, rows)
        keys = torch.from_numpy(merged.keys.view(np.uint8).reshape(-1, KEY))
        write_tensors(file, {"keys": keys, "logits": merged.logits}, {})

    def _load(self) -> None:
        assert self._file is not None
        stored = _read(self._file)
        if stored is None:
            return
        rows, values = stored.of(self._keys)
        if not len(rows):
            return
        if self._agrees(rows, values):
            self._put(rows, values)
        else:
            _say(f"the logits in {self._file} are not this teacher's; they are computed again")
            with suppress(OSError):
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


def _row_keys(encoded: Encoded) -> NDArray[np.uint64]:
    """(rows,) a fingerprint of the token ids of each row."""
    keys = np.empty(len(encoded), np.uint64)
    for row in range(len(encoded)):
        keys[row] = np.frombuffer(bytes.fromhex(fingerprint(encoded.row(row))), np.uint64)[0]
        if row % ROWS_IN_MEMORY == 0:
            let_go(encoded.ids.data_ptr())
    return keys


@dataclass(frozen=True)
class _Stored:
    """What a cache file holds: keys of rows, in no order, and the logits of each."""

    keys: NDArray[np.uint64]
    logits: Tensor

    def of(self, keys: NDArray[np.uint64]) -> tuple[Tensor, Tensor]:
        """Which rows of these keys are there, (found,), and their logits (found, classes)."""
        order = self.keys.argsort()
        place = order[np.searchsorted(self.keys, keys, sorter=order).clip(max=len(order) - 1)]
        there = (self.keys[place] == keys).nonzero()[0]
        return torch.from_numpy(there), self.logits[torch.from_numpy(place[there])]

    def with_more(self, keys: NDArray[np.uint64], logits: Tensor) -> "_Stored":
        """These rows behind those that are there."""
        return _Stored(np.concatenate([self.keys, keys]), torch.cat([self.logits, logits]))


def _read(file: Path) -> _Stored | None:
    """What a cache file holds; a damaged file is named on stderr and counts as none."""
    if not file.exists():
        return None
    try:
        tensors, _ = read_tensors(file)
        keys = np.ascontiguousarray(tensors["keys"].numpy()).view(np.uint64).flatten()
        if len(keys) and len(keys) == len(tensors["logits"]):
            return _Stored(keys, tensors["logits"])
        raise DamagedFile("its keys do not fit its logits")
    except (DamagedFile, KeyError, ValueError) as error:
        _say(f"the teacher's logits in {file} are damaged: {error}; they are computed again")
        return None


def _say(line: str) -> None:
    print(line, file=sys.stderr)
