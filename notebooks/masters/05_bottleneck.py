# %% [markdown]
# # Learning together, through a bottleneck
#
# After this lesson you will be able to
#
# - say who learns from whom in online distillation, and write its losses;
# - build a variational bottleneck, and say what each part of its loss does;
# - predict, before training, how much such a bottleneck will remember;
# - read a correlation matrix and a t-SNE picture beside numbers that can contradict it;
# - take a claim of a paper apart into path, feedback, layer, noise and time.
#
# It takes 60 minutes, 28 of them for seven exercises. Last time an adversary joined the
# teacher. Today the teacher itself goes on learning, and its features get squeezed.

# %%
import labkit

labkit.hello("05")

# %%
import pandas as pd
import torch
from IPython.display import HTML

from labkit.course.lesson_05 import checks, feature_checks, pictures, shipped
from labkit.experiments.online.material import material_for
from labkit.experiments.online.plan import LESSON, runs

DATASET = "trec"  # whose shipped runs are shown; "glue_sst2" is the other one

# %%
# fold: it draws the map of the course
from labkit.course import course_map, predictions

course_map.here("05")

# %% [markdown]
# The paper is *Online Knowledge Distillation with Feature Disentanglement* (Li, Zhu,
# Zhou, Chen and Zhu, ICIC 2025), **KDFD** for short. It makes two claims: a teacher
# that learns *beside* its student is better than a finished one, and squeezing the
# teacher's features through a VAE makes them easier to learn. Start this cell, then
# read on.

# %%
asked = next(runs(LESSON, ["online"]))  # 800 questions of TREC, a tiny student, seed 0
material = material_for(asked)
print(len(material.train.labels), "to learn,", len(material.test.labels), "to test")

# %% [markdown]
# The teacher is MiniLM; all but its last layer stands still and was run once. The
# student sees the mean of a question's word vectors and has one hidden layer: it trains
# in under a second, so that an arm can have fifty seeds.
#
# ## 1. Who learns from whom
#
# In lessons 01 to 04 the teacher was finished. **Online** distillation trains both in
# every batch. Follow the numbers:

# %%
# fold: it draws the diagram
from labkit.course.lesson_05 import diagram

diagram.who_learns_from_whom()

# %% [markdown]
# Equation 1 is the student's loss, as in lesson 01, equation 3 the teacher's:
#
# $$L_s = \alpha_s\,\mathrm{CE}(y, S) + (1 - \alpha_s)\,T^2\,\mathrm{KL}(T \,\|\, S)$$
# $$L_t = \alpha_t\,\mathrm{CE}(y, T) + (1 - \alpha_t)\,T^2\,\mathrm{KL}(S \,\|\, T)$$
#
# $\alpha_s = 0.4$, $\alpha_t = 0.9$: the teacher hears mostly the labels. In both, the
# *other* model is the target, comes first in the KL and gets no gradient. The paper
# prints $L_{kd}(T, S)$ in both and no $T^2$: whose mass weighs the teacher's KL, and the
# factor, are our reading.

# %% [markdown]
# ### Exercise: the teacher's loss (6 minutes, medium ●●○)
#
# Return $L_t$, a scalar: the mean over the batch. `teacher` and `student` are logits,
# (batch, classes), `labels` (batch,). The KL compares softened classes and is
# multiplied by temperature squared; the labels see the plain logits.

# %%
# exercise: 05-teacher (6 min)
def teacher_loss(teacher, student, labels, alpha=0.9, temperature=1.5):
    """Equation 3: what the teacher lowers, nats."""
    # solution
    hard = torch.nn.functional.cross_entropy(teacher, labels)
    own = (teacher / temperature).log_softmax(-1)
    target = (student.detach() / temperature).log_softmax(-1)
    soft = (target.exp() * (target - own)).sum(-1).mean()
    return alpha * hard + (1 - alpha) * temperature**2 * soft
    # stub
    raise NotImplementedError("labels with alpha, the student with 1 - alpha")
    # end


# %%
# check: 05-teacher
checks.teacher(teacher_loss)
# hidden
row = torch.tensor([[1.0, 0.0]], requires_grad=True)
assert abs(float(teacher_loss(row, row, torch.tensor([0]), 0.5, 1.0)) - 0.15663) < 1e-4
# end

# %% [markdown]
# <details><summary>Hint 1 of 2</summary>
#
# You wrote this loss in lesson 01. Who is the target now, and who must not feel the
# gradient?
#
# <details><summary>Hint 2 of 2</summary>
#
# It is lesson 01's loss with the roles changed: `student.detach()` is the target. For
# the KL, take `log_softmax` of both softened rows; `(p * (log_p -
# log_q)).sum(-1).mean()` is KL(p || q).
#
# </details>
#
# </details>

# %%
# go on: 05-teacher
from labkit.losses.kl import soft_kl


def slope(alpha):
    """d loss / d own: one text of class 0, logits (own, 0) beside (other, 0)."""

    def at(own, other):
        leaf = torch.tensor([[own, 0.0]], requires_grad=True)
        hard = torch.nn.functional.cross_entropy(leaf, torch.tensor([0]))
        soft = soft_kl(leaf, torch.tensor([[other, 0.0]]), temperature=1.0)
        (alpha * hard + (1 - alpha) * soft).backward()
        return float(leaf.grad[0, 0])

    return at


