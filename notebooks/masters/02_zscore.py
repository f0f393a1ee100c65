# %% [markdown]
# # The z-score of logits
#
# After this lesson you will be able to
#
# - standardise logits, and say what is kept and what is lost;
# - count how many numbers of a teacher's row reach the student;
# - show that nothing is left at two classes, and name what still works there;
# - judge a z-scored student by its accuracy *and* by its confidence.
#
# It takes 55 minutes, 26 of them for five exercises.

# %%
import labkit

labkit.hello("02")

# %%
import warnings
from dataclasses import replace

import pandas as pd
import torch

from labkit import losses, paths
from labkit.compute import device
from labkit.course.lesson_02 import checks, pictures
from labkit.losses import by_name
from labkit.losses.standardised import NEARLY_CONSTANT_ROW
from labkit.plots import comparisons

SCALE = "classroom"  # "full" takes all training texts, more epochs and 5 seeds
DATASET = "trec"  # or a table of your own (text, label) with three classes or more

# %%
# fold: it draws the map of the course
from labkit.course import course_map, predictions

course_map.here("02")

# %% [markdown]
# ## 1. Must a student copy the teacher's size?
#
# A small student may not reach the large logits of its teacher. Does it have to? What
# we use in the end is which class comes first. Sun et al. (2024) let the student match
# the *shape* of a row of logits and leave its size free. *Adversarial Distillation*
# does the same (eq. 2).

# %% [markdown]
# We need real logits: those of the teacher of lesson 01 on TREC. As there, 600
# questions serve every arm, and the teacher was trained on all of them and more.

# %%
from labkit.data.encoding.encoded_study import encode_study
from labkit.data import study
from labkit.evaluation.measures import accuracy, predict
from labkit.models.encoders import load_tokenizer
from labkit.methods.fine_tune import teacher

everything = study(DATASET)
fewer = {
    "train": everything.train.shuffle(seed=0).select(range(600)),
    "validation": everything.validation.shuffle(seed=0).select(range(300)),
}
questions = replace(everything, **fewer) if SCALE == "classroom" else everything
tokenizer = load_tokenizer("minilm")
texts = encode_study(questions, tokenizer)

# %%
from labkit.training.teacher_logits import StoredTargets, TeacherLogits

master = teacher(everything).to(device())
on_validation = predict(master, texts.validation)  # (questions, classes) logits
assert DATASET != "trec" or accuracy(on_validation, texts.validation.labels) > 0.9
spread = on_validation.std(-1)
print(f"deviation of a row: {spread.min():.2f} to {spread.max():.2f} logit units")

# %% [markdown]
# Each row of logits has its own mean and its own deviation. A row with a small
# deviation is a question on which the teacher hesitates.

# %% [markdown]
# ## 2. Standardise a row
#
# $$\mathrm{z}(v)_c = \frac{v_c - \bar v}{s(v)}, \qquad
# s(v) = \sqrt{\frac{1}{C - 1}\sum_k (v_k - \bar v)^2}$$
#
# $v$ is one row of $C$ logits, $\bar v$ its mean, $s(v)$ its sample deviation; the sum
# runs over the classes $k$ (Sun et al. 2024, the z-score function). Then comes the soft
# loss that you know, with both rows z-scored.

# %% [markdown]
# ### Exercise: zscore (5 minutes, easy ●○○)
#
# Write it for a table of logits, shape (batch, classes). Mind which axis you work over,
# and that the squares are divided by $C - 1$.

# %%
# exercise: 02-zscore (5 min)
def zscore(logits: torch.Tensor) -> torch.Tensor:
    """Each row of (batch, classes) with mean 0 and sample deviation 1."""
    # solution
    centred = logits - logits.mean(dim=-1, keepdim=True)
    return centred / logits.std(dim=-1, keepdim=True)
    # stub
    raise NotImplementedError("subtract the mean of each row, divide by its deviation")
    # end


# %%
# check: 02-zscore
checks.zscore(zscore)
# hidden
assert torch.allclose(zscore(torch.tensor([[5.0, 4, 3]])), torch.tensor([[1.0, 0, -1]]))
# end

# %% [markdown]
# <details><summary>Hint 1 of 2</summary>
#
# Each row has its own mean and its own deviation. What shape must these two have to
# meet the table?
#
# <details><summary>Hint 2 of 2</summary>
#
# `mean` and `std` take `dim=-1, keepdim=True`, so that their result, (batch, 1), can be
# subtracted from the rows. `std` divides by C - 1 unless told otherwise.
#
# </details>
#
# </details>

# %%
# go on: 02-zscore
def mine(logits):
    centred = logits - logits.mean(dim=-1, keepdim=True)
    return centred / logits.std(dim=-1, keepdim=True)


from labkit.losses.standardised import zscore

clear = on_validation[on_validation.std(-1) > NEARLY_CONSTANT_ROW]
torch.testing.assert_close(mine(clear), zscore(clear))

# %% [markdown]
# **Use the panel to answer:** the bars show the classes before and after the z-score.
# Find two different settings of the three logits that give the *same* bars after it.
# Can you make class A reach 0.9 after the z-score at temperature 1?

