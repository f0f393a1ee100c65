# %% [markdown]
# # Chains: a teacher, an assistant, a student
#
# After this lesson you will be able to
#
# - say what a capacity gap is, and why a middle model might bridge it;
# - build a route of models, and refuse one that makes no sense;
# - follow agreement and errors from stop to stop;
# - compare a chain with a direct student at equal compute.
#
# It takes 55 minutes, 26 of them for five exercises.

# %%
import labkit

labkit.hello("03")

# %%
from dataclasses import replace

import pandas as pd
import torch

from labkit import paths
from labkit.compute import device
from labkit.course.lesson_03 import checks, pictures
from labkit.plots import comparisons

SCALE = "classroom"  # "full" takes all training texts, more epochs and 5 seeds
DATASET = "trec"  # or "sst2", or the path of your own table: columns text and label

# %%
# fold: it draws the map of the course
from labkit.course import course_map, predictions

course_map.here("03")

# %% [markdown]
# ## 1. The capacity gap
#
# A better teacher does not always make a better student. Cho and Hariharan (2019) and
# Mirzadeh et al. (2020) saw students get *worse* when the teacher grew. Their explanation
# is the **capacity gap**: the student is too small for such a function. Mirzadeh's remedy
# is TAKD: a *teacher assistant* of middle size learns from the teacher, and the student
# learns from the assistant.

# %% [markdown]
# The price is a second training, and a second place where something can be lost. So
# two questions need two measurements: what is lost from stop to stop, and does the
# chain win when the direct student may train as long? We take TREC and its teacher,
# MiniLM with 6 layers, and 600 questions for all arms. The teacher was trained on all.

# %%
from labkit.data.encoding.encoded_study import encode_study
from labkit.data import study
from labkit.models.encoders import embedding_pca, load_tokenizer
from labkit.methods.fine_tune import teacher

everything = study(DATASET)
fewer = {
    "train": everything.train.shuffle(seed=0).select(range(600)),
    "validation": everything.validation.shuffle(seed=0).select(range(300)),
}
questions = replace(everything, **fewer) if SCALE == "classroom" else everything

# %%
texts = encode_study(questions, load_tokenizer("minilm"))
master = teacher(everything)
vectors = embedding_pca(master, 256)
master = master.to(device())

# %% [markdown]
# The assistant is the same pre-trained MiniLM cut to 3 of its 6 layers, not yet trained
# for this task. The student is a BiLSTM that starts from the teacher's token vectors.
# Its size differs between lessons: here, as in lesson 01, token vectors of 256 numbers
# and 64 hidden ones; in lesson 00 and in the shipped runs 128 and 128.

# %%
from labkit.models.bilstm import build_bilstm
from labkit.models.encoders import load_encoder
from labkit.models.size import size_table

# %%
names = questions.label_names


def new_assistant(seed):
    """MiniLM with half of its layers and a new head."""
    return load_encoder("minilm", len(names), 3, seed, names).to(device())


def new_student(seed):
    """A BiLSTM on the teacher's token vectors."""
    fresh = build_bilstm(len(vectors), len(names), vectors, seed, hidden_size=64)
    return fresh.to(device())


# %% [markdown]
# **Predict:** how many times smaller than the teacher is the student? Count twice: all
# parameters, and those outside the table of token vectors, which do the computing.

# %%
# fold: it shows a box for your prediction
size_guess = predictions.number(
    "03-size", "teacher / student, parameters outside the token vectors", "times",
    close=10,
)

# %%
models = {"teacher": master, "assistant": new_assistant(0), "student": new_student(0)}
table = size_table(models)
table["token vectors"] = [
    sum(weight.numel() for weight in model.get_input_embeddings().parameters())
    for model in models.values()
]
table["the rest"] = table["parameters"] - table["token vectors"]
for column in ("parameters", "the rest"):
    times = table[column]["teacher"] / table[column]["student"]
    print(f"teacher / student, {column}: {times:.1f}")
size_guess.beside(times)
table

# %% [markdown]
# <details><summary>Answer</summary>
#
# Most of each small model is a dictionary. Measured by the rest, the gap between
# teacher and student is wide, and the assistant stands between them. In the paper the
# assistant of RoBERTa is BERT, of nearly the same size (its Table 1): hardly a step.
#
# </details>

