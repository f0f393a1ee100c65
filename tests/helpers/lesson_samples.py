"""Small masters that the tests of the lesson tools share."""

from pathlib import Path

GOOD = '''# %% [markdown]
# # Two numbers
#
# After this lesson you will be able to add. It takes 10 minutes.

# %%
import labkit

labkit.hello()

# %%
from labkit.course import check

SCALE = "classroom"

# %% [markdown]
# ### Exercise: add (5 minutes, easy ●○○)
#
# Return the sum of two numbers.

# %%
# exercise: 07-add (5 min)
def add(a: float, b: float) -> float:
    """The sum."""
    # solution
    return a + b
    # stub
    raise NotImplementedError("return the sum of a and b")
    # end


# %%
# check: 07-add
check.same(add(2, 3), 5, "use +")
# hidden
assert add(-1, 1) == 0
# end

# %% [markdown]
# <details><summary>Hint 1 of 2</summary>
#
# What do you do with two numbers?
#
# <details><summary>Hint 2 of 2</summary>
#
# There is an operator for it.
#
# </details>
#
# </details>

# %%
# go on: 07-add
from operator import add

# %%
# after: count = add(1, 1)
print(add(1, 2))
'''


def course(folder: Path, **masters: str) -> Path:
    """A notebooks folder with these masters; the good one when none is given."""
    place = folder / "notebooks"
    (place / "masters").mkdir(parents=True)
    for name, text in (masters or {"07_add": GOOD}).items():
        (place / "masters" / f"{name.lstrip('_')}.py").write_text(text, encoding="utf-8")
    return place