# %%
# after: panel.try_corners()
from labkit.course.lesson_02 import zscore_panel

panel = zscore_panel.panel(3)
panel

# %% [markdown]
# <details><summary>What to see</summary>
#
# Add the same number to all three, or double all three: the bars after the z-score do
# not move. And there is a ceiling: no logits, however large, bring A to 0.9. The only
# way up is a lower temperature, and that moves every question alike.
#
# </details>
#
# The same drawing for print, over a logit and the temperature:

# %%
panel.static_twin(temperature=(0.5, 2), class_A=(1.5, 3, 5))

# %% [markdown]
# ## 3. What the loss cannot see
#
# A loss is *blind* to a change of the student's logits if its value stays the same. No
# gradient will ever teach what a loss is blind to. **Predict** for four losses: which
# are blind to a number added to a row (a shift), which to a row being multiplied (a
# scale)?

# %%
# fold: it shows a box for your prediction
scale_guess = predictions.number(
    "02-scale", "how many are blind to a scale of each row: plain KL, z-score KL, "
    "logit MSE, one scale for the batch", "of 4",
)

# %% [markdown]
# ### Exercise: blind to what? (7 minutes, medium ●●○)
#
# `soft_loss(student, teacher, temperature)` gives a scalar. Return two truth values:
# blind to a shift of each row, blind to a positive scale of each row. Make your own
# logits with at least 3 classes, and give each row its *own* number.

# %%
# exercise: 02-blind (7 min)
def blind_to(soft_loss) -> tuple[bool, bool]:
    """(blind to shift, blind to scale), found by calling the loss."""
    # solution
    student = torch.tensor([[1.0, 0.2, -2.0], [0.5, 2.0, -1.0]])
    target = torch.tensor([[3.0, 1.0, -1.0], [0.0, 2.5, 2.0]])
    start = soft_loss(student, target, 2.0)
    shifted = soft_loss(student + torch.tensor([[2.0], [-1.0]]), target, 2.0)
    scaled = soft_loss(student * torch.tensor([[3.0], [0.5]]), target, 2.0)
    return tuple(bool((start - each).abs() < 1e-4) for each in (shifted, scaled))
    # stub
    raise NotImplementedError("call the loss before and after a shift, and a scale")
    # end


# %%
# check: 02-blind
checks.blind(blind_to)
# hidden
assert tuple(blind_to(losses.soft_kl)) == (True, False)
# end

# %% [markdown]
# <details><summary>Hint 1 of 2</summary>
#
# Call the loss three times: as it is, with the student's rows shifted, with them
# scaled. When do you call two values equal?
#
# <details><summary>Hint 2 of 2</summary>
#
# `student + torch.tensor([[2.0], [-1.0]])` adds 2 to the first row and takes 1 from the
# second. Compare two losses by `abs(a - b) < 1e-4`: sums of floats are seldom equal to
# the last digit.
#
# </details>
#
# </details>

# %%
# go on: 02-blind
from labkit.losses.invariances import blind_to

four = {
    "plain KL": losses.soft_kl,
    "z-score KL": losses.zscore_kl,
    "logit MSE": by_name.logit_mse,
    "one scale for the batch": by_name.batch_scaled_kl,
}
columns = ["blind to a shift", "blind to a scale"]
table = {name: blind_to(loss) for name, loss in four.items()}
scale_guess.beside(sum(of_scale for _, of_scale in table.values()))
pd.DataFrame.from_dict(table, orient="index", columns=columns)

# %% [markdown]
# <details><summary>Answer</summary>
#
# Blindness to a shift costs nothing: a softmax is blind to it too. Blindness to the
# scale of each row is the point of the method, and its price: how *sure* the teacher is
# of a question lies in that scale.
#
# </details>

# %% [markdown]
# ### Count what is left
#
# A row has $C$ numbers. How many independent ones remain after the z-score? The answer
# is the rank of its *Jacobian*: the table of slopes, one row per output, one column per
# logit. **Predict** it for 2, 3 and 6 classes.

# %%
# fold: it shows a box for your prediction
left_guess = predictions.number(
    "02-left", "independent numbers left of a row of six classes", "numbers"
)

# %% [markdown]
# ### Exercise: degrees of freedom (5 minutes, hard ●●●)
#
# `function` maps logits (1, classes) to a tensor. Return the rank of its Jacobian at
# `row`, shape (classes,). Compute in float64 and count a direction only if it moves the
# result by more than `atol=1e-5`.

# %%
# exercise: 02-freedom (5 min)
def freedom(function, row: torch.Tensor) -> int:
    """How many independent directions of the logits move the result."""
    # solution
    point = row.double().unsqueeze(0)
    slopes = torch.autograd.functional.jacobian(function, point)
    return int(torch.linalg.matrix_rank(slopes.reshape(-1, len(row)), atol=1e-5))
    # stub
    raise NotImplementedError("the Jacobian at the row, and its rank")
    # end


# %%
# check: 02-freedom
checks.freedom(freedom)
# hidden
assert int(freedom(lambda z: z.sum(-1), torch.arange(4.0))) == 1
# end