# %% [markdown]
# ## 2. A route
#
# A **route** is an ordered list of models: the first is a trained teacher, each other
# one learns from the one before. All must mean the same by class 0, class 1 and so on.
# Logits carry no names, so a wrong order is not noticed by any loss: the student
# learns, patiently, to mistake people for places.

# %%
# fold: it draws the diagram
from labkit.course.lesson_03 import order_diagram

order_diagram.wrong_order()

# %% [markdown]
# ### Exercise: order a route (6 minutes, medium ●●○)
#
# `parameters` maps names to sizes, `classes` maps names to class names. Return the
# names from largest to smallest. Raise a `ValueError` that says why for fewer than two
# models, or when class names differ in any way, order included.

# %%
# exercise: 03-order (6 min)
def ordered(parameters: dict[str, int], classes: dict[str, tuple]) -> list[str]:
    """The names of the models as a route, the largest first."""
    # solution
    if len(parameters) < 2:
        raise ValueError(f"got {len(parameters)} model, wanted at least two")
    route = sorted(parameters, key=parameters.get, reverse=True)
    for name in route:
        if tuple(classes[name]) != tuple(classes[route[0]]):
            raise ValueError(f"{name} and {route[0]} differ in their classes")
    return route
    # stub
    raise NotImplementedError("refuse bad routes, then sort by size")
    # end


# %%
# check: 03-order
checks.order(ordered)
# hidden
assert ordered({"s": 1, "t": 9}, {"s": ("x", "y"), "t": ("x", "y")}) == ["t", "s"]
# end

# %% [markdown]
# <details><summary>Hint 1 of 2</summary>
#
# First everything that can be wrong, then the sorting. What besides the *set* of names
# must agree?
#
# <details><summary>Hint 2 of 2</summary>
#
# `sorted(names, key=..., reverse=True)` takes a function that gives the size of a name,
# such as `parameters.get`. Compare `tuple(...)` with `tuple(...)`, so that a list and a
# tuple of the same names count as equal; a `set` would forget the order.
#
# </details>
#
# </details>

# %%
# go on: 03-order
from labkit.methods.chain import RouteStop, check_route

try:  # labkit's own refuses before a single step is taken
    check_route([RouteStop("teacher", master)])
except ValueError as refused:
    print(refused)

# %% [markdown]
# ## 3. Run a chain
#
# `run_chain` is a generator, like `distill`. Each stop minimises
#
# $$L = 0.1 \cdot \mathrm{CE}(s, y) + 0.9 \cdot T^2 \,\mathrm{KL}(t \,\|\, s)$$
#
# $s$ are its logits, $t$ those of the stop before, both (batch, classes), divided by $T$ in
# the KL alone; $y$ are the labels, and $T$ is 2. The paper z-scores both first; after
# lesson 02 we take plain KL, which also teaches confidence.

# %%
from labkit.methods.chain import ChainConfig, run_chain
from labkit.methods.distill import DistillConfig, Weights
from labkit.methods.recipes import student_recipe

seeds = range(3 if SCALE == "classroom" else 5)
bridge = DistillConfig(Weights(0.1, 0.9), epochs=4, learning_rate=5e-4, clip=1.0)
recipe = replace(student_recipe(epochs=6), temperature=2.0)
if SCALE == "classroom":  # few steps, so larger ones; the same for every arm
    recipe = replace(recipe, learning_rate=4e-3, embedding_learning_rate=5e-4)
settings = ChainConfig("kl", paths.cache() / "logits")


# %%
def new_route(seed):
    """Teacher, assistant, student, with fresh weights for the two that learn."""
    return [
        RouteStop("teacher", master),
        RouteStop("assistant", new_assistant(seed), replace(bridge, seed=seed)),
        RouteStop("student", new_student(seed), replace(recipe, seed=seed)),
    ]


# %% [markdown]
# **Predict:** will the student end above, at, or below the accuracy of its assistant?

# %%
# fold: it shows a box for your prediction
end_guess = predictions.choice(
    "03-end", "on validation the student ends",
    ("above its assistant", "within a point of it", "below it"),
)

# %%
chains, logs = [new_route(seed) for seed in seeds], []
for route in chains:
    logs.append(list(run_chain(route, texts, settings)))
