"""A stub server that the environment names, with a key that must be in no file."""

from collections.abc import Iterator

import pytest

from tests.helpers.llm.stub_server import SECRET, Stub, stub_server


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stub]:
    with stub_server() as running:
        monkeypatch.setenv("OPENAI_BASE_URL", running.url)
        monkeypatch.setenv("OPENAI_API_KEY", SECRET)
        yield running