# %% [markdown]
# <details><summary>Hint 1 of 2</summary>
#
# A table of slopes says which output moves with which logit. Its rank is the number of
# independent directions.
#
# <details><summary>Hint 2 of 2</summary>
#
# `torch.autograd.functional.jacobian(function, row.double().unsqueeze(0))` has output
# and input axes; `.reshape(-1, len(row))` makes a matrix of it, for
# `torch.linalg.matrix_rank(..., atol=1e-5)`.
#
# </details>
#
# </details>

# %%
# go on: 02-freedom
from labkit.losses.invariances import freedom

left = {}
for classes in (2, 3, 4, 5, 6):
    row = torch.randn(classes, generator=torch.Generator().manual_seed(classes))
    left[classes] = [freedom(torch.nn.Softmax(-1), row), freedom(zscore, row)]
left_guess.beside(left[6][1])
names = ["softmax keeps", "z-score keeps"]
pd.DataFrame.from_dict(left, orient="index", columns=names).rename_axis("classes")

# %% [markdown]
# <details><summary>Answer</summary>
#
# Shift and scale are gone, so $C - 2$ numbers are left. At six classes that is much of
# the row, at three a single number. The first line of the table is the subject of
# section 5.
#
# </details>

# %%
# fold: it draws the diagram
from labkit.course.lesson_02 import diagram

diagram.sphere()

# %% [markdown]
# ## 4. Lost confidence
#
# **Predict:** on one question the teacher is sure, on another it hesitates. How
# different are they after the z-score?

# %%
# fold: it shows a box for your prediction
alike_guess = predictions.number(
    "02-alike", "after the z-score, at T = 2: largest probability of the sure question "
    "minus that of the doubtful one", "points", close=5,
)

# %%
sure = on_validation.softmax(-1).amax(-1)
pair = torch.stack([sure.argmax(), sure.argmin()])
both = (on_validation, zscore(on_validation))
tops = [(logits / 2).softmax(-1).amax(-1) for logits in both]
tops = [100 * (each[pair[0]] - each[pair[1]]) for each in tops]
print(f"largest probabilities apart: {tops[0]:.0f} points before the z-score")
alike_guess.beside(tops[1])
two_texts = [texts.validation.texts[place] for place in pair]
pictures.before_and_after(on_validation[pair], questions.label_names, two_texts, 2.0)

# %% [markdown]
# <details><summary>Answer</summary>
#
# Much more alike than before: a z-score takes away how long a row is, and that was most
# of the difference between a sure and a doubtful one. What is left is their shape.
#
# </details>

# %% [markdown]
# So a question with a plain answer and one without come close to each other. The
# largest z-score that any row of $C$ logits can have is $(C - 1)/\sqrt{C}$, so there is
# a ceiling of confidence:

# %%
ceiling = {}
for classes in (2, 3, 5, 6):
    one_hot = zscore(torch.eye(classes)[:1])
    ceiling[classes] = [one_hot.max(), (classes - 1) / classes**0.5]
    ceiling[classes] += [(one_hot / heat).softmax(-1).max() for heat in (1, 2, 4)]
columns = ["largest z-score", "by formula", "p at T = 1", "p at T = 2", "p at T = 4"]
frame = pd.DataFrame.from_dict(ceiling, orient="index", columns=columns)
frame.rename_axis("classes").astype(float).round(3)

# %% [markdown]
# **ddof and temperature.** Dividing by $C$ instead of $C - 1$ (`ddof=0`) makes every
# row larger by the same factor $\sqrt{C/(C-1)}$. So it is only another temperature, and
# a paper that names its temperature without its ddof leaves a gap.

# %%
count = len(questions.label_names)
factor = (count / (count - 1)) ** 0.5
population = (zscore(clear, ddof=0) / 2.0).softmax(-1)
sample = (zscore(clear) / (2.0 / factor)).softmax(-1)
torch.testing.assert_close(population, sample, atol=1e-4, rtol=0)
print(f"ddof=0 at T = 2 is ddof=1 at T = {2 / factor:.3f}, for {count} classes")

# %% [markdown]
# ### What it does to a student
#
# Three arms with the same texts, steps and starting weights: labels only, plain KL,
# z-score KL, each with several seeds. **Predict:** which has the best accuracy, and
# whose probabilities deserve the most trust? Two numbers measure trust, and for both less
# is better:
#
# - the expected calibration error, **ECE**: put the answers into bins by how sure the
#   model is (the probability of its choice); in each bin take the gap between that
#   confidence and the share of right answers; the ECE is the mean gap, each bin weighted
#   by its answers;
# - the negative log-likelihood, **NLL**: the mean of minus the log of the probability
#   that the model gave to the right class, in nats.

# %%
# fold: it shows a box for your prediction
trained_arms = ("labels only", "student, plain KL", "student, z-score")
trust_guess = predictions.choice("02-trust", "the smallest ECE", trained_arms)
best_guess = predictions.choice("02-best", "the best accuracy", trained_arms)

# %%
from labkit.models.bilstm import build_bilstm
from labkit.methods.distill import distill
from labkit.models.encoders import embedding_pca
from labkit.methods.recipes import labels_only, student_recipe

