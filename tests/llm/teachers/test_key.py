"""The key of a paid server is in no file, no log, no traceback and no notebook."""

import logging
import traceback
from itertools import islice

import nbformat
import pytest
from nbclient import NotebookClient

from labkit.llm.teachers.endpoint import collect
from labkit.llm.teachers.request import EndpointConfig, EndpointError
from tests.helpers.llm.stub_server import SECRET

HOW = EndpointConfig("a-model", max_tokens=8, tries=3, first_wait=0.01)
CELL = """
from labkit.llm.teachers.endpoint import collect
from labkit.llm.teachers.request import EndpointConfig
how = EndpointConfig("a-model", 8, tries=1)
steps = collect(["one", "two"], how, "a.jsonl")
print(how, next(steps), vars(how))
next(steps)
"""


@pytest.fixture
def server(server):
    server.plan = ["500", "ok", "401"]
    return server


def failed(folder):
    with pytest.raises(EndpointError) as caught:
        list(islice(collect(["one", "two"], HOW, folder / "a.jsonl"), 2))
    return caught.value


def test_the_key_is_in_no_file(server, tmp_path):
    failed(tmp_path)
    assert all(SECRET not in path.read_text() for path in tmp_path.rglob("*") if path.is_file())


def test_the_key_is_in_no_log(server, tmp_path, caplog, capfd):
    with caplog.at_level(logging.DEBUG):
        failed(tmp_path)
    assert len(caplog.records) > 2  # the client does log
    assert SECRET not in caplog.text + "".join(capfd.readouterr())


def test_the_key_is_in_no_traceback_though_the_server_repeats_it(server, tmp_path):
    told = "".join(traceback.format_exception(failed(tmp_path)))
    assert "401 for key ***" in told and SECRET not in told


@pytest.mark.parametrize("plan", ["401", "no choices"])
def test_a_message_that_is_cut_shows_no_part_of_the_key(server, tmp_path, monkeypatch, plan):
    key = "sk-" + "secret" * 100
    monkeypatch.setenv("OPENAI_API_KEY", key)
    server.plan = [plan] * HOW.tries
    with pytest.raises(EndpointError) as caught:
        list(collect(["one"], HOW, tmp_path / "a.jsonl", pause=lambda seconds: None))
    assert "secret" not in str(caught.value)


def test_the_key_is_in_no_notebook(server, tmp_path):
    server.plan = ["ok", "401"]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(CELL)])
    where = {"metadata": {"path": str(tmp_path)}}
    NotebookClient(
        notebook, timeout=60, kernel_name="python3", allow_errors=True, resources=where
    ).execute()
    written = nbformat.writes(notebook)
    assert "EndpointError" in written and "Collected" in written and SECRET not in written