held = [each for each in logs[0] if each.step.validation is not None]
ends = {each.name: each.step.validation for each in held}  # the last of each stop
ahead = ends["student"] - ends["assistant"]
end_guess.beside(end_guess.options[(ahead <= 0.01) + (ahead < -0.01)])
pictures.one_chain(logs[0])

# %%
def seconds(log, name):
    """Training time of one stop."""
    return sum(each.step.seconds for each in log if each.name == name)


taught = ("assistant", "student")
spent = {name: [seconds(log, name) for log in logs] for name in taught}
pd.DataFrame(spent).rename_axis("seed").round(1).add_suffix(", seconds")

# %% [markdown]
# <details><summary>Above, at, or below?</summary>
#
# The last marks of the two curves say so for one seed. A student may end above its
# assistant: it also sees labels, and an assistant with few steps is not at its best.
# "The student cannot be better" is not a law.
#
# </details>
#
# The assistant costs most of the time: a transformer step costs more than a BiLSTM
# step. Keep this table in mind for section 6.

# %% [markdown]
# ## 4. What is lost along the way
#
# Accuracy says how often a stop is right. **Agreement** says how often it chooses what
# the stop before chooses, right or wrong; that is what it was trained to do (Stanton et
# al. 2021 call it fidelity).

# %% [markdown]
# ### Exercise: agreement (4 minutes, easy ●○○)
#
# Both arguments are logits, (texts, classes). Return the share of texts on which the
# two models choose the same class.

# %%
# exercise: 03-agreement (4 min)
def agreement(student: torch.Tensor, teacher: torch.Tensor) -> float:
    """Share of texts with the same first choice."""
    # solution
    return float((student.argmax(dim=-1) == teacher.argmax(dim=-1)).float().mean())
    # stub
    raise NotImplementedError("compare the first choices of the two")
    # end


# %%
# check: 03-agreement
checks.agreement(agreement)
# hidden
assert agreement(torch.eye(2), torch.eye(2).flip(0)) == 0
# end

# %% [markdown]
# <details><summary>Hint 1 of 2</summary>
#
# Which class does each of the two choose? Then: how often is it the same?
#
# <details><summary>Hint 2 of 2</summary>
#
# `argmax(dim=-1)` is the first choice of each text. `==` gives true and false; as
# floats, their mean is a share.
#
# </details>
#
# </details>

# %%
# go on: 03-agreement
from labkit.methods.chain import links
from labkit.evaluation.measures import accuracy, agreement, predict

along = [links(route, texts, split="test") for route in chains]
pictures.what_is_left(along)

# %% [markdown]
# Three curves. Accuracy may fall at a stop, or rise: a student need not be worse than
# its teacher in everything. The two agreements part at the last stop: one asks whether
# the student copies its assistant, the other whether anything of the first teacher is
# left.

# %% [markdown]
# ### How bad could it be?
#
# Suppose you know only how often each stop agrees with the one before it. The ends of
# the chain may still agree more or less: two disagreements can cancel, or fall on the
# same text. **Predict:** the links agree on 90 % and on 80 %. What is the least that
# the ends must agree?

# %%
# fold: it shows a box for your prediction
least_guess = predictions.number(
    "03-least", "the ends agree at least on", "% of the texts", close=0.5
)

# %% [markdown]
# ### Exercise: the least agreement (4 minutes, medium ●●○)
#
# `agreements` holds the agreement of each link, shares in [0, 1]. Return the smallest
# share of texts on which the first and the last stop can agree. It is never below 0.

# %%
# exercise: 03-least (4 min)
def least_agreement(agreements: list[float]) -> float:
    """The worst case for the two ends of a chain."""
    # solution
    return max(0.0, 1 - sum(1 - share for share in agreements))
    # stub
    raise NotImplementedError("in the worst case the disagreements add up")
    # end


# %%
# check: 03-least
checks.least(least_agreement)
# hidden
assert abs(least_agreement([0.75, 0.75, 0.75]) - 0.25) < 1e-6
# end

# %% [markdown]
# <details><summary>Hint 1 of 2</summary>
#
# Ask about *dis*agreements. How many texts can they touch at most?
#
# <details><summary>Hint 2 of 2</summary>
#
# Think of the texts on which *some* link disagrees. In the worst case no text is
# counted twice, and none comes back to the teacher's choice by accident.
#
# </details>
#
# </details>

