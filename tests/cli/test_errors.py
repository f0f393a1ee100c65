"""Errors of a reader's files and data: which are one line, and what the line says."""

import binascii
import csv
import json
import subprocess
import sys
import zipfile
import zlib
from pathlib import Path

import pyarrow
import pytest
import torch
from safetensors import SafetensorError

from labkit.cli.errors import ADVICE, mendable, one_line
from labkit.data.catalog import AssetError


def json_error() -> Exception:
    try:
        json.loads("")
    except ValueError as error:
        return error
    raise AssertionError("an empty text is no JSON")


ERRORS = {
    "number": (OverflowError("int too big to convert"), "a number is too large"),
    "arrow column": (pyarrow.ArrowNotImplementedError("Unsupported cast"), "remove that column"),
    "arrow value": (pyarrow.ArrowInvalid("Could not convert"), "look at its columns"),
    "weights": (SafetensorError("invalid header length"), "a file of weights is damaged"),
    "json": (json_error(), "a JSON file is damaged or empty"),
    "zip": (zipfile.BadZipFile("File is not a zip file"), "a packed file is damaged"),
    "zlib": (zlib.error("Error -3"), "a packed file is damaged"),
    "csv": (csv.Error("field larger than field limit"), "look at its quotes"),
    "deep": (RecursionError("maximum recursion depth exceeded"), "nested too deeply"),
    "memory": (MemoryError(), "the memory is full"),
    "GPU memory": (torch.OutOfMemoryError("CUDA out of memory"), "memory of the GPU is full"),
    "cut": (EOFError("Compressed file ended"), "a file is cut short"),
    "bytes": (UnicodeDecodeError("utf-8", b"\xff", 0, 1, "invalid"), "not UTF-8 text"),
    "half": (UnicodeEncodeError("utf-8", "\ud800", 0, 1, "surrogates"), "half a character"),
}


@pytest.mark.parametrize("name", ERRORS)
def test_an_error_of_a_library_is_one_line_with_the_way_out(name: str) -> None:
    error, wanted = ERRORS[name]
    assert isinstance(error, mendable())
    assert wanted in one_line(error)
    assert "LABKIT_DEBUG=1" in one_line(error)
    assert "\n" not in one_line(error)


def test_every_advice_belongs_to_an_error_that_there_is() -> None:
    # All of their modules are loaded in this test.
    there_are = {f"{kind.__module__}.{kind.__qualname__}" for kind in mendable()}
    assert set(ADVICE) <= there_are


def test_a_run_that_diverged_is_one_line() -> None:
    error = FloatingPointError("the loss is not a number; lower the learning rate")
    assert isinstance(error, mendable())
    assert one_line(error) == str(error)


def test_our_own_sentences_stay_as_they_are() -> None:
    assert one_line(ValueError("seeds must be\n at least 1")) == "seeds must be at least 1"
    assert one_line(AssetError("there is no trecc")) == "there is no trecc"
    assert one_line(binascii.Error("odd length")) == "odd length"


def test_a_file_that_cannot_be_written_is_named() -> None:
    assert one_line(OSError(28, "No space left on device", "a.json")) == (
        "No space left on device: a.json"
    )
    assert one_line(OSError(28, "No space left on device")) == "No space left on device"


@pytest.mark.parametrize("error", [KeyError("x"), TypeError("x"), AssertionError("x")])
def test_a_mistake_in_our_own_code_is_not_one_of_them(error: Exception) -> None:
    assert not isinstance(error, mendable())


def test_a_column_that_no_table_holds_is_one_line_of_the_command(tmp_path: Path) -> None:
    code = (
        "import sys, pyarrow; from labkit.cli import main; from labkit.data import fetch\n"
        "def entry(name): raise pyarrow.ArrowNotImplementedError('Unsupported cast')\n"
        "fetch.entry = entry; sys.exit(main.main(['fetch', 'trec']))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert ran.returncode == 2
    assert ran.stderr.count("\n") == 1
    assert "remove that column (Unsupported cast" in ran.stderr