# %% [markdown]
# **Two parameters, by hand.** Each model has one number, its logit of the right class;
# the other class has logit 0. With $\sigma$ the sigmoid and temperature 1, the
# teacher's slope is $\alpha_t(\sigma(t) - 1) + (1 - \alpha_t)(\sigma(t) - \sigma(s))$:
# away from the label's certainty, away from the student.

# %%
t, s, alpha = 0.5, -1.0, 0.9
p, q = (1 / (1 + torch.tensor([-t, -s]).exp())).tolist()  # the two sigmoids
by_hand = alpha * (p - 1) + (1 - alpha) * (p - q)
print(f"by hand {by_hand:.6f}, by autograd {slope(alpha)(t, s):.6f}")
assert abs(by_hand - slope(alpha)(t, s)) < 1e-6

# %% [markdown]
# Equations 4 and 5 say who goes first:
# $\theta_t^{m+1} = \theta_t^m - \eta\,\nabla L_t(\theta_t^m, \theta_s^m)$, then
# $\theta_s^{m+1} = \theta_s^m - \eta\,\nabla L_s(\theta_s^m, \theta_t^{m+1})$.
#
# ### Exercise: one step (4 minutes, easy ●○○)
#
# `teacher_slope` and `student_slope` are called with their own parameter first, then
# the other's. Return the teacher's and the student's parameter after one online step.

# %%
# exercise: 05-order (4 min)
def online_step(t, s, teacher_slope, student_slope, rate):
    """Equations 4 and 5: both parameters of step m + 1."""
    # solution
    t = t - rate * teacher_slope(t, s)
    s = s - rate * student_slope(s, t)
    return t, s
    # stub
    raise NotImplementedError("the teacher steps first; from which teacher learns s?")
    # end


# %%
# check: 05-order
checks.order(online_step)
# hidden
assert online_step(1.0, 1.0, lambda o, x: 1.0, lambda o, x: x, 1.0) == (0.0, 1.0)
# end

# %% [markdown]
# <details><summary>Hint 1 of 2</summary>
#
# Look at the index of the teacher in the second equation: m, or m + 1?
#
# <details><summary>Hint 2 of 2</summary>
#
# Two lines, in the order of the equations. The second one uses the *new* t.
#
# </details>
#
# </details>

# %%
# go on: 05-order
def path(step, count=12):
    """(teacher, student) over some steps from 0.5 and -1."""
    places = [(0.5, -1.0)]
    for _ in range(count):
        places.append(step(*places[-1]))
    return places


# %% [markdown]
# **Predict:** a frozen teacher at logit 0.5, the paper's order, and mutual learning
# (both from step m). Which student ends highest? Do the last two differ visibly?

# %%
# fold: it shows a box for your prediction
path_guess = predictions.choice(
    "05-path", "the student ends highest with", ("frozen", "teacher first", "mutual")
)

# %%
of_t, of_s, rate = slope(0.9), slope(0.4), 1.0
frozen = path(lambda t, s: (t, s - rate * of_s(s, t)))
first = path(lambda t, s: (new := t - rate * of_t(t, s), s - rate * of_s(s, new)))
both = path(lambda t, s: (t - rate * of_t(t, s), s - rate * of_s(s, t)))
paths = {"frozen": frozen, "teacher first": first, "mutual": both}
path_guess.beside(max(paths, key=lambda name: paths[name][-1][1]))
pictures.paths_of_two(paths)

# %% [markdown]
# <details><summary>What to see</summary>
#
# With a frozen teacher the student stops between the teacher and the label. A teacher
# that goes on learning takes it along. Whether the student sees the teacher of step m
# or m + 1 is one step of delay, no more. And most of the rise has nothing to do with
# feedback: the teacher hears the student with weight 0.1.
#
# </details>

# %% [markdown]
# ### Live
#
# Start *online*, then *frozen teacher* with the same seed. The loss drawn is that on
# the labels, so that ways can be compared. **Predict** which is better, and how much
# longer it takes. *No feedback* is the control: the teacher learns beside the student,
# $\alpha_t = 1$.

# %%
# after: trainer.run_now()
from labkit.course.lesson_05.online_panel import online_panel

trainer = online_panel(material, asked)
trainer

# %%
trainer.static_twin() if trainer.steps else "press Start above, then run this cell"

# %% [markdown]
# **Equal time.** An online run trains two models. In that time the student of a
# finished teacher, whose own training is not counted here, could learn ten times as
# long and more. That bar is missing in the paper:

# %%
# fold: it shows a box for your prediction
time_guess = predictions.number(
    "05-time", "time of an online run / time of one with a finished teacher",
    "times", close=2,
)

# %%
from labkit.experiments.online.lone_teachers import lone_teacher
from labkit.experiments.online.measure import measure_on

lone_teacher(material, asked)  # the finished teacher, made before the clock runs
named = {
    "frozen teacher": "kd",
    "frozen teacher, ten times the steps": "kd_equal_time",
    "online": "online",
}
found = {n: measure_on(material, next(runs(LESSON, [a]))) for n, a in named.items()}