# %%
# go on: 03-least
from labkit.evaluation.inheritance import least_agreement

rows = {}
for seed, stops in zip(seeds, along):
    each = [stop.agreement for stop in stops[1:]]
    product = torch.tensor(each).prod().item()
    rows[seed] = [least_agreement(each), product, stops[-1].agreement_with_first]
    assert rows[seed][0] <= rows[seed][2] + 1e-6
columns = ["least possible", "if independent", "measured"]
print(f"links of 90 % and 80 %: at least {least_agreement([0.9, 0.8]):.0%} at the ends")
least_guess.beside(100 * least_agreement([0.9, 0.8]))
pd.DataFrame.from_dict(rows, orient="index", columns=columns).round(3)

# %% [markdown]
# <details><summary>Answer</summary>
#
# Where the measured share lies above the product, disagreements fall on the same texts or
# cancel: there are hard questions, on which every stop goes astray.
#
# </details>

# %% [markdown]
# ## 5. Errors that are handed on
#
# A mistake of the assistant is, for the student, a target like any other. We ask: of
# the mistakes of one model, which share does another repeat with the *same wrong
# class*? **Predict:** does the student repeat more of its assistant's mistakes or more
# of the first teacher's?

# %%
# fold: it shows a box for your prediction
repeats_guess = predictions.choice(
    "03-repeats", "the student repeats a larger share of the mistakes of",
    ("its assistant", "the first teacher"),
)

# %% [markdown]
# ### Exercise: errors passed on (6 minutes, medium ●●○)
#
# `above` and `below` are logits, (texts, classes), `labels` has the shape (texts,).
# Return the share of the mistakes of `above` on which `below` chooses the same class.
# Without any mistake above the answer is unknown: return `float("nan")`.

# %%
# exercise: 03-passed-on (6 min)
def errors_passed_on(above, below, labels) -> float:
    """Share of the mistakes of the model above that the model below repeats."""
    # solution
    wrong = above.argmax(dim=-1) != labels
    if not wrong.any():
        return float("nan")
    repeated = below.argmax(dim=-1)[wrong] == above.argmax(dim=-1)[wrong]
    return float(repeated.float().mean())
    # stub
    raise NotImplementedError("find the mistakes above, see what below chooses there")
    # end


# %%
# check: 03-passed-on
checks.passed_on(errors_passed_on)
# hidden
assert errors_passed_on(torch.eye(2), torch.eye(2), torch.tensor([1, 0])) == 1
# end

# %% [markdown]
# <details><summary>Hint 1 of 2</summary>
#
# Two steps: on which texts is the model above wrong, and what does the model below
# choose there?
#
# <details><summary>Hint 2 of 2</summary>
#
# `wrong = above.argmax(dim=-1) != labels` marks the mistakes; `[wrong]` picks those
# rows. Two models can both be wrong and still differ, so compare their choices.
#
# </details>
#
# </details>

# %%
# go on: 03-passed-on
from labkit.evaluation.inheritance import errors_passed_on

truth = texts.test.labels
top = predict(master, texts.test)
middle = [predict(route[1].model, texts.test) for route in chains]
last = [predict(route[2].model, texts.test) for route in chains]
for stops, above, below in zip(along, middle, last):
    mine = errors_passed_on(above, below, truth)
    assert abs(mine - stops[-1].errors_passed_on) < 1e-6

# %% [markdown]
# A share needs something beside it. Two models that learned from the same labels and
# never met also share mistakes. So a control is needed: a student trained on labels
# alone. It and the direct students come from the next section, where we must first
# settle what is fair.

# %% [markdown]
# ## 6. Direct against chained, at equal compute
#
# Papers often give the direct student one training and the chain two. **Equal compute**
# gives the direct student the chain's steps as well. How many epochs is that?

# %%
# fold: it draws the diagram
from labkit.course.lesson_03 import diagram

diagram.chain_and_budget()

# %% [markdown]
# ### Exercise: the budget (6 minutes, medium ●●○)
#
# `links` holds (epochs, batch size) for each model that learns; the last is the
# student. An epoch over `rows` texts takes one step per batch, and the last batch may
# be short. Return how many epochs of the student make up *all* steps, to the nearest.

