"""The search finds every word anywhere in a section, best places first, with short snippets."""

import json
import shutil
import subprocess

import pytest

from labkit.course.build.site_page import Page, Section
from labkit.course.build.site_search import FIND, search_file

LONG = "word " * 60
SECTIONS = (
    Section("a", "Apples", "h2", f"{LONG}the KL divergence of two rows {LONG}"),
    Section("b", "Pears", "h2", "A divergence, and far from it a KL."),
    Section("c", "KL divergence", "h2", "How far one lies from another."),
    Section("d", "Plums", "h2", "</script> & nothing else"),
)
PAGE = Page("07_a.html", "A lesson", 5, "", "", SECTIONS, ())


def ran(tmp_path, asked: str):
    """What the script says to an expression over SECTIONS."""
    script = tmp_path / "search.js"
    script.write_text(f"{search_file([PAGE])}\nconsole.log(JSON.stringify({asked}));")
    done = subprocess.run(["node", script], capture_output=True, text=True, timeout=30, check=True)
    return json.loads(done.stdout)


needs_node = pytest.mark.skipif(not shutil.which("node"), reason="node runs the search here")


@needs_node
@pytest.mark.parametrize(
    ("query", "anchors"),
    [
        ("KL divergence", "cab"),
        ("kl  DIVERGENCE", "cab"),
        ("plums", "d"),
        ("figs", ""),
        (" ", ""),
        ("pears plums", "bd"),
        ("lum pear", ""),
    ],
)
def test_headings_and_phrases_come_first_and_parts_of_a_question_last(tmp_path, query, anchors):
    found = ran(tmp_path, f"find({json.dumps(query)}, SECTIONS).map(hit => hit.anchor)")
    assert "".join(found) == anchors


@needs_node
def test_a_snippet_is_short_and_holds_what_was_asked(tmp_path):
    said = ran(tmp_path, "snippet(SECTIONS[0].text, 'KL divergence')")
    assert "KL divergence" in said
    assert len(said) <= 130
    assert (said[0], said[-1]) == ("…", "…")
    assert ran(tmp_path, "snippet(SECTIONS[2].text, 'KL')") == "How far one lies from another."


def test_no_text_of_a_lesson_can_end_the_script():
    assert "</script>" not in search_file([PAGE])
    assert "http" not in FIND