vectors = embedding_pca(master.cpu(), 256)
seeds = range(3 if SCALE == "classroom" else 5)
recipe = replace(student_recipe(epochs=6), temperature=2.0)
if SCALE == "classroom":  # few steps, so larger ones; the same for every arm
    recipe = replace(recipe, learning_rate=4e-3, embedding_learning_rate=5e-4)
soft = TeacherLogits(master.to(device()), texts.train, paths.cache() / "logits")


# %%
# fold: it trains one student
def trained(texts, source, config, soft_loss, seed):
    """A student with as many classes as the labels, after its whole training."""
    classes = int(texts.train.labels.max()) + 1
    fresh = build_bilstm(len(vectors), classes, vectors, seed, hidden_size=64)
    student, config = fresh.to(device()), replace(config, seed=seed)
    more = {"validation": texts.validation, "soft_loss": soft_loss}
    for _ in distill(student, source, texts.train, config, **more):
        pass
    return student


# %%
# fold: it trains one arm with every seed
def answers(texts, source, config, soft_loss=losses.soft_kl):
    """Test logits (seeds, texts, classes) of students taught by one source."""
    some = (trained(texts, source, config, soft_loss, seed) for seed in seeds)
    return torch.stack([predict(student, texts.test) for student in some])


logits = {
    "labels only": answers(texts, None, labels_only(recipe)),
    "student, plain KL": answers(texts, soft, recipe),
    "student, z-score": answers(texts, soft, recipe, losses.zscore_kl),
}

# %%
from labkit.evaluation.measures import ece, nll
from labkit.evaluation.verdict import compare, interval

truth, rows = texts.test.labels, {}
for name, found in logits.items():
    measured = [[each(out, truth) for out in found] for each in (accuracy, ece, nll)]
    scores = [interval(values) for values in measured]
    means = [f"{each.mean:.3f} ({each.low:.3f} to {each.high:.3f})" for each in scores]
    sure = found.softmax(-1).amax(-1).mean()
    rows[name] = [*means, f"{sure:.3f}"]
columns = ["accuracy", "ECE", "NLL, nats", "mean confidence"]
table = pd.DataFrame.from_dict(rows, orient="index", columns=columns)
table.rename_axis("mean (95 % interval over seeds)")

# %%
def mean_of(measure, name):
    """The mean of a measure over the seeds of an arm."""
    return sum(measure(out, truth) for out in logits[name]) / len(logits[name])


trust_guess.beside(min(logits, key=lambda name: mean_of(ece, name)))
best_guess.beside(max(logits, key=lambda name: mean_of(accuracy, name)))
pictures.confidences({name: found[0] for name, found in logits.items()})


# %%
def right(name):
    """Which test answers were right, (seeds, questions)."""
    return logits[name].argmax(-1) == truth


scored, plain, alone = "student, z-score", "student, plain KL", "labels only"
verdicts = [
    compare(a, right(a), b, right(b))
    for a, b in ((scored, plain), (scored, alone), (plain, alone))
]
print("\n".join(verdict.sentence for verdict in verdicts))
comparisons.differences(verdicts)

# %% [markdown]
# How to read it, whatever it says. The verdict lines speak of accuracy on these few
# questions only; where an interval crosses 0, no difference was shown. Confidence is
# another matter: the z-score loss cannot teach it, so the cross-entropy, with its small
# weight, sets it alone. Compare mean confidence with accuracy, arm by arm: the distance
# between the two is what ECE sees.

# %% [markdown]
# <details><summary>Can it be repaired?</summary>
#
# Partly. One number, a temperature chosen on the validation texts after training, can
# bring the mean confidence back (Guo et al. 2017). Which *questions* deserved doubt was
# never taught by the soft loss and does not come back that way.
#
# </details>

# %% [markdown]
# ## 5. Two classes: nothing is left
#
# The table of section 3 said: at two classes, $C - 2 = 0$ numbers remain. Let the gap
# between two logits go from -3 to 3. **Predict** the picture of the first z-score, and
# of its slope.

# %%
# fold: it shows a box for your prediction
step_guess = predictions.choice(
    "02-step", "the first z-score against the gap is",
    ("a straight line", "an S-shaped curve", "a step"),
)

# %%
gaps = torch.linspace(-3, 3, 601, dtype=torch.float64)
moving = torch.stack([gaps / 2, -gaps / 2], dim=-1).requires_grad_()
first = zscore(moving)[:, 0]
(slope,) = torch.autograd.grad(first.sum(), moving)
assert abs(float(first[-1].detach()) - 0.5**0.5) < 1e-3
flat = (first.detach().abs() > 0.99 * first.detach().abs().max()).double().mean()
step_guess.beside(step_guess.options[int(flat > 0.1) + int(flat > 0.9)])
pictures.two_classes(gaps, first.detach(), slope[:, 0])

# %% [markdown]
# A step. Every row becomes $(+0.707, -0.707)$ or its mirror image; only the sign of the
# gap survives. The slope is only rounding and the tiny number added to the deviation,
# except in a narrow band around 0 that comes from a guard (section 6). The panel for
# two classes:

