"""A good master has no findings; each kind of mistake in one has a sentence of its own."""

import pytest

from labkit.course.build import lint, marks, notebooks
from tests.helpers.lesson_samples import GOOD, course


def test_a_good_master_has_no_findings(tmp_path):
    assert findings(tmp_path, GOOD) == []


def findings(folder, text):
    place = course(folder, _07_add=text)
    return lint.findings(marks.read(place / "masters" / "07_add.py"))


BAD = {
    "shell": (GOOD + "\n# %%\n# !ls\n", "shell line"),
    "pip": (GOOD + "\n# %%\n# %pip install x\n", "installation"),
    "path": (GOOD + "\n# %%\nimport sys\n\nsys.path.append('..')\n", "sys.path"),
    "chdir": (GOOD + "\n# %%\nimport os\n\nos.chdir('..')\n", "os.chdir"),
    "warnings": (GOOD + "\n# %%\nwarnings.filterwarnings('ignore')\n", "hidden warning"),
    "long cell": (GOOD + "\n# %%\n" + "x = 1\n" * 16, "16 lines of code"),
    "long line": (GOOD + "\n# %%\nx = '" + "a" * 90 + "'\n", "a line of 96 characters"),
    "long text": (GOOD + "\n# %% [markdown]\n# " + "word " * 20, "a line of"),
    "empty cell": (GOOD + "\n# %%\n", "empty code cell"),
    "no alt": (GOOD + "\n# %% [markdown]\n# ![](a.png)\n", "without alt text"),
    "no alt in html": (GOOD + '\n# %% [markdown]\n# <img src="a.png">\n', "without alt text"),
    "no objectives": (GOOD.replace("you will be able to add", "you stop"), "will be able to"),
    "no total minutes": (GOOD.replace(" It takes 10 minutes.", ""), "how long the lesson takes"),
    "too few minutes": (GOOD.replace("takes 10 min", "takes 40 min"), "promises 40 minutes and"),
    "no environment check": (GOOD.replace("labkit.hello()", "1"), "environment check"),
    "work among imports": (GOOD.replace("SCALE = ", "print(1); scale = "), "imports and constants"),
    "no minutes": (GOOD.replace("(5 min)", "(0 min)"), "give it minutes"),
    "other minutes": (GOOD.replace("(5 minutes,", "(9 minutes,"), "must say `5 minutes`"),
    "no difficulty": (GOOD.replace(", easy ●○○", ""), "say how difficult it is"),
    "dots of another word": (GOOD.replace("easy ●○○", "easy ●●●"), "say how difficult it is"),
    "one hint": (GOOD.replace("# <details><summary>Hint 2 of 2</summary>\n", ""), "one hint"),
    "no solution": (GOOD.replace("    # solution\n", "").replace("    # stub\n", "").replace(
        "    # end\n", "", 1), "write the solution between"),
    "no check": (GOOD.replace("# check: 07-add\n", ""), "after the exercise come its check"),
    "no hint": (GOOD.replace("<details>", "", 1), "after the exercise come its check"),
    "no way on": (GOOD.replace("# go on: 07-add\n", ""), "after the exercise come its check"),
    "lost check": (GOOD + "\n# %%\n# check: 07-sub\nprint(1)\n", "no exercise has this name"),
    "wrong number": (GOOD.replace("07-add", "08-add"), "begin with the lesson's number"),
    "broken python": (GOOD.replace("return a + b", "return a +"), "solution version is not Python"),
    "unended block": (GOOD.replace("    # end\n", "", 1), "has no `# end`"),
    "stub first": (GOOD.replace("    # solution\n", "").replace("# stub", "# stub", 1),
                   "where `# solution`"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_a_bad_master_is_refused_with_a_sentence(tmp_path, name):
    text, wanted = BAD[name]
    assert wanted in "\n".join(findings(tmp_path, text))


@pytest.mark.parametrize("lesson", notebooks.masters(), ids=lambda lesson: lesson.name)
def test_a_lesson_of_the_course_has_no_findings(lesson):
    assert lint.findings(lesson) == []