# %%
# exercise: 03-budget (6 min)
def direct_epochs(links: list[tuple[int, int]], rows: int) -> int:
    """Epochs of the direct student for all the steps of the chain."""
    # solution
    steps = sum(epochs * -(-rows // batch) for epochs, batch in links)
    of_one_epoch = -(-rows // links[-1][1])
    return max(1, round(steps / of_one_epoch))
    # stub
    raise NotImplementedError("add the steps of all links, divide by the student's")
    # end


# %%
# check: 03-budget
checks.budget(direct_epochs)
# hidden
assert direct_epochs([(1, 10), (1, 10), (1, 10)], 95) == 3
# end

# %% [markdown]
# <details><summary>Hint 1 of 2</summary>
#
# Epochs of different batch sizes cannot be added. What can?
#
# <details><summary>Hint 2 of 2</summary>
#
# `-(-rows // batch)` divides and rounds up; `math.ceil(rows / batch)` does it too. The
# batches of the assistant may have another size than the student's, so count steps
# first and turn them into epochs at the end.
#
# </details>
#
# </details>

# %%
# go on: 03-budget
from labkit.methods.chain import direct_config
from labkit.methods.chain import direct_epochs

first = chains[0]
budget = [(stop.config.epochs, stop.config.batch_size) for stop in first[1:]]
equal = direct_config(first)
assert equal.epochs == direct_epochs(budget, len(texts.train))
by_clock = direct_config(first, [spent["assistant"][0], spent["student"][0]])
print(f"the chain's student: {recipe.epochs} epochs")
print(f"direct, with the chain's steps: {equal.epochs} epochs")
print(f"direct, with the chain's seconds: {by_clock.epochs} epochs")

# %% [markdown]
# Steps and seconds are two currencies, and the assistant's steps are expensive. Here we
# pay in steps, which favours the chain; the last line says what the clock would allow.
# The arms: direct with the student's own epochs; direct with the chain's steps; labels
# alone with the chain's steps. **Predict** their order, and the chain's place in it.

# %%
# fold: it shows a box for your prediction
order_guess = predictions.choice(
    "03-order", "best by its mean",
    ("chained KD", "direct KD", "direct KD, equal steps", "labels only, equal steps"),
)

# %%
from labkit.methods.distill import distill
from labkit.training.teacher_logits import TeacherLogits
from labkit.methods.recipes import labels_only

soft = TeacherLogits(master, texts.train, settings.cache)


# %%
def trained(source, config):
    """Test logits (seeds, questions, classes) and mean seconds of one arm."""
    found, times = [], []
    for seed in seeds:
        student, config = new_student(seed), replace(config, seed=seed)
        run = distill(student, source, texts.train, config, validation=texts.validation)
        times.append(sum(step.seconds for step in run))
        found.append(predict(student, texts.test))
    return torch.stack(found), sum(times) / len(times)


# %%
arms = {"chained KD": (torch.stack(last), sum(spent["student"]) / len(last))}
arms["direct KD"] = trained(soft, recipe)
arms["direct KD, equal steps"] = trained(soft, equal)
arms["labels only, equal steps"] = trained(None, labels_only(equal))


def correct(name):
    """Which test answers were right, (seeds, questions)."""
    return arms[name][0].argmax(-1) == truth


# %%
from labkit.evaluation.baselines import tfidf
from labkit.evaluation.verdict import compare, holm, interval

floor = accuracy(tfidf(questions), truth)
chance = float(truth.bincount().max() / len(truth))
bars = {"bag of words": floor}
bars["assistant"] = interval([accuracy(each, truth) for each in middle])
for name in arms:
    bars[name] = interval(correct(name).float().mean(-1).tolist())
order_guess.beside(max(arms, key=lambda name: correct(name).float().mean()))
comparisons.arms(bars, chance, accuracy(top, truth))

# %%
pairs = [
    ("chained KD", "direct KD"),
    ("chained KD", "direct KD, equal steps"),
    ("chained KD", "labels only, equal steps"),
    ("direct KD, equal steps", "labels only, equal steps"),
]
verdicts = [compare(a, correct(a), b, correct(b)) for a, b in pairs]
print("\n".join(verdict.sentence for verdict in verdicts))
adjusted = [f"{p:.2g}" for p in holm([verdict.p for verdict in verdicts])]
print("p, adjusted for reading four at once:", ", ".join(adjusted))

# %%
comparisons.differences(verdicts)

# %% [markdown]
# <details><summary>Answer</summary>
#
# The picture of the arms has the order of the means. Which of its steps are more than
# noise only the lines above say: read the second one first.
#
# </details>

# %% [markdown]
# **Read the second line first.** If it says *better*, the assistant was worth its time
# on these questions. If it says *worse* or *inside the noise*, the training was spent
# as well, or better, on the student itself. The first line alone would not tell: there
# the chain had more training. No line is about other data, sizes or settings.

# %% [markdown]
# ### The routes as a picture
#
# **Use the panel to answer:** at which arrow does the chain lose most accuracy, and is it
# the same arrow in every seed (*runs*)? Then let *place* show the seconds: what did the
# assistant cost, and where would the direct student stand for that price? The grey lines
# are the other routes. These are the runs you have just made.

# %%
from labkit.course.lesson_03 import route_panel
from labkit.course.lesson_03.route_panel import Stop

counts = table["parameters"].to_dict()


# %%
# fold: it sums up the runs for the panel
def mean(values):
    """The mean of a list of numbers."""
    return sum(values) / len(values)


def stop(role, outs, time=float("nan"), above=None):
    """One measured stop: role, test logits per seed, seconds, and logits above it."""
    pairs = [] if above is None else zip(above, outs)
    handed = [errors_passed_on(a, b, truth) for a, b in pairs] or [float("nan")]
    share = mean([accuracy(out, truth) for out in outs])
    return Stop(role, counts[role], share, time, mean(handed))


start, tops = stop("teacher", [top]), [top] * len(seeds)


# %%
# fold: it sums up the runs for the panel
def routes_of(chosen):
    """The three routes, means over the chosen seeds."""
    found, middles = {}, [middle[seed] for seed in chosen]
    price = mean([spent["assistant"][seed] for seed in chosen])
    bridging = stop("assistant", middles, price, tops)
    for name in ("chained KD", "direct KD", "direct KD, equal steps"):
        chain = name == "chained KD"
        outs = [arms[name][0][seed] for seed in chosen]
        end = stop("student", outs, arms[name][1], middles if chain else tops)
        found[name] = [start, bridging, end] if chain else [start, end]
    return found


# %%
# after: panel.try_corners()
routes = routes_of(seeds)
by_seed = {f"seed {seed}": routes_of([seed]) for seed in seeds}
panel = route_panel.panel(routes, chance, by_seed)
panel

# %% [markdown]
# <details><summary>What to see</summary>
#
# Compare the heights at both ends of each arrow: the steepest fall is the answer, and
# it need not be the last arrow, nor the same in each seed. On the axis of seconds the
# chain ends far to the right of a direct student of the same epochs: the way between the
# two is what the assistant cost. Seconds of a student are means over its seeds.
#
# </details>
#
# The three routes for print:

# %%
panel.static_twin(route=list(routes))

# %% [markdown]
# ### Must the assistant beat its student?
#
# A chain can only hand on what its assistant has. An assistant that is no better than
# the direct student brings a second-hand copy of the teacher, with errors of its own: so
# before you judge chains, ask whether this one had a fair chance. **Predict** the sign.

# %%
# fold: it shows a box for your prediction
bridge_guess = predictions.choice(
    "03-bridge", "against the chain's own student the assistant is",
    ("better", "worse", "inside the noise"),
)

# %%
behind = torch.stack([each.argmax(-1) == truth for each in middle])
for name in ("direct KD", "direct KD, equal steps", "chained KD"):
    found = compare("assistant", behind, name, correct(name))
    print(found.sentence)
bridge_guess.beside(found.word)  # of the last line

# %% [markdown]
# <details><summary>What to see</summary>
#
# Where a line says *better*, the assistant had something to give that student. Where it
# says *inside the noise* or *worse*, this chain was not a fair trial of the idea: the
# bridge is lower than the bank. More epochs for the assistant, or more layers, would
# come before any word on chains.
#
# </details>

# %% [markdown]
# ### Back to the errors
#
# Now the control exists. Each point is a seed. Compare the student's share with that of
# the student that never saw the assistant, and with that of the one that saw labels
# alone.

# %%
readers = {
    "chained KD": list(arms["chained KD"][0]),
    "direct KD": list(arms["direct KD, equal steps"][0]),
    "labels only": list(arms["labels only, equal steps"][0]),
}
shares = {}
for whose, above in (("assistant", middle), ("teacher", tops)):
    for name, outs in readers.items():
        pairs = zip(above, outs)
        handed = [errors_passed_on(a, b, truth) for a, b in pairs]
        shares[f"{name}, of {whose}'s"] = handed
of_assistant = mean(shares["chained KD, of assistant's"])
of_teacher = mean(shares["chained KD, of teacher's"])
repeats_guess.beside(repeats_guess.options[of_assistant < of_teacher])
pictures.passed_on(shares)

# %% [markdown]
# <details><summary>Answer</summary>
#
# Compare the two lines of chained KD. A share that lies no higher than that of labels
# only was not handed on at all.
#
# </details>

# %% [markdown]
# How to read it. The line *labels only* shows how many mistakes are shared anyway,
# because some questions mislead everybody. Only what a taught student repeats beyond
# that line was handed on. The teacher makes few mistakes on the test questions, so the
# lower three lines stand on few texts and scatter. Compare the two lines of *chained KD*:
# that is the answer to the prediction of section 5.

# %% [markdown]
# ## 7. A chain that starts higher
#
# MPNet is five times the size of MiniLM and has a vocabulary of its own: its logits are
# kept by text, not by token. MPNet, MiniLM, BiLSTM is too slow for a lesson, so
# `labkit reproduce long_chain` ran it and the cell reads its file. **Predict:** is the
# chain better than MiniLM as the only teacher? Better than direct, in the same time?

# %%
# fold: it shows a box for your prediction
long_guess = predictions.number(
    "03-long", "MPNet's chain minus direct from MPNet for as long as the chain took",
    "points", close=1, hopeful="high",
)

# %%
from IPython.display import HTML

from labkit.experiments.long_chain.pictures import notes, students_picture, summary
from labkit.plots import wide_table
from labkit.experiments.results import read_rows

long_file = paths.results("long_chain") / "long_chain_trec.csv"
long_rows = read_rows(long_file)
heads = notes(long_file)
print(heads["data trec"])
print("epochs of the student:", heads["epochs of the student"])
HTML(wide_table.as_html(summary(long_rows).round(3), "arms of the long chain"))

# %%
students_picture(long_rows)

# %%
print("\n".join(line for what, line in heads.items() if what.startswith("verdict")))


def long_mean(arm, option):
    """Mean accuracy of an arm of the long chain under a budget of the student."""
    own = [row for row in long_rows if (row["arm"], row["option"]) == (arm, option)]
    return mean([float(row["accuracy"]) for row in own])


# "": the student's own epochs; "long": epochs for the time of assistant and student
gain = long_mean("from_assistant", "") - long_mean("from_mpnet", "long")
long_guess.beside(100 * gain)

# %% [markdown]
# <details><summary>Answer</summary>
#
# Neither was shown. The third line is the one of equal time: the direct student trains
# for as long as assistant and student took together, and ends ahead; with p adjusted for
# all lines that is not decided. The eighth gives the chain's student as many passes, its
# assistant on top, and is inside the noise, as are both lines beside MiniLM alone.
#
# </details>

# %% [markdown]
# **What it found.** MPNet did teach the assistant: it beats its twin that saw labels
# alone. None of that reaches the student with any certainty. With p adjusted, no route
# to the BiLSTM beats another: chained, direct, or from MiniLM without MPNet. More
# passes help every arm, labels alone as well.
#
# Then compare macro F1 with accuracy. MPNet, with half of MiniLM's passes, gave up a
# rare class; after the chain's time its students still repeat far more of its errors
# than labels alone do. A chain hands on what its first model never learned.

# %% [markdown]
# ## 8. The paper's Table 2
#
# *Adversarial Distillation* compares RoBERTa to BiLSTM with RoBERTa to BERT to BiLSTM:
# one run each, no seeds, no budget stated. The cell shows the printed accuracies, and
# beside them what `labkit reproduce table2` measured, if its file is here.

# %%
from labkit.experiments.adversarial.printed_numbers import printed, source

columns = ["data set", "arm", "accuracy"]
rows = [[row.dataset, row.arm, row.accuracy] for row in printed("table2")]
paper = pd.DataFrame(rows, columns=columns).assign(runs=1)
file = paths.results("adversarial") / "table2.csv"
found = pd.DataFrame(read_rows(file)) if file.exists() else None
print(source("table2"))
paper

# %%
if found is None:
    print("data/results/adversarial/table2.csv is not here: the runs above stand alone")
else:
    found["accuracy"] = found["accuracy"].astype(float)
    found["arm"] = (found["arm"] + " " + found["option"]).str.strip()
    grouped = found.groupby(["dataset", "arm"])["accuracy"]
    print(grouped.agg(["mean", "std", "count"]).round(3))

# %%
from labkit.experiments.adversarial import verdict_table

lines = verdict_table.shipped("table2")
print(verdict_table.summary(lines, ["table2"]))
HTML(verdict_table.as_html(lines))

# %% [markdown]
# Read the printed numbers against chance. SST-2 has two classes, so chance is 50 %, and
# both students of the paper are close to it; SST-5 has five. Differences of one or two
# points between single runs of students that have hardly learned cannot decide between
# routes. That the chain is the better route *may* be true; the printed table does not
# show it. Our lines give both budgets: read whether an advantage at equal steps is
# still there when the direct student gets the assistant's time as well.

# %%
from labkit.models.size import parameters

wider = build_bilstm(len(vectors), 5, vectors[:, :128], 0, hidden_size=128)
sizes = counts | {"student": parameters(wider)}  # the student of the shipped runs
shipped = route_panel.shipped(file, "sst5", sizes)
floors = read_rows(paths.results("ladder") / "floor_sst5.csv")
always = [float(row["accuracy"]) for row in floors if row["arm"] == "majority"]
level = always[0] if always else None  # the most frequent class of train, always
route_panel.panel(shipped, level) if shipped else "no shipped routes to draw"

# %% [markdown]
# ## What you now know
#
# A chain is a list of distillations, and each link can lose accuracy, agreement, or
# hand on mistakes. Agreement of the ends is bounded by the links, and part of the
# shared mistakes comes from hard questions. Whether an assistant pays is a question of
# equal compute, and the verdict line answers it for these questions.

# %% [markdown]
# ## Three questions
#
# 1. Your chain wins against a direct student that trained half as long. What next?
#
# <details><summary>An answer</summary>
#
# Give the direct student the chain's steps, and then its seconds, with several seeds.
# Only a win that is left there belongs to the assistant.
#
# </details>
#
# 2. The assistant knows less than the teacher. What could it still have that the
#    teacher's logits lack?
#
# <details><summary>An answer</summary>
#
# A form that a small model can follow: softer and simpler answers, without the
# teacher's certainty on texts it knows by heart. And labels of its own training.
#
# </details>
#
# 3. You have the time for five runs: one chain with five stops, or five seeds of one?
#
# <details><summary>An answer</summary>
#
# Five seeds. One long chain gives one number, and nobody can tell it from luck.
#
# </details>

# %% [markdown]
# ## Further reading
#
# - Mirzadeh et al. 2020, teacher assistants (TAKD): [arXiv:1902.03393](https://arxiv.org/abs/1902.03393)
# - Cho, Hariharan 2019, on the efficacy of distillation: [arXiv:1910.01348](https://arxiv.org/abs/1910.01348)
# - Son et al. 2021, densely guided by several assistants: [arXiv:2009.08825](https://arxiv.org/abs/2009.08825)
# - Stanton et al. 2021, fidelity and accuracy: [arXiv:2106.05945](https://arxiv.org/abs/2106.05945)
# - Tang et al. 2019, BERT into a BiLSTM: [arXiv:1903.12136](https://arxiv.org/abs/1903.12136)

# %% [markdown]
# ## Quiz
#
# Each choice is answered at once, with its reason. Your first choice is the one that
# counts; nobody but you sees it.

# %%
# fold: it shows the quiz
from labkit.course.lesson_03 import quiz

quiz.QUIZ

# %% [markdown]
# ### Your predictions
#
# What you kept before the runs, beside what they measured.

# %%
# fold: it lists your predictions
from labkit.course import summary

summary.of_lesson("03")

# %%
# fold: it lists what comes next
course_map.onward("03")