# %%
# after: two_panel.try_corners()
two_panel = zscore_panel.panel(2)
two_panel

# %% [markdown]
# **Answer with it:** which of the three sliders moves the bars "after"?
#
# <details><summary>What to see</summary>
#
# The temperature, always. The two logits only at the moment when the other class
# takes the lead: then the bars change places. How large the gap is does not matter.
#
# </details>
#
# For print:

# %%
two_panel.static_twin(class_A=(1.5, 3, 5))

# %% [markdown]
# ### Exercise: show that the gradient is gone (5 minutes, medium ●●○)
#
# Return the norm of the gradient that a soft loss, at temperature 2, sends to the
# student's logits. Leave the logits that you were given as they are.

# %%
# exercise: 02-gradient (5 min)
def gradient_norm(soft_loss, student: torch.Tensor, teacher: torch.Tensor) -> float:
    """Norm of d loss / d student at temperature 2; both (batch, classes) logits."""
    # solution
    moving = student.detach().clone().requires_grad_()
    soft_loss(moving, teacher, 2.0).backward()
    return float(moving.grad.norm())
    # stub
    raise NotImplementedError("a copy that requires a gradient, backward, the norm")
    # end


# %%
# check: 02-gradient
checks.gradient(gradient_norm)
# hidden
same = torch.tensor([[1.0, 3.0, 0.0]])
assert gradient_norm(losses.soft_kl, same, same) < 1e-6
# end

# %% [markdown]
# <details><summary>Hint 1 of 2</summary>
#
# You need a copy that can collect a gradient without touching what you were given.
#
# <details><summary>Hint 2 of 2</summary>
#
# `student.detach().clone().requires_grad_()` is a fresh copy. After `loss.backward()`
# its gradient is in `.grad`, and `.grad.norm()` is the root of the sum of squares.
#
# </details>
#
# </details>

# %%
# go on: 02-gradient
from labkit.losses.invariances import gradient_norm

student = trained(texts, soft, replace(recipe, epochs=1), losses.soft_kl, seed=0)
six = predict(student, texts.validation)
for name, loss in (("plain", losses.soft_kl), ("z-score", losses.zscore_kl)):
    print(f"{count} classes, {name} KL: {gradient_norm(loss, six, on_validation):.2g}")

# %% [markdown]
# ### A real task with two classes
#
# The movie sentences of lesson 01 have five classes. We leave out the neutral ones and
# ask: negative or positive? The five-class teacher answers this exactly. The
# probability of "negative" is the sum of two of its classes, so the logit is the log of
# the sum of their exponentials.

# %%
# fold: it drops the neutral sentences
from labkit.data.encoding.encoded import encode


def two_sided(rows, keep):
    """The first sentences that are not neutral: 0 negative, 1 positive."""
    rows = rows.shuffle(seed=0)
    sides = [place for place, label in enumerate(rows["label"]) if label != 2]
    chosen = rows.select(sides[: keep if SCALE == "classroom" else None])
    labels = [int(label > 2) for label in chosen["label"]]
    return encode(chosen["text"], tokenizer, labels)

# %%
from labkit.data.encoding.encoded_study import EncodedStudy

films = study("movies5")
parts = (films.train, films.validation, films.test)
film_texts = EncodedStudy(*map(two_sided, parts, (600, 200, 400)))


# %%
critic = teacher(films).to(device())


def two_logits(five):
    """Logits of negative and positive, (rows, 2), from those of five classes."""
    negative, positive = five[:, :2].logsumexp(-1), five[:, 3:].logsumexp(-1)
    return torch.stack([negative, positive], dim=-1)


kept = TeacherLogits(critic, film_texts.train, paths.cache() / "logits").all()
film_soft = StoredTargets(film_texts.train, two_logits(kept))
critic_test = two_logits(predict(critic, film_texts.test))
print(f"teacher on test: {accuracy(critic_test, film_texts.test.labels):.3f}")

# %% [markdown]
# Our loss warns whoever uses it here:

# %%
with warnings.catch_warnings(record=True) as met:
    warnings.simplefilter("always")
    losses.zscore_kl(critic_test[:8], critic_test[8:16])
print(met[0].message)

# %% [markdown]
# ### What still works
#
# Four soft losses that keep something at two classes. Plain KL; **logit MSE**, the mean
# of $(s_{bc} - t_{bc})^2$ over rows and classes. **Batch scale**: centre each row, then
# divide *all* rows of a side by one number, the root of the mean of all squares; a KL
# follows. **DIST over the batch**: $1 - \mathrm{corr}(p_{\cdot c}, q_{\cdot c})$, the
# correlation of class $c$'s probabilities over the texts of the batch, by student and
# by teacher, averaged over the classes (Huang et al. 2022). Beside them stand the
# z-score of its authors, and labkit's, whose guard (section 6) treats the deviation of
# nearly constant rows as 0.01.


# %%
def z_plain(student, teacher, temperature):
    """KL of the authors' z-scores: 1e-7 is added to the deviation."""
    pair = [v - v.mean(-1, keepdim=True) for v in (student, teacher)]
    pair = [v / (v.std(-1, keepdim=True) + 1e-7) for v in pair]
    return losses.soft_kl(*pair, temperature)