# %%
timed = {
    name: pictures.Timed(one["student"]["score"], one["cpu_seconds"])
    for name, one in found.items()
}
time_guess.beside(timed["online"].seconds / timed["frozen teacher"].seconds)
pictures.equal_time(timed, found["frozen teacher"]["teacher"]["score"])

# %% [markdown]
# <details><summary>Answer</summary>
#
# Online trains the teacher too: its seconds are more than those of ten times the steps.
# One seed cannot say which way is better: the shipped runs below can.
#
# </details>

# %% [markdown]
# One seed each proves nothing (lesson 00). The shipped runs have up to fifty, the same
# first weights and order in every arm:

# %%
ways = ["kd", "kd_equal_time", "kd_out_of_fold"]
ways += ["online", "online_deaf", "online_mutual"]
by_arm = shipped.arms("kdfd_table3", DATASET)
print(shipped.missing("kdfd_table3"))
pd.DataFrame(
    {arm: vars(by_arm[arm]) for arm in ways if arm in by_arm},
    index=["mean", "low", "high", "n"],
).T.round(3)

# %% [markdown]
# `kd_out_of_fold` is a finished teacher that answers each text without having learned
# from it; `online_deaf` is the control without feedback. If *it* does what online does,
# the gain is the path of a learning teacher, not its listening. The verdicts stand in
# section 6.
#
# ## 2. The passage
#
# KDFD puts a **variational autoencoder** between the teacher's feature $h$ (384 numbers
# per question) and its classes. Two linear heads read $h$: a mean $\mu$ and a
# log-variance. A sample $z = \mu + \sigma\,\varepsilon$ goes to a linear decoder, which
# rebuilds $h$.

# %%
# fold: it draws the diagram
from labkit.course.lesson_05 import passage_diagram

passage_diagram.passage()

# %% [markdown]
# ### Exercise: a sample with a gradient (3 minutes, easy ●○○)
#
# Return $z$, shape (batch, latent), for `noise` $\varepsilon$ drawn from N(0, 1). The
# gradient must reach both heads: this is the *reparameterisation* of Kingma and Welling
# ([arXiv:1312.6114](https://arxiv.org/abs/1312.6114)).

# %%
# exercise: 05-sample (3 min)
def sample(mean, log_variance, noise):
    """A sample of N(mean, variance), written so that both heads can learn."""
    # solution
    return mean + (0.5 * log_variance).exp() * noise
    # stub
    raise NotImplementedError("the mean, plus standard deviation times noise")
    # end


# %%
# check: 05-sample
checks.sample(sample)
# hidden
assert float(sample(torch.zeros(1), torch.full((1,), 2.0), torch.ones(1))) > 2.7
# end

# %% [markdown]
# <details><summary>Hint 1 of 2</summary>
#
# Draw from N(0, 1) first; then move and stretch the draw, so that mean and deviation
# stand in a formula.
#
# <details><summary>Hint 2 of 2</summary>
#
# The variance is `log_variance.exp()`, the standard deviation its square root, which is
# `(0.5 * log_variance).exp()`.
#
# </details>
#
# </details>

# %%
# go on: 05-sample
from labkit.models.bottlenecks import reparameterised

mean, log_variance, noise = torch.randn(3, 2, 4)
torch.testing.assert_close(
    reparameterised(mean, log_variance, noise), mean + log_variance.exp().sqrt() * noise
)

# %% [markdown]
# The loss of the passage (equation 7) is the price of a bad rebuild plus the price of
# remembering, the KL of each text's $N(\mu, \sigma^2)$ to N(0, 1):
#
# $$L_{\mathrm{VAE}} = \tfrac12 \|h - \hat h\|^2
#   + \beta \sum_i \tfrac12 (\mu_i^2 + \sigma_i^2 - \ln \sigma_i^2 - 1)$$
#
# The paper has $\beta = 1$ and weighs the whole by $\lambda$: $L = L_t + \lambda
# L_{VAE}$.

# %% [markdown]
# ### Exercise: how much is remembered (4 minutes, easy ●○○)
#
# Return the KL in nats: the sum over the latent dimensions, the mean over the texts.
# `mean` and `log_variance` have shape (batch, latent).

# %%
# exercise: 05-kl (4 min)
def remembered(mean, log_variance):
    """KL(N(mean, variance) || N(0, 1)) of a text, nats, mean over the batch."""
    # solution
    each = 0.5 * (mean.square() + log_variance.exp() - log_variance - 1)
    return each.sum(dim=1).mean()
    # stub
    raise NotImplementedError("the formula above, summed over dim 1, then the mean")
    # end


# %%
# check: 05-kl
checks.kl(remembered)
# hidden
assert abs(float(remembered(torch.full((2, 3), 2.0), torch.zeros(2, 3))) - 6) < 1e-5
# end

