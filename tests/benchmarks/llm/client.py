"""How busy a collection keeps a local server: what the client adds between two answers."""

import os
import statistics
import tempfile
import time
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from labkit.data import fetch
from labkit.llm.teachers.endpoint import collect
from labkit.llm.teachers.request import EndpointConfig
from tests.benchmarks.measure import Line
from tests.helpers.llm.chat_server import chat_server
from tests.helpers.llm.stub_server import stub_server

QUESTIONS = [f"Name {count} things that are round." for count in range(2, 10)]


def lines() -> Iterator[Line]:
    """Seconds between requests as a share of an answer's, and the client's own, by a stub."""
    os.environ["OPENAI_API_KEY"] = "none"
    own = _own()
    yield Line("client's own time an answer", "", "labkit", 1000 * own, "ms", "", [], "stub server")
    folder = fetch.find("smollm2")
    if folder is None or find_spec("uvicorn") is None:
        print("no share of a real server: `labkit fetch smollm2`, pip install 'labkit[llm]'")
        return
    with tempfile.TemporaryDirectory() as place:
        log = Path(place) / "log.txt"
        with chat_server(folder, log) as address:
            os.environ["OPENAI_BASE_URL"] = address
            config = EndpointConfig(str(folder), max_tokens=24, temperature=0.0)
            whole = _answers(config, Path(place))
    share = 100 * own / statistics.median(whole)
    note = f"{len(whole)} answers of up to 24 tokens by transformers serve, one thread"
    yield Line("seconds an answer", "SmolLM2", "labkit", statistics.median(whole), "s", "", whole)
    yield Line("client's share of an answer", "SmolLM2", "labkit", share, "%", "< 5", [], note)


def _answers(config: EndpointConfig, folder: Path) -> list[float]:
    """Seconds from answer to answer, without the first, which opens the connection."""
    found, last = [], 0.0
    for step in collect(QUESTIONS, config, folder / "answers.jsonl"):
        now = time.perf_counter()
        if step.index:
            found.append(now - last)
        last = now
    return found


def _own() -> float:
    """Seconds an answer when the server answers at once: request, reading, writing to the disk."""
    with stub_server() as server, tempfile.TemporaryDirectory() as folder:
        os.environ["OPENAI_BASE_URL"] = server.url
        return statistics.median(_answers(EndpointConfig("stub"), Path(folder)))