def z_guarded(student, teacher, temperature):
    """labkit's zscore_kl without its warning."""
    return losses.soft_kl(zscore(student), zscore(teacher), temperature)


# %%
two_ways = {
    "z-score": z_plain,
    "z-score, guarded": z_guarded,
    "plain KL": losses.soft_kl,
    "logit MSE": by_name.logit_mse,
    "batch scale": by_name.batch_scaled_kl,
    "DIST, intra": by_name.intra_only,
}
film_recipe = replace(recipe, epochs=5)
film_labels = labels_only(film_recipe)

# %% [markdown]
# **Predict** the order of their gradients, for a new student and for one that has
# learned from labels for one epoch.

# %%
# fold: it shows a box for your prediction
pull_guess = predictions.choice(
    "02-pull", "the largest gradient at a new student", tuple(two_ways)
)

# %%
fresh = build_bilstm(len(vectors), 2, vectors, 0, hidden_size=64).to(device())
after = trained(film_texts, None, replace(film_labels, epochs=1), z_plain, seed=0)
target, pull = film_soft.values, {}
for when, student in (("new", fresh), ("after an epoch", after)):
    now = predict(student, film_texts.train)
    band = (now.std(-1) < NEARLY_CONSTANT_ROW).float().mean()
    print(f"{when}: {band:.3f} of the rows are nearly constant")
    pull[when] = {
        name: gradient_norm(loss, now, target) for name, loss in two_ways.items()
    }
pull_guess.beside(max(pull["new"], key=pull["new"].get))
pictures.norms(pull["new"])

# %%
pd.DataFrame(pull).map("{:.1e}".format)

# %% [markdown]
# <details><summary>Their order</summary>
#
# The picture has it for the new student, the table for both. Compare the two columns:
# the norms of a z-score change most, because they hang on how many rows are nearly
# constant at that moment.
#
# </details>
#
# In both z-scores a row counts only while its two logits are nearly equal. With the
# guard that band is wider, and the slope in it is close to 1/0.01; without it the slope
# reaches millions at equal logits. Few rows have a gradient, but theirs is huge. The
# other norms are in units of their own: which is largest says nothing about which
# teaches best. For that we train.

# %%
film_logits = {"labels only": answers(film_texts, None, film_labels)}
for name, loss in two_ways.items():
    film_logits[f"student, {name}"] = answers(film_texts, film_soft, film_recipe, loss)

# %%
# fold: it draws the picture
film_truth = film_texts.test.labels
film_right = {name: out.argmax(-1) == film_truth for name, out in film_logits.items()}
chance = float(film_truth.bincount().max() / len(film_truth))
bars = {
    name.replace(", ", "\n", 1): interval(found.float().mean(-1).tolist())
    for name, found in film_right.items()
}
comparisons.arms(bars, chance, accuracy(critic_test, film_truth))

# %%
from labkit.evaluation.verdict import holm

alone = film_right["labels only"]
taught = [name for name in film_right if name != "labels only"]
film_verdicts = [
    compare(name, film_right[name], "labels only", alone) for name in taught
]
print("\n".join(verdict.sentence for verdict in film_verdicts))
adjusted = [f"{p:.2g}" for p in holm([verdict.p for verdict in film_verdicts])]
print("p, adjusted for reading six at once:", ", ".join(adjusted))

# %%
comparisons.differences(film_verdicts)

# %% [markdown]
# **Read the verdict lines, not the bars.** A z-score arm without any gradient would be
# labels alone, with a weight of 0.1. AdamW divides each step by the size of recent
# gradients, so that weight hardly matters, and no difference from *labels only* would
# be expected. For the last four, the lines say whether the teacher helped here. Their
# weights were not tuned, so do not rank them.

# %% [markdown]
# <details><summary>What if a z-score arm is worse?</summary>
#
# Then the soft loss was not merely idle, it did harm. Now and then the two logits of a
# text are nearly equal, or become equal when rounded to bfloat16. Such a text *kicks*:
# its gradient is far larger than that of the labels. AdamW divides each step by the root
# of $v$, a running mean of squared gradients: $v \leftarrow 0.999\,v + 0.001\,g^2$. So
# one such $g$ stays in $v$ for hundreds of steps and shrinks all of them. A guard that is
# harmless at six classes mends nothing at two: do not z-score there.
#
# </details>

# %% [markdown]
# <details><summary>What this means for the paper</summary>
#
# *Adversarial Distillation* z-scores the logits on SST-2 and SUBJ too, which have two
# classes, and prints a first-stage student of 52.83 % on SST-2 (Table 2), where chance
# is 50 %. A soft loss without gradient leaves only the labels, and labels do teach, so
# that alone does not explain an accuracy at chance. Rare and violent gradients could.
# The text does not say which code was run. No gain there can be due to what a z-score
# keeps.
#
# </details>

# %% [markdown]
# ## 6. The explosion at constant logits
#
# The deviation stands below the fraction bar. A student whose last layer starts at zero
# gives constant rows, with deviation 0. **Predict:** what happens to the slope of the
# plain formula, and to training, as a row becomes constant?