# %% [markdown]
# <details><summary>Hint 1 of 2</summary>
#
# Write the bracket of the formula for one dimension. Then: over what is the sum, and
# over what the mean?
#
# <details><summary>Hint 2 of 2</summary>
#
# $\sigma^2$ is `log_variance.exp()`, and $\ln \sigma^2$ is `log_variance` itself. Test
# yourself: at mean 0 and log-variance 0 the answer is 0.
#
# </details>
#
# </details>

# %%
# go on: 05-kl
from labkit.losses.vae import vae_loss

rebuilt, kept = vae_loss(noise, noise + 1, mean, log_variance)
print(f"half the squared error over 4 numbers {rebuilt:.2f}, KL {kept:.2f} nats")

# %% [markdown]
# Now a real one. A teacher that learned from labels stands still, and its 384 features
# pass 64 numbers. The *class head* reads the mean, never the sample. **Predict:** how
# much accuracy do we lose on the way from 384 to 64?

# %%
# fold: it shows a box for your prediction
lost_guess = predictions.number(
    "05-lost", "test accuracy in 384 features minus that behind 64 numbers of a VAE",
    "points", close=0.5, hopeful="low",
)

# %%
from labkit.evaluation.clusters import linear_probe
from labkit.evaluation.measures import accuracy, nll
from labkit.experiments.online.facts.frozen import lesson_features
from labkit.methods.online.bottleneck_run import FitConfig, fit
from labkit.models.bottlenecks import BottleneckConfig

features = lesson_features()
how = FitConfig(steps=600)  # some seconds per fit
fits = {
    name: fit(features.train, features.train_labels, config, how)
    for name, config in {
        "linear, 64": BottleneckConfig("linear", 64),
        "VAE, 64": BottleneckConfig("vae", 64, weight=0.005),
    }.items()
}

# %%
with torch.no_grad():
    said = {name: one(features.test).logits for name, one in fits.items()}
right = features.test_labels
whole = linear_probe(features.train, features.train_labels, features.test, right)
lost_guess.beside(100 * (whole - accuracy(said["VAE, 64"], right)))
rows = {name: [accuracy(x, right), nll(x, right)] for name, x in said.items()}
pd.DataFrame(rows, index=["test accuracy", "test nll, nats"]).T.round(3)

# %% [markdown]
# <details><summary>Answer</summary>
#
# Hardly any. Six classes need few directions, and 64 numbers have room for them.
#
# </details>

# %% [markdown]
# Look at both columns. Accuracy hardly moves; what moves is the nll: how much the model
# loses where it is sure and wrong. To a head that reads the mean, the KL is a weight on
# $\mu^2$, so the VAE *calibrates*. So does a plain square of the mean: keep that
# control in mind.
#
# ## 3. Known before training
#
# Mean head, log-variance head and decoder are linear. Such a VAE is *probabilistic PCA*
# (Lucas et al. 2019, [arXiv:1911.02469](https://arxiv.org/abs/1911.02469)): it finds
# the directions of largest variance, and keeps those whose variance is worth the price
# $\beta$. With $e_i$ the eigenvalues of the features' covariance, dimension $i$ carries
#
# $$\mathrm{KL}_i = \max(0, \tfrac12 \ln (e_i / \beta)) \quad \text{nats.}$$

# %% [markdown]
# ### Exercise: predict the nats (4 minutes, easy ●○○)
#
# `eigenvalues` has shape (width,) and may hold zeros. Return the nats of each
# dimension, the same shape.

# %%
# exercise: 05-nats (4 min)
def predicted(eigenvalues, beta):
    """What each dimension of a linear VAE will carry, nats."""
    # solution
    return 0.5 * (eigenvalues / beta).clamp(min=1).log()
    # stub
    raise NotImplementedError("half the logarithm of the ratio, never below 0")
    # end


# %%
# check: 05-nats
feature_checks.nats(predicted)
# hidden
assert float(predicted(torch.tensor([0.0, 9.0]), 1.0).sum()) < 1.1
# end

# %% [markdown]
# <details><summary>Hint 1 of 2</summary>
#
# The formula works on all eigenvalues at once. Only the logarithm of numbers below 1
# needs care.
#
# <details><summary>Hint 2 of 2</summary>
#
# `(eigenvalues / beta).clamp(min=1)` turns every ratio below 1 into 1, whose logarithm
# is 0. This also takes care of an eigenvalue of 0.
#
# </details>
#
# </details>

# %%
# go on: 05-nats
from labkit.evaluation.pca_vae import eigenvalues, measured_nats, predicted_nats

strength = eigenvalues(features.scaled)  # (384,), the largest first
print("the largest:", [round(one, 1) for one in strength[:8].tolist()])

# %% [markdown]
# **Use the panel to answer:** beta is a water line; what stands above it is kept. At
# which beta are ten dimensions left? At which one three? Write down the nats for 1, 4
# and 16.

# %%
# after: water.try_corners()
from labkit.course.lesson_05 import beta_panel

water = beta_panel.panel(strength)
water

# %%
water.static_twin(beta=(1, 4, 16))

# %% [markdown]
# Now train them: no labels, rebuild and KL alone. Does the network find what you wrote
# down?

