"""Lines of JSON that end in a sum over their own bytes, so that a flipped bit is noticed."""

import json
import re
import zlib
from collections.abc import Mapping
from typing import Any

_SUM = re.compile(rb', "crc32": "([0-9a-f]{8})"\}$')


def line_of(values: Mapping[str, Any]) -> bytes:
    """Values with at least one name as a line of JSON, with a sum over its bytes as its last."""
    body = json.dumps(dict(values)).encode()
    return body[:-1] + b', "crc32": "%08x"}\n' % zlib.crc32(body)


def values_of(line: bytes) -> dict[str, Any]:
    """What `line_of` was given; a line of an older file has no sum and is taken as it is.

    errors: ValueError for a line that is not whole, is no object, or has another sum
    """
    found = _SUM.search(line.rstrip(b"\r\n"))
    body = line if found is None else line[: found.start()] + b"}"
    if found is not None and zlib.crc32(body) != int(found[1], 16):
        raise ValueError("its sum is another")
    try:
        return dict(json.loads(body))
    except (TypeError, ValueError, RecursionError) as error:
        raise ValueError(f"{type(error).__name__}: {error}") from error