# %%
# fold: it shows a box for your prediction
slope_guess = predictions.choice(
    "02-slope", "as a row becomes constant, the plain formula's slope",
    ("falls to 0", "stays as it is", "grows without end"),
)

# %%
deviations = [10.0**power for power in range(-6, 2)]


def steepest(function, deviation):
    """Largest slope of a z-score at a row of four logits with this deviation."""
    row = zscore(torch.tensor([[1.0, 0.2, -0.4, -0.8]]).double()) * deviation
    return float(torch.autograd.functional.jacobian(function, row).abs().max())


curves = {"plain formula (baseline)": [steepest(mine, each) for each in deviations]}
steepening = curves["plain formula (baseline)"][0] / steepest(mine, 1.0)
slope_guess.beside(slope_guess.options[(steepening > 0.1) + (steepening > 10)])
curves["student, with guard"] = [steepest(zscore, each) for each in deviations]
pictures.explosion(deviations, curves)

# %% [markdown]
# <details><summary>What to see</summary>
#
# The plain formula's slope grows as one over the deviation, without end; with the
# guard it stops growing below a deviation of 0.01. In training a huge slope is
# clipped: the batch then takes one step for the sake of one row.
#
# </details>

# %% [markdown]
# ### Exercise: a guard (4 minutes, medium ●●○)
#
# Write a z-score that treats a deviation below 0.01 as 0.01. It must give 0 on constant
# rows, with a finite gradient, and leave ordinary rows as they are.

# %%
# exercise: 02-guard (4 min)
def guarded_zscore(logits: torch.Tensor) -> torch.Tensor:
    """z-scores (batch, classes); no row is divided by less than 0.01."""
    # solution
    centred = logits - logits.mean(dim=-1, keepdim=True)
    variance = logits.var(dim=-1, keepdim=True)
    return centred / variance.clamp_min(0.01**2).sqrt()
    # stub
    raise NotImplementedError("the z-score, with a smallest deviation of 0.01")
    # end


# %%
# check: 02-guard
checks.guard(guarded_zscore)
# hidden
assert float(guarded_zscore(torch.full((1, 4), 7.0)).abs().max()) == 0
# end

# %% [markdown]
# <details><summary>Hint 1 of 2</summary>
#
# A smallest value can be set before or after the root. At a constant row, which of the
# two has a finite slope?
#
# <details><summary>Hint 2 of 2</summary>
#
# `variance.clamp_min(0.01**2).sqrt()`: put the smallest value under the root. The slope
# of a root at 0 is infinite, and infinite times 0 is not a number. (`logits.std(...)` is
# the exception: torch sets its slope at 0 to 0, so there `clamp_min(0.01)` may follow.)
#
# </details>
#
# </details>

# %%
# go on: 02-guard
constant = torch.zeros(1, 4, requires_grad=True)
zscore(constant)[0, 0].backward()  # labkit's zscore has the guard inside
print(f"slope at a constant row: {constant.grad.abs().max():.0f} per logit unit")

# %% [markdown]
# The authors' code adds 1e-7 to the deviation, which keeps the *value* finite and lets
# the slope grow to millions. Gradient clipping then turns such a batch into one step in
# the direction of a single row. The guard changes nothing elsewhere.

# %% [markdown]
# ## 7. The measured answer
#
# The runs of section 5 were small. `labkit reproduce beyond` trained one student with
# each soft loss on SST-2, a two-class set of the paper, with more texts and all test
# sentences; the cell reads its file. **Predict:** where does the z-score end, seen from
# labels alone? And do its seeds agree as well as those of the other losses?

# %%
# fold: it shows a box for your prediction
end_guess = predictions.number(
    "02-end", "z-score minus labels only on SST-2", "points", close=3, hopeful="high"
)

# %%
from IPython.display import HTML
from labkit.experiments.adversarial import verdict_table
from labkit.experiments.adversarial.printed_numbers import printed
from labkit.experiments.results import read_rows

told = [
    line for line in verdict_table.shipped("beyond")
    if line.dataset in ("sst2", "subj") and line.claim.startswith("Soft loss")
]
for line in told:
    if line.dataset == "sst2" and "z-score" in line.claim:
        end_guess.beside(100 * (float(line.accuracy) - float(line.labels_only)))
HTML(verdict_table.as_html(told))

# %%
file = paths.results("adversarial") / "beyond.csv"
rows = read_rows(file) if file.exists() else []
for line in (one for one in told if "z-score" in one.claim):
    low, high = float(line.accuracy_low), float(line.accuracy_high)
    print(f"z-score on {line.dataset}: {float(line.accuracy):.1%}")
    print(f"95 % interval: {low:.1%} to {high:.1%}")
    print(f"labels only: {float(line.labels_only):.1%}, floor: {float(line.floor):.1%}")
    own = [r for r in rows if (r["dataset"], r["option"]) == (line.dataset, "zscore")]
    print("single seeds:", ", ".join(f"{float(row['accuracy']):.1%}" for row in own))
    for row in (one for one in printed("table2") if one.dataset == line.dataset):
        where = "inside" if low <= row.accuracy <= high else "outside"
        print(f"the paper's {row.arm} student: {row.accuracy:.1%}, {where} of it")