# %%
def nats_at(beta, reduction="sum"):
    """What a VAE of 64 numbers remembers: (trained, predicted)."""
    config = BottleneckConfig("vae", 64, 1.0, beta, reduction)
    whole = FitConfig(steps=300, batch_size=800, learning_rate=3e-2)
    trained = fit(features.train, None, config, whole)
    wanted = predicted_nats(features.scaled, 64, beta, reduction)
    return measured_nats(trained, features.train), wanted


nats = {f"beta {beta:g}": nats_at(beta) for beta in (1.0, 4.0, 16.0)}
got, wanted = nats["beta 4"]
assert abs(got.total - wanted.total) < 0.2 * wanted.total
pictures.nats(nats)

# %% [markdown]
# The dots lie near the line, and their sums agree: what this VAE remembers was decided
# by the features and $\beta$, before the first step. Where dots and line part,
# eigenvalues lie close to one another or to $\beta$: such directions are mixed, or
# learned last.
#
# **The trap.** Many programs average the squared error over the width:
# `F.mse_loss(rebuilt, h)`. **Predict** the nats at beta 1, written like that.

# %%
# fold: it shows a box for your prediction
mean_guess = predictions.number(
    "05-mean", "nats at beta 1 with a mean over the width", "nats", close=0.2
)

# %%
nats = {"sum, beta 1": nats["beta 1"], "mean, beta 1": nats_at(1.0, "mean")}
nats["sum, beta 384"] = nats_at(384.0)
mean_guess.beside(nats["mean, beta 1"][0].total)
assert nats["mean, beta 1"][0].total < 0.2
pictures.nats(nats)

# %% [markdown]
# <details><summary>Answer</summary>
#
# A mean over 384 numbers makes the rebuild 384 times cheaper, which is beta 384.
# Nothing is worth its price: the VAE **collapses**, and its KL of 0 looks like a
# success in the log. "KL warm-up" and "free bits" are often repairs of this slip.
#
# </details>
#
# And $\lambda$? It weighs rebuild and KL *together*, so it cannot move the water line.
# KDFD varies $\lambda$ (Figure 5) and has no $\beta$.

# %% [markdown]
# ## 4. Why 64?
#
# The paper squeezes 768 features into 64 and finds that some widths help. But classes
# are $W_c (W_\mu h + b) + c$: two linear maps after one another are *one*, $W_c W_\mu$,
# of shape (classes, 384).

# %% [markdown]
# ### Exercise: the rank of two maps (4 minutes, medium ●●○)
#
# `head` is (classes, latent), `mean_head` (latent, width). Return how many independent
# directions of $h$ the classes are read from: the rank of the product. Count singular
# values above a hundred-thousandth of the largest; rounding leaves none at exactly 0.

# %%
# exercise: 05-rank (4 min)
def rank_of_both(head, mean_head):
    """Directions of the features that the classes are read from."""
    # solution
    values = torch.linalg.svdvals(head @ mean_head)
    return int((values > 1e-5 * values[0]).sum())
    # stub
    raise NotImplementedError("multiply, then torch.linalg.svdvals, then count")
    # end


# %%
# check: 05-rank
feature_checks.rank(rank_of_both)
# hidden
assert rank_of_both(torch.eye(2), torch.ones(2, 5)) == 1
# end

# %% [markdown]
# <details><summary>Hint 1 of 2</summary>
#
# Two linear maps after one another are one matrix. Its rank counts the directions.
#
# <details><summary>Hint 2 of 2</summary>
#
# `torch.linalg.svdvals(head @ mean_head)` gives the singular values, the largest first.
#
# </details>
#
# </details>

# %%
# go on: 05-rank
def both_maps(width, steps=200):
    """Class head times mean head of a trained linear bottleneck, (classes, 384)."""
    config = BottleneckConfig("linear", width)
    short = FitConfig(steps=steps)
    one = fit(features.train, features.train_labels, config, short)
    return (one.to_classes.weight @ one.to_mean.weight).detach()


# %% [markdown]
# **Predict:** TREC has six classes. How many directions do the classes of a bottleneck
# 256 wide use? 64 wide? 4 wide?

# %%
# fold: it shows a box for your prediction
rank_guess = predictions.number(
    "05-rank", "directions that the classes use of a bottleneck 256 wide", "directions"
)

# %%
values = {width: torch.linalg.svdvals(both_maps(width)) for width in (256, 64, 4)}
rank_guess.beside(int((values[256] > 1e-5 * values[256][0]).sum()))
pictures.singular_values(values, material.task.classes)

# %% [markdown]
# Never more than the classes, whatever the width: at the class head nothing is compressed
# before the latent has fewer numbers than there are classes. So "64 helps" cannot be a
# matter of capacity. VAEs of four widths on these features, and then whole online runs:

# %%
from labkit.experiments.frozen_fits.shipped import shipped_cells

cells = shipped_cells()
of_fits = {w: one.accuracy for (w, b, x), one in cells.items() if (b, x) == (1, 0.005)}
pictures.widths(of_fits, "VAE on frozen features") if cells else "no shipped fits"

# %%
of_runs = {int(w): one for w, one in shipped.sweep("latent", DATASET).items()}
name = "student, VAE on the teacher"
pictures.widths(of_runs, name) if of_runs else shipped.missing("kdfd_figure5")