# %% [markdown]
# <details><summary>What it says, and what it does not</summary>
#
# Compare the single seeds with labels only and with each other. A loss that is merely
# idle would leave each of them where the labels alone do; one that kicks now and then
# spoils a run by how often it kicks, and a wide interval is the trace of it. Three seeds
# may not suffice to say how much harm that does on average: read the word of the line.
# A printed number near the lower end of our interval is a result that such kicks could
# give. It is no proof that they did: the paper does not print its code, its epochs or
# its rates. No line can show a gain by what a z-score keeps at two classes, a sign: the
# labels have that already. A set that is missing above was not run.
#
# </details>

# %% [markdown]
# ### What would leave a first stage at chance?
#
# The paper speaks of a z-score "on the outputs of each model" (section 3.2). Taken
# literally, the cross-entropy would see z-scored outputs as well. `labkit reproduce
# forensics` trained a student in both ways, on all training rows. **Predict:** which of
# the two ends near the paper's first stage? And what is needed to leave it again?

# %%
# fold: it draws the diagram
from labkit.course.lesson_02 import place_diagram

place_diagram.where_it_stands()

# %%
# fold: it shows a box for your prediction
stage_guess = predictions.choice(
    "02-stage", "at chance, as the paper's first stage on SST-2",
    ("neither", "the loss as printed", "z-scores in both losses", "both"),
)

# %%
from labkit.experiments.forensics.pictures import first_stages_picture

suspects = paths.results("forensics") / "forensics_verdicts.csv"
every = verdict_table.shipped(file=suspects)
lines = [one for one in every if one.dataset in ("sst2", "subj")]
if lines:  # the first two lines are the two ways, on SST-2
    low = [line.word == "reproduced" for line in lines[:2]]
    stage_guess.beside(stage_guess.options[low[0] + 2 * low[1]])
HTML(verdict_table.as_html(lines))

# %%
stages = paths.results("forensics") / "forensics.csv"
first_stages_picture(read_rows(stages)) if stages.exists() else "no shipped stages"

# %% [markdown]
# <details><summary>What it says, and what it does not</summary>
#
# The loss as printed does no such harm. With z-scored outputs in *both* losses nothing
# can move at two classes, not even the labels; a second stage with ordinary
# cross-entropy then gains as much as the paper reports, and needs no adversary for it.
# On SUBJ an adversary on the raw logits brings the student back as well; on SST-2 its
# seeds disagree. Steps that are too small leave SST-2 as low, but SUBJ only in part: so
# they alone are not the reason. None of this is proof of what the authors ran.
#
# </details>

# %% [markdown]
# ## What you now know
#
# The z-score frees the student from the teacher's scale and keeps C - 2 numbers of a
# row. It pays with confidence, which the cross-entropy then sets alone. At two classes
# nothing is left and the gradient is gone, while plain KL, logit MSE, a batch scale and
# DIST's part over the batch still carry something.

# %% [markdown]
# ## Three questions
#
# 1. A colleague z-scores at two classes and reports a gain. Which arm do you ask for?
#
# <details><summary>An answer</summary>
#
# Labels alone, with the same steps, seeds and learning rate: the soft loss has no
# gradient there, so the gain should vanish. Then plain KL, to see what the teacher
# can give.
#
# </details>
#
# 2. Why does one scale for the whole batch keep information that one per row loses?
#
# <details><summary>An answer</summary>
#
# All rows are divided by the same number, so a sure row stays longer than a doubtful
# one. The teacher's overall size is gone, which texts it doubts is not.
#
# </details>
#
# 3. Where would you be glad that a loss is blind to how sure the teacher is?
#
# <details><summary>An answer</summary>
#
# Where the teacher's confidence is worthless: it was trained on these very texts
# until it was sure of all, it comes from another task or scale, or its temperature is
# unknown. And where a small student cannot reach such large logits.
#
# </details>

# %% [markdown]
# ## Further reading
#
# - Sun et al. 2024, logit standardisation: [arXiv:2403.01427](https://arxiv.org/abs/2403.01427)
# - Huang et al. 2022, DIST: [arXiv:2205.10536](https://arxiv.org/abs/2205.10536)
# - Kim et al. 2021, KL or squared error of logits: [arXiv:2105.08919](https://arxiv.org/abs/2105.08919)
# - Guo et al. 2017, calibration and ECE: [arXiv:1706.04599](https://arxiv.org/abs/1706.04599)
# - Müller et al. 2020, more classes for binary tasks: [arXiv:2002.03936](https://arxiv.org/abs/2002.03936)

# %% [markdown]
# ## Quiz
#
# Each choice is answered at once, with its reason. Your first choice is the one that
# counts; nobody but you sees it.

# %%
# fold: it shows the quiz
from labkit.course.lesson_02 import quiz

quiz.QUIZ

# %% [markdown]
# ### Your predictions
#
# What you kept before the runs, beside what they measured.

# %%
# fold: it lists your predictions
from labkit.course import summary

summary.of_lesson("02")

# %%
# fold: it lists what comes next
course_map.onward("02")