# %% [markdown]
# <details><summary>What to see</summary>
#
# Where the intervals of neighbouring widths overlap, a "best width" is the luckiest
# one. Look also at the narrowest, 4 numbers for six classes: on frozen features it does
# as well as the others. Does it in the online runs?
#
# </details>
#
# ## 5. Pictures, and numbers beside them
#
# Figure 3 of the paper shows the covariance of 16 dimensions of its student on RTE as
# colours and calls the result *disentangled*; ours are those of the teacher. A picture of
# colours can be compared only if it has a number.

# %% [markdown]
# ### Exercise: one number and its noise (3 minutes, medium ●●○)
#
# Return two numbers for `features`, (rows, width): the mean of $|r|$ over all pairs of
# different dimensions, and what independent dimensions would show on so many rows,
# $\sqrt{2 / (\pi \cdot \mathrm{rows})}$.

# %%
# exercise: 05-noise (3 min)
def correlated(features):
    """Mean absolute correlation off the diagonal, and its noise level."""
    # solution
    matrix = torch.corrcoef(features.T).abs()
    beside = ~torch.eye(len(matrix), dtype=torch.bool)
    return float(matrix[beside].mean()), (2 / (torch.pi * len(features))) ** 0.5
    # stub
    raise NotImplementedError("torch.corrcoef of the columns, without the diagonal")
    # end


# %%
# check: 05-noise
feature_checks.noise(correlated)
# hidden
assert abs(correlated(torch.eye(4))[0] - 1 / 3) < 1e-5
# end

# %% [markdown]
# <details><summary>Hint 1 of 2</summary>
#
# Correlate the columns with each other, then leave out what every column shares with
# itself.
#
# <details><summary>Hint 2 of 2</summary>
#
# `torch.corrcoef` wants one row per dimension, so give it `features.T`. A mask
# `~torch.eye(width, dtype=torch.bool)` takes everything but the diagonal.
#
# </details>
#
# </details>

# %%
# go on: 05-noise
from labkit.evaluation.features import off_diagonal, off_diagonal_elsewhere

found = off_diagonal(features.test)
print(f"mean |r| of the first 16, {found.rows} test texts: {found.value:.3f}")
print(f"95 % interval: {found.low:.3f} to {found.high:.3f}")
print(f"what chance alone gives, sqrt(2 / (pi n)): {found.noise:.3f}")

# %% [markdown]
# **Predict the order**, from the most to the least correlated: the original features, a
# linear bottleneck, an autoencoder (no noise, no KL), the VAE, and PCA.

# %%
# fold: it shows a box for your prediction
order_guess = predictions.choice(
    "05-order", "the most correlated space",
    ("original", "linear", "AE", "VAE 0.005", "PCA"),
)

# %%
from labkit.experiments.frozen_fits import pictures as drawn
from labkit.experiments.online.facts.spaces import spaces, twins

seen = spaces(features)
numbers = twins(features, seen)
shown = ("original", "linear", "AE", "VAE 0.005", "PCA")
order_guess.beside(max(shown, key=lambda name: numbers[name].correlation.value))
drawn.matrices({name: seen[name] for name in shown}, numbers)

# %% [markdown]
# <details><summary>What to see</summary>
#
# The claim holds against the autoencoder and the linear bottleneck: noise and KL do
# take correlations away. But it is PCA that the VAE finds, and PCA itself, which needs
# no training, is at least as good. "The first 16" is arbitrary, too: the next cell
# shows other sixteens of the same features, and the same features *rotated*, which
# changes no distance and no linear classifier.
#
# </details>

# %%
elsewhere = off_diagonal_elsewhere(features.test)
print(f"other sixteens of the original: {min(elsewhere):.2f} to {max(elsewhere):.2f}")
print(f"rotated: {numbers['random rotation'].correlation.value:.2f}")

# %% [markdown]
# **t-SNE.** Figure 4 shows tighter clusters "after". t-SNE draws neighbours, and its
# *perplexity* says how many. Each picture below carries its silhouette, near 1 when
# classes lie apart. **Predict:** what moves that number more, the method (down) or the
# perplexity (across)?

# %%
from labkit.data import study

names = study(asked.dataset).label_names
strip = {name: seen[name] for name in ("original", "VAE 0.005", "random projection")}
drawn.strip(strip, features.test_labels, names, rows=200)

# %% [markdown]
# <details><summary>Answer</summary>
#
# Read the numbers down and across. A row that changes as much along the perplexity as a
# column does along the methods shows no method.
#
# </details>

# %% [markdown]
# The same spaces in numbers that no perplexity can move: the silhouette in the space
# itself, and a linear probe, the accuracy of a logistic regression on these features
# ([arXiv:1610.01644](https://arxiv.org/abs/1610.01644)).

# %%
columns = ["mean |r|", "silhouette", "linear probe"]
table = {
    name: [twin.correlation.value, twin.silhouette, twin.probe]
    for name, twin in numbers.items()
}
pd.DataFrame(table, index=columns).T.round(3)

# %% [markdown]
# Read the table by rows: is the space with the tightest classes also the one that reads
# best? A random projection asked no data at all. How far below the others is it?
#
# ### The grid
#
# **Use the panel to answer:** choose lambda 0.005 and move beta to 384: the nats are
# gone; is the accuracy, too? Then do the same at lambda 1.

# %%
# after: panel.try_corners()
from labkit.course.lesson_05 import bottleneck_panel, live_fit
panel = bottleneck_panel.panel(cells) if cells else None
panel or "no shipped fits here: `labkit frozen-fits` makes them in minutes"

# %% [markdown]
# <details><summary>What to see</summary>
#
# At lambda 1 the trained nats follow their prediction, but for the narrowest passage at
# the lowest beta. At lambda 0.005 narrow passages carry more than predicted: the labels
# push the means apart, and the VAE is two hundred times quieter than they are. So the
# classes survive a beta of 384, and an "empty" latent still classifies. At lambda 1 a
# collapsed VAE takes them with it. From beta 1 on the width is hardly seen in the
# accuracy, as section 4 told.
#
# </details>
#
# All cells, for print, and one cell to train here, in a few seconds:

# %%
bottleneck_panel.static_twin(cells) if cells else "no shipped fits to draw"

# %%
# after: live.run_now()
live = live_fit.live_fit_panel(features, cells) if cells else None
live or "no shipped fits to compare with"

# %% [markdown]
# ## 6. The paper's own numbers
#
# What do the tables say by themselves, before any run of ours? Three differences,
# number by number: the VAE alone minus vanilla distillation, all of KDFD minus vanilla,
# and KDFD minus its closest rival. **Predict** the mean of each.

# %%
# fold: it shows a box for your prediction
vae_guess = predictions.number(
    "05-vae", "VAE alone minus vanilla, as printed", "points", close=0.3, hopeful="high"
)
whole_guess = predictions.number(
    "05-whole", "all of KDFD minus vanilla, as printed", "points",
    close=0.3, hopeful="high",
)

# %%
from labkit.course.lesson_05 import printed_pictures
from labkit.experiments.online.facts.printed_numbers import gap

vanilla, whole = ("table3", "vanilla_kd"), ("table3", "kdfd")
pairs = {
    "VAE alone - vanilla": (("table2", "vae"), vanilla),
    "KDFD - vanilla": (whole, vanilla),
    "KDFD - ICR-KD": (("table1", "kdfd"), ("table1", "icr_kd")),
}
means = {
    name: [gap(*pair).mean, gap(*pair, without=["cola"]).mean, gap(*pair).up]
    for name, pair in pairs.items()
}
index = ["mean, points", "without CoLA", "numbers above 0"]
pd.DataFrame(means, index=index).T.round(2)

# %%
vae_guess.beside(means["VAE alone - vanilla"][0])
whole_guess.beside(means["KDFD - vanilla"][0])
printed_pictures.differences(
    {name: printed_pictures.gaps(*pair) for name, pair in pairs.items()}
)

# %% [markdown]
# <details><summary>Answer</summary>
#
# Grey is what the size of the test set alone explains, for one of the two numbers;
# seeds come on top. The VAE alone, in the paper's own tables, leaves the grey on one
# number of twelve, QQP's accuracy, and is level on average; what remains of KDFD's gain
# leans on one task. So online training, not the VAE, would be the place to look.
#
# </details>

# %% [markdown]
# ### A theorem about something else
#
# The paper calls $\mu$ *robust* and $\sigma$ *unrobust*, and proves in its appendix
# that they are independent. What it proves: the **sample** mean and variance of draws
# from one normal distribution are. **Predict:** does that hold for other distributions?
# And for two learned heads that read the same $h$?

# %%
# fold: it shows a box for your prediction
heads_guess = predictions.choice(
    "05-heads", "mean and log-variance of two heads over the same features are",
    ("independent", "dependent"),
)

# %%
from labkit.evaluation.independence import dependence, helmert, means_and_variances

turn = helmert(8)  # the appendix' rotation: its first row gives the mean
torch.testing.assert_close(turn @ turn.T, torch.eye(8, dtype=turn.dtype))
samples = {n: means_and_variances(n) for n in ("normal", "uniform", "exponential")}
theorem = {name: dependence(*pair) for name, pair in samples.items()}
pictures.theorem(samples, theorem)

# %% [markdown]
# Distance correlation sees every kind of dependence, not straight lines alone
# ([arXiv:0803.4101](https://arxiv.org/abs/0803.4101)). It is above 0 for independent
# numbers, too, and more so in many dimensions; so each value stands on that of shuffled
# rows.

# %%
from labkit.evaluation.independence import class_from_log_variance
from labkit.evaluation.pca_vae import two_heads

vae = fits["VAE, 64"]
mu, spread = two_heads(vae, features.test)
of_heads = dependence(mu, spread)
heads_guess.beside(heads_guess.options[of_heads.p <= 0.05])
pictures.dependences({**theorem, "mean and log-variance": of_heads})

# %%
train_mu, train_spread = two_heads(vae, features.train)
sides = (features.train_labels, spread, features.test_labels)
share = class_from_log_variance(train_spread, *sides)
most = right.bincount().max() / len(right)
print(f"class from the log-variance alone {share:.3f}, largest class {most:.3f}")
assert share > most

# %% [markdown]
# <details><summary>Answer</summary>
#
# Two heads over the same $h$ are not independent, and the "unrobust" one knows the
# class. The theorem is right; it speaks of draws, not of heads.
#
# </details>
#
# ### The verdicts
#
# Each claim with its control, paired by seed, Holm over the lines of a table. *Holds*:
# the interval lies above 0, and p after Holm below 0.05. *Does not hold*: the interval
# reaches 0 or less and ends below the paper's gap, or below half a point. *Open*: these
# seeds decide neither. *Seen from* is the smallest difference that they would have
# shown four times in five.

# %%
tables = [f"kdfd_{n}" for n in ("table3", "table2", "bottlenecks", "places", "table1")]
lines = shipped.verdict_lines(*tables)
print("\n".join(filter(None, [shipped.counted(lines), shipped.missing(*tables)])))
key = [one for one in lines if one["said"] in shipped.KEY_CLAIMS]
HTML(shipped.as_html(key))

# %% [markdown]
# <details><summary>How to read it</summary>
#
# Go through one data set from top to bottom. Is the whole method better than a frozen
# teacher? Is online? Is it still when the frozen teacher's student may learn as long?
# If the *listening* line is open or does not hold, what online gives is the path, not
# the feedback. Then the VAE: compare what it does for **its teacher**, in score and in
# nll, with what it does for the **student's** score, and look whether both data sets
# agree. A better teacher need not be a better lesson; what a student does take over is
# how sure it should be.
#
# </details>
#
# All lines, the questions that the paper does not ask among them:

# %%
rest = [one for one in lines if one not in key]
HTML(shipped.as_html(rest))

# %% [markdown]
# ## What you now know
#
# Online distillation is two losses and an order; a control without feedback says
# whether listening matters, ten times the steps say whether time does. A linear VAE is
# PCA with a water line: beta decides what is kept, lambda how loudly it is asked for, a
# `mean` drains it. Head and mean are one map of a handful of directions. A matrix and a
# t-SNE picture are read beside numbers, noise levels and a rotation.

# %% [markdown]
# ## Five questions
#
# 1. Your VAE's KL falls to 0 in the first epoch and accuracy is fine. What do you look
#    at?
#
# <details><summary>Answer</summary>
#
# The reduction of the rebuild: a mean over the width is beta times the width. And what
# the class head reads: if it reads the mean, the classes survive a collapsed KL at
# small lambda.
#
# </details>
#
# 2. A paper reports "ours, with bottleneck, beats distillation". Which arm is missing?
#
# <details><summary>Answer</summary>
#
# The same bottleneck with lambda 0. The extra layer alone changes the head's step size
# and its first weights.
#
# </details>
#
# 3. Online distillation wins by half a point, five seeds. What would you run first?
#
# <details><summary>Answer</summary>
#
# The teacher without feedback and the offline student at equal time, with enough seeds.
# How many, the scatter of paired differences says: `seeds_needed(0.5, spread=1.3)` of
# `labkit.experiments.online.plan` counts them for a scatter of 1.3 points, as in our
# first try. Five seeds of that see only differences well above a point.
#
# </details>
#
# 4. Two t-SNE pictures, one with tighter clusters. What do you ask for?
#
# <details><summary>Answer</summary>
#
# Both at several perplexities, the silhouette and a linear probe in the spaces
# themselves, and a random projection beside them.
#
# </details>
#
# 5. Widths 16 to 384 are level. Does that show that 16 numbers are enough for a text?
#
# <details><summary>Answer</summary>
#
# For *these classes, read linearly*: with six of them at most six directions count. For
# another task on the same features it shows nothing.
#
# </details>

# %% [markdown]
# ## Further reading
#
# - Kingma, Welling 2013, the VAE: [arXiv:1312.6114](https://arxiv.org/abs/1312.6114)
# - Lucas et al. 2019, collapse and linear VAEs:
#   [arXiv:1911.02469](https://arxiv.org/abs/1911.02469)
# - Zhang et al. 2018, deep mutual learning:
#   [arXiv:1706.00384](https://arxiv.org/abs/1706.00384)
# - Shi et al. 2020, ProKT, a teacher's path as a lesson:
#   [arXiv:2010.13505](https://arxiv.org/abs/2010.13505)
# - Alemi et al. 2017, the variational information bottleneck:
#   [arXiv:1612.00410](https://arxiv.org/abs/1612.00410)
# - Wattenberg, Viégas, Johnson 2016, how to use t-SNE:
#   [doi.org/10.23915/distill.00002](https://doi.org/10.23915/distill.00002)

# %% [markdown]
# ## Quiz
#
# Each choice is answered at once, with its reason. Your first choice is the one that
# counts; nobody but you sees it.

# %%
# fold: it shows the quiz
from labkit.course.lesson_05 import quiz

quiz.QUIZ

# %% [markdown]
# ### Your predictions
#
# What you kept before the runs, beside what they measured.

# %%
# fold: it lists your predictions
from labkit.course import summary

summary.of_lesson("05")

# %%
# fold: it lists what comes next
course_map.onward("05")
