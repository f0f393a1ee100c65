# %% [markdown]
# # The black box: learning from text alone
#
# After this lesson you will be able to
#
# - say what SeqKD learns from a teacher's text, and what it never sees;
# - write the parts of GAD: Bradley-Terry, group advantages, a policy loss, one round;
# - predict which of two modes a student keeps, and what the forward KL says about it;
# - recognise a hacked reward: the score rises while the answers get worse;
# - read a table of gains critically: temperature, time, what was lost, how many seeds.
#
# It takes 60 minutes, 29 of them for seven exercises. Last time two models learned
# together and showed each other logits. Today the teacher shows no logits at all: it
# answers, and that is all we get.

# %%
import labkit

labkit.hello("06")

# %%
import pandas as pd
import torch
from IPython.display import HTML

from labkit.course.lesson_06 import checks, fair_check, pictures, shipped, texts
from labkit.experiments.llm import words as task
from labkit.experiments.llm.material import material

# %%
# fold: it draws the map of the course
from labkit.course import course_map, predictions

course_map.here("06")

# %% [markdown]
# Behind most commercial models stands a server that returns text. The paper of today is
# *Black-Box On-Policy Distillation of Large Language Models* (Ye et al. 2025,
# [arXiv:2511.10643](https://arxiv.org/abs/2511.10643)), **GAD** for short. Before you
# collect answers of a real service, read its terms: some forbid training on them.
#
# ## 1. SeqKD, and what it cannot see
#
# Our teacher is a game of words, so that every answer can be checked to the letter. It
# rewrites a word in one of three ways, drawn by chance: backwards (40 %), *latin* (the
# first letter goes to the end, then "ay", 35 %), or its letters sorted (25 %).

# %%
found = material("classroom")  # words from the texts of earlier lessons
for word, answer in task.said_by(found.pairs.rows(torch.arange(0, 24, 3))):
    print(f"{word} -> {answer:10} one of: {texts.right_ways(word)}")

# %% [markdown]
# **SeqKD** (Kim and Rush 2016, [arXiv:1606.07947](https://arxiv.org/abs/1606.07947)) is
# the plain way: learn the teacher's text, token by token. They take its likeliest answer,
# here it is drawn. With $y^\star$ the answer to the prompt $x$ and $M$ the tokens that
# count,
#
# $$L = -\frac{1}{|M|} \sum_{i \in M} \log q(y^\star_i \mid x, y^\star_{<i}).$$

# %% [markdown]
# ### Exercise: the loss of SeqKD (4 minutes, medium ●●○)
#
# `logits` is (answers, tokens, vocabulary), `answers` (answers, tokens) holds token
# ids, `lengths` (answers,) how many of them count, the end token included. Short rows
# are filled *with the end token*. Return the mean over all tokens that count.

# %%
# exercise: 06-seqkd (4 min)
def seqkd_loss(logits, answers, lengths):
    """The student's surprise at the teacher's text, nats per token."""
    # solution
    log_q = logits.log_softmax(-1).gather(2, answers[..., None]).squeeze(2)
    mask = torch.arange(answers.shape[1]) < lengths[:, None]
    return -log_q[mask].mean()
    # stub
    raise NotImplementedError("log q of each answer's tokens, a mask from the lengths")
    # end


# %%
# check: 06-seqkd
checks.seqkd(seqkd_loss)
# hidden
flat = seqkd_loss(torch.zeros(1, 3, 7), torch.tensor([[2, 1, 1]]), torch.tensor([2]))
assert abs(float(flat) - 1.94591) < 1e-4
# end

# %% [markdown]
# <details><summary>Hint 1 of 2</summary>
#
# Two questions: which entry of each row of logits is the teacher's token, and which
# tokens count?
#
# <details><summary>Hint 2 of 2</summary>
#
# `logits.log_softmax(-1).gather(2, answers[..., None])` picks the log-probability of
# each token. `torch.arange(width) < lengths[:, None]` is the mask. Made from ids
# (`answers != 1`) it would lose every true end, and a student that never saw an end
# never stops.
#
# </details>
#
# </details>

# %%
# go on: 06-seqkd
student = found.start(0).model  # 3000 steps of SeqKD; one layer, 32 numbers wide
proxy = found.proxy(0).model  # two layers, 64 wide, the same text
held_out = found.words.validation

# %% [markdown]
# The student is too small to hold three rules at once. **Predict:** of its answers to
# words that it never saw, how many are right in *any* of the three ways?

# %%
# fold: it shows a box for your prediction
right_guess = predictions.number(
    "06-right", "answers that are right in any way", "%", close=5, hopeful="high"
)

# %%
twice = [word for word in held_out for _ in range(2)]
said = {
    name: task.said_by(task.own_answers(model, twice, temperature=1.0))
    for name, model in {"student": student, "larger model": proxy}.items()
}
HTML(texts.side_by_side({name: rows[:16:2] for name, rows in said.items()}))

# %%
shares = {name: texts.still_right(rows) for name, rows in said.items()}
whole = {n: sum(bool(task.style_of(*r)) for r in rows) for n, rows in said.items()}
table = pd.DataFrame(shares, index=[f"first {k} letters" for k in (1, 2, 3, 4)]).T
table["whole answer"] = [whole[name] / len(said[name]) for name in table.index]
right_guess.beside(100 * table["whole answer"]["student"])
table.round(2)

# %% [markdown]
# <details><summary>What to see</summary>
#
# Read a row from left to right. Nearly every first letter begins one of the three right
# answers; then each letter loses some, and few answers arrive. The loss of SeqKD looks
# at the next letter *behind the teacher's own letters*. What the student does behind
# its own mistakes, or behind the first letter of another way, is never asked. So it
# cannot see that its answers are wrong: no answer of its own is in the loss.
#
# </details>
#
# ## 2. A discriminator that reads
#
# GAD lets the student write and asks a second model, the **discriminator** $D$, for one
# number: how much does this answer look like the teacher's? It learns from pairs, the
# teacher's answer against one of the student's to the same prompt, by the loss of
# Bradley and Terry (1952; equation 8 of the paper):
#
# $$L_D = -\log \sigma\big(D(x, y^\star) - D(x, y)\big).$$

# %% [markdown]
# ### Exercise: Bradley-Terry (4 minutes, easy ●○○)
#
# `teacher` has shape (prompts,), `students` (prompts, samples): the teacher's one
# answer to a prompt is compared with each of the student's. Return the mean.

# %%
# exercise: 06-bradley-terry (4 min)
def discriminator_loss(teacher, students):
    """What the discriminator lowers, nats."""
    # solution
    return -torch.nn.functional.logsigmoid(teacher[:, None] - students).mean()
    # stub
    raise NotImplementedError("-log sigmoid of the teacher's minus each student's")
    # end


# %%
# check: 06-bradley-terry
checks.bradley_terry(discriminator_loss)
# hidden
pair = discriminator_loss(torch.tensor([2.0]), torch.tensor([[1.0]]))
assert abs(float(pair) - 0.31326) < 1e-4
# end

# %% [markdown]
# <details><summary>Hint 1 of 2</summary>
#
# Each teacher's score must meet all the scores of its own row. Which shape does that?
#
# <details><summary>Hint 2 of 2</summary>
#
# `teacher[:, None] - students` has shape (prompts, samples).
# `torch.nn.functional.logsigmoid` stays finite where `log(sigmoid(...))` does not.
#
# </details>
#
# </details>

# %%
# go on: 06-bradley-terry
from labkit.llm.discriminator import Discriminator
from labkit.llm.losses import group_bradley_terry
from labkit.llm.measures import pair_accuracy

teachers = found.pairs.rows(torch.arange(0, 1200, 4))  # 300 words, one answer each
first_words = [word for word, _ in task.said_by(teachers)]
theirs = task.own_answers(student, first_words, 1.0)

# %% [markdown]
# The paper's $D$ is a copy of the student with one number read off at the **last**
# token. Two others: the **sum** of such a number over all tokens, and a **likelihood**,
# the log-probability that the *larger model* gives to the answer. That model learned
# from the teacher's text too, so the box stays black. **Predict:** before any step of
# Bradley-Terry, which of the three can tell the two sides apart?

# %%
# fold: it shows a box for your prediction
score_guess = predictions.choice(
    "06-score", "tells the two sides apart best", ("last", "sum", "likelihood")
)

# %%
rows = {}
with torch.no_grad():
    for kind in ("last", "sum", "likelihood"):
        score = Discriminator(found.proxy(0).model, kind)
        real, ours = score(teachers), score(theirs)[:, None]
        loss = group_bradley_terry(real, ours)
        rows[kind] = [float(loss), pair_accuracy(real, ours)]
score_guess.beside(max(rows, key=lambda kind: rows[kind][1]))
pd.DataFrame(rows, index=["loss, nats", "told apart"]).T.round(2)

# %% [markdown]
# <details><summary>What to see</summary>
#
# A fresh head knows nothing: it tells the sides apart about as well as a coin. The
# likelihood needs no step at all. It measures another thing as well, though: it prefers
# *likely* answers, and short ones, whoever wrote them.
#
# </details>
#
# ## 3. From scores to a gradient
#
# Letters are drawn, so no gradient flows through them. GAD does what *GRPO* does
# ([arXiv:2402.03300](https://arxiv.org/abs/2402.03300)): it lets the student answer
# each prompt $N$ times and asks which answer is better than its neighbours,
# $A_i = (r_i - \bar r) / (\mathrm{std}(r) + 10^{-6})$.

# %%
# fold: it draws the diagram
from labkit.course.lesson_06 import group_diagram

group_diagram.group()

# %% [markdown]
# ### Exercise: group advantages (4 minutes, easy ●○○)
#
# `rewards` has shape (prompts, samples). Return the advantages, the same shape, without
# gradient. The spread is torch's usual `std` (n - 1).

# %%
# exercise: 06-advantages (4 min)
def advantages(rewards):
    """How much better each answer is than the others to its prompt."""
    # solution
    rewards = rewards.detach()
    above = rewards - rewards.mean(1, keepdim=True)
    return above / (rewards.std(1, keepdim=True) + 1e-6)
    # stub
    raise NotImplementedError("minus the mean of the group, divided by its spread")
    # end


# %%
# check: 06-advantages
checks.advantages(advantages)
# hidden
assert advantages(torch.tensor([[0.0, 2.0]])).sum().abs() < 1e-6
# end

# %% [markdown]
# <details><summary>Hint 1 of 2</summary>
#
# It is a z-score of each row. What must not flow back?
#
# <details><summary>Hint 2 of 2</summary>
#
# `mean(1, keepdim=True)` and `std(1, keepdim=True)` keep a column that is subtracted
# from, and divides, its own row.
#
# </details>
#
# </details>

# %%
# go on: 06-advantages
from labkit.llm.losses import group_advantages

noise = torch.tensor([[1.0, 1.0, 1.0, 5.0], [1.0, 1.0, 1.0, 1.001]])
group_advantages(noise)

# %% [markdown]
# Look at both rows: dividing by the spread makes a thousandth as loud as a four. Where
# a discriminator is undecided, its noise is taken for a difference.
#
# Now the student's loss: all tokens of a good answer become likelier, those of a bad
# one less likely, $L = -\frac{1}{|M|} \sum_{i, t} A_i \log q(y_{i,t})$.

# %% [markdown]
# ### Exercise: the policy loss (4 minutes, medium ●●○)
#
# `log_q` is (answers, tokens), the student's log-probability of each of its own tokens;
# `advantages` (answers,); `mask` (answers, tokens) is True where a token counts. Return
# the mean over all tokens that count. The advantages are numbers: no gradient.

# %%
# exercise: 06-policy (4 min)
def policy_loss(log_q, advantages, mask):
    """What the student lowers so that better answers become likelier."""
    # solution
    return -(advantages.detach()[:, None] * log_q)[mask].mean()
    # stub
    raise NotImplementedError("minus advantage times log q, one advantage per answer")
    # end


# %%
# check: 06-policy
checks.policy(policy_loss)
# hidden
one = policy_loss(torch.tensor([[-2.0]]), torch.tensor([3.0]), torch.tensor([[True]]))
assert abs(float(one) - 6) < 1e-6
# end

# %% [markdown]
# <details><summary>Hint 1 of 2</summary>
#
# One advantage belongs to all tokens of its answer. How do you multiply (answers,) with
# (answers, tokens)?
#
# <details><summary>Hint 2 of 2</summary>
#
# `advantages.detach()[:, None] * log_q` gives one product per token; `[mask].mean()`
# leaves the filling out.
#
# </details>
#
# </details>

# %%
# go on: 06-policy
from labkit.llm.losses import policy_loss as clipped

log_q = torch.tensor([[-1.0, -2.0]], requires_grad=True)
by_ratio = clipped(log_q, log_q.detach(), torch.tensor([2.0]), torch.ones(1, 2) > 0)
(slope,) = torch.autograd.grad(by_ratio, log_q)
print("slope of the clipped ratio at the first step:", slope.tolist())

# %% [markdown]
# labkit's loss is PPO's: $A$ times the *ratio* of the probabilities now and at
# sampling, clipped. At the first step on fresh answers the ratio is 1 and its slope is
# yours, $-A/|M|$; only a second step on the same answers makes a difference.
#
# ## 4. One round by hand

# %%
# fold: it draws the diagram
from labkit.course.lesson_06 import diagram

diagram.one_round()

# %% [markdown]
# ### Exercise: who goes first (4 minutes, easy ●○○)
#
# Five functions are given: `write()` returns fresh answers, `score(answers)` the
# discriminator's numbers, `discriminator_step(answers)` teaches it,
# `advantages(scores)`, and `student_step(answers, advantages)`. Call each once, in the
# order of the diagram.

# %%
# exercise: 06-round (4 min)
def gad_round(write, score, discriminator_step, advantages, student_step):
    """One round of GAD."""
    # solution
    answers = write()
    scores = score(answers)
    discriminator_step(answers)
    student_step(answers, advantages(scores))
    # stub
    raise NotImplementedError("five lines: follow the numbers of the diagram")
    # end


# %%
# check: 06-round
from labkit.course.lesson_06 import round_check

round_check.one_round(gad_round)
# hidden
seen = []
gad_round(
    lambda: seen.append("w"),
    lambda a: seen.append("s"),
    lambda a: seen.append("d"),
    lambda s: seen.append("a"),
    lambda a, g: seen.append("g"),
)
assert "".join(seen) in ("wsdag", "wsadg")
# end

# %% [markdown]
# <details><summary>Hint 1 of 2</summary>
#
# Write the five names in the order of the diagram. Which ones need the result of
# another?
#
# <details><summary>Hint 2 of 2</summary>
#
# The scores are taken *before* the discriminator has learnt from these very answers.
# The released code then lets the discriminator step first, the student second.
#
# </details>
#
# </details>

# %%
# go on: 06-round
from labkit.llm.rollouts import rollout
from labkit.llm.self_checks import self_check

player, score = found.start(0).model, Discriminator(found.proxy(0).model, "likelihood")
for finding in self_check(player, found.pairs, task.SAMPLING, score):
    print("fine " if finding.fine else "WRONG", finding.check)

# %% [markdown]
# These checks cost a second and catch what ruins such runs in silence: an end token on
# one side only, a score that reads the filling, another temperature in sampling than in
# scoring. Steps 1, 2 and 4, for two words with four answers each:

# %%
few = found.pairs.rows(torch.tensor([0, 40]))
with torch.random.fork_rng():
    torch.manual_seed(3)
    fresh = rollout(player, few.repeat(4), task.SAMPLING)
scores = score(fresh.pairs).detach().view(2, 4)
gains = group_advantages(scores)
rows = [
    [word, texts.marked(word, answer), float(s), float(a)]
    for (word, answer), s, a in zip(
        task.said_by(fresh.pairs), scores.flatten(), gains.flatten(), strict=True
    )
]
pd.DataFrame(rows, columns=["word", "answer", "score", "advantage"]).round(2)

# %% [markdown]
# **Predict:** the discriminator learns from these eight answers, then the student takes
# one step on the advantages. Which answers become likelier?

# %%
# fold: it shows a box for your prediction
moved_guess = predictions.choice(
    "06-moved", "likelier after the step", ("the better answers", "the worse answers")
)

# %%
from labkit.llm.scoring import sequence_log_probs, token_log_probs

optimizer = torch.optim.AdamW(score.parameters(), 1e-4)
judged = group_bradley_terry(score(few), score(fresh.pairs).view(2, 4))
judged.backward()
optimizer.step()  # step 3 of the diagram

before = sequence_log_probs(player, fresh.pairs).detach()
log_q = token_log_probs(player, fresh.pairs)
torch.testing.assert_close(log_q * fresh.pairs.mask, fresh.log_probs)  # ratio 1

# %%
loss = clipped(log_q, fresh.log_probs, gains.flatten(), fresh.pairs.mask)
optimizer = torch.optim.AdamW(player.parameters(), 1e-3)
loss.backward()
optimizer.step()  # step 5
moved = (sequence_log_probs(player, fresh.pairs) - before).detach()
best, worst = moved[gains.flatten() > 0].mean(), moved[gains.flatten() < 0].mean()
print(f"log q of better answers {best:+.2f}, of worse ones {worst:+.2f} nats")
moved_guess.beside(moved_guess.options[bool(best < worst)])
assert best > worst

# %% [markdown]
# <details><summary>Answer</summary>
#
# Those with a positive advantage: the loss weighs each answer's tokens by it, and the
# step is taken on just these answers.
#
# </details>

# %% [markdown]
# That is all of GAD; the rest is 150 such rounds, and the KL of the diagram, a small
# penalty for leaving the student of the beginning.
#
# ## 5. Two ways to be wrong
#
# Too small for everything, what should a student do: a bit of all, or one thing well?
# Two KLs, two answers. $\mathrm{KL}(p\,\|\,q) = \sum p \log (p / q)$, the **forward**
# KL, asks how the student covers the teacher; the **reverse** $\mathrm{KL}(q\,\|\,p)$
# asks whether the teacher would say what the student says.

# %% [markdown]
# ### Exercise: forward and reverse (4 minutes, medium ●●○)
#
# `p` (teacher) and `q` (student) are probabilities of the same values. Return both, in
# nats, the forward first. A value with probability 0 on the weighing side counts 0.

# %%
# exercise: 06-kls (4 min)
def two_kls(p, q):
    """KL(p || q) and KL(q || p)."""
    # solution
    forward = (torch.xlogy(p, p) - torch.xlogy(p, q)).sum()
    reverse = (torch.xlogy(q, q) - torch.xlogy(q, p)).sum()
    return forward, reverse
    # stub
    raise NotImplementedError("sum of p (log p - log q), then with the roles changed")
    # end


# %%
# check: 06-kls
checks.kls(two_kls)
# hidden
sure, even = torch.tensor([1.0, 0.0]), torch.tensor([0.5, 0.5])
assert abs(float(two_kls(sure, even)[0]) - 0.69315) < 1e-4
# end

# %% [markdown]
# <details><summary>Hint 1 of 2</summary>
#
# Both are sums of a weight times a difference of logarithms. Who weighs? And what is 0
# times infinity?
#
# <details><summary>Hint 2 of 2</summary>
#
# `torch.xlogy(p, q)` is p log q, and 0 where p is 0. The forward KL is
# `(torch.xlogy(p, p) - torch.xlogy(p, q)).sum()`.
#
# </details>
#
# </details>

# %%
# go on: 06-kls
from labkit.course.lesson_06 import toy

by_seqkd = toy.fit("SeqKD", mean=4.0, spread=1.5)
last = by_seqkd[-1]
print(f"SeqKD: forward KL {last.forward:.2f}, reverse KL {last.reverse:.2f} nats")

# %% [markdown]
# A world with eleven answers: the teacher says 3 or something near it (70 %), or 8
# (30 %). The student is a Gaussian, two numbers. SeqKD lowers the forward KL. GAD's
# discriminator has one score for each answer; where it has learnt all it can, the score
# is $\log p - \log q$, and its mean over the student's answers is minus the *reverse*
# KL. **Predict** where each ends that starts at 4: SeqKD, GAD, GAD whose discriminator
# is frozen after its warm-up. And GAD that starts at 8?

# %%
# fold: it shows a box for your prediction
mode_guess = predictions.choice(
    "06-mode", "GAD that starts at 8 ends near", ("3", "the middle", "8")
)

# %%
fitted = {
    "SeqKD": by_seqkd,
    "GAD": toy.fit("GAD", 4.0, 1.5),
    "GAD, frozen": toy.fit("GAD, frozen", 4.0, 1.5),
    "GAD from 8": toy.fit("GAD", 8.0, 1.0),
}
end = fitted["GAD from 8"][-1].mean
mode_guess.beside(mode_guess.options[(end > 4.5) + (end > 6.5)])
pictures.mixture(fitted)

# %% [markdown]
# <details><summary>What to see</summary>
#
# SeqKD covers both modes and puts much of its mass between and beside them, where the
# teacher says next to nothing. GAD takes one mode and forgets the other; *which* one
# depends on where it starts, so "mode seeking" is no promise of the larger mode. A
# frozen discriminator still praises what the first student said too rarely: the student
# runs to the best score and sits there, narrower than the teacher.
#
# </details>
#
# ## 6. The word task
#
# One layer of 32 numbers cannot hold three rules. **Predict:** after 150 rounds with a
# likelihood score, what share of the answers is right? And how many of the three ways
# are left?

# %%
# fold: it shows a box for your prediction
won_guess = predictions.number(
    "06-won", "answers right after 150 rounds", "%", close=5, hopeful="high"
)
ways_guess = predictions.number(
    "06-ways", "ways that are left, each with a tenth of the right answers or more",
    "of 3", hopeful="high",
)

# %%
from labkit.experiments.llm.words_sweep import SettingRun, play

player = found.start(0).model
steps = list(play(player, found, SettingRun(score="likelihood", seed=0)))
print(f"{len(steps)} rounds, {sum(step.seconds for step in steps):.0f} s")

# %%
models = {"SeqKD": student, "GAD": player}
first = held_out[:8]
now = {n: task.said_by(task.own_answers(m, first, 1.0)) for n, m in models.items()}
HTML(texts.side_by_side(now))

# %%
judged = {name: task.judged(model, held_out, 1.0) for name, model in models.items()}
shares = [judged["GAD"][way] / judged["GAD"]["right"] for way in task.STYLES]
won_guess.beside(100 * judged["GAD"]["right"])
ways_guess.beside(sum(share >= 0.1 for share in shares))
pictures.ways_of_answering(judged)

# %%
columns = ["right", "style_entropy", "forward_kl", "length", "distinct_2"]
print(pd.DataFrame(judged).T[columns].round(2))
assert judged["GAD"]["right"] > judged["SeqKD"]["right"]
assert judged["GAD"]["forward_kl"] > judged["SeqKD"]["forward_kl"]

# %% [markdown]
# <details><summary>What to see</summary>
#
# Much is won: several times as many right answers. And something is lost that the first
# column does not show: ways of answering. The forward KL to the teacher, which only we
# can compute because we own the box, is far worse. Whether that is a good trade depends
# on what the student is for. GAD did not decide it, and its score does not report it.
#
# </details>
#
# ### Live
#
# Start the panel with *likelihood*, then with *sum* and a *frozen* discriminator (a
# scalar head first learns alone for 200 steps; the student stands still meanwhile).
# The left curve is what GAD maximises, the right one what we want. **Predict** for each
# run whether they agree. Stop whenever you have seen enough.

# %%
# after: live.run_now()
from labkit.course.lesson_06.live_panel import live_panel

live = live_panel(found)
live

# %%
live.static_twin() if live.steps else "press Start above, then run this cell"

# %% [markdown]
# <details><summary>Answer</summary>
#
# With likelihood both curves rise. With a frozen sum the left one rises and the right
# one need not: the next section looks into that.
#
# </details>

# %% [markdown]
# ## 7. The hacked score
#
# One head, warmed up for 100 steps, and two students of the same first weights. Against
# one it stays **frozen**, as reward models often are; with the other it goes on
# learning. **Predict** both curves for both.

# %%
# fold: it shows a box for your prediction
hacked_guess = predictions.choice(
    "06-hacked", "against the frozen head the share of right answers",
    ("rises", "falls"),
)

# %%
from labkit.course.lesson_06 import hacking

warm = hacking.warmed(found)
fooled, frozen_looks = hacking.followed(found, warm, frozen=True)
rival, learning_looks = hacking.followed(found, warm, frozen=False)

# %%
looks = {"frozen": frozen_looks, "learns on": learning_looks}
assert frozen_looks[-1][1] > frozen_looks[0][1]
assert frozen_looks[-1][2] < frozen_looks[0][2]
fell = frozen_looks[-1][2] < frozen_looks[0][2]
hacked_guess.beside(hacked_guess.options[fell])
pictures.score_and_truth(looks)

# %%
models = {"frozen": fooled, "learns on": rival}
first = held_out[:8]
now = {n: task.said_by(task.own_answers(m, first, 1.0)) for n, m in models.items()}
HTML(texts.side_by_side(now))

# %% [markdown]
# <details><summary>What to see</summary>
#
# The frozen score rises and the answers die: the student has found texts that this head
# likes, and it likes them although the teacher would never say them. Nothing in the
# training curve warns you; only a measure from outside does, here the exact check. The
# head that learns on is not fooled for long; whether it teaches anything is another
# question: see whether its right curve gets above where it began.
#
# </details>
#
# ### Every setting
#
# The shipped runs of kind of score, leash, group and freezing, on validation words.
# **Use the panel to answer:** is a frozen *likelihood* hacked, too? Does the leash (KL
# weight 0.2) save a frozen *sum*? What do groups of two cost?

# %%
# after: panel.try_corners() if panel else None
from labkit.course.lesson_06 import settings_panel
from labkit.experiments.llm import words_sweep_table

runs = words_sweep_table.shipped()
panel = settings_panel.panel(runs) if runs.curves else None
panel or shipped.missing("llm_words_sweep")

# %%
settings_panel.static_twin(runs) if runs.curves else "no shipped settings to draw"

# %%
settings_panel.shares(runs).round(2) if runs.curves else "no shipped settings"

# %% [markdown]
# <details><summary>What to see</summary>
#
# Only the likelihood gets far above where it began, and frozen or not: it was a good
# model before the game. A frozen *sum* is hacked on a weak leash and held by a strong
# one, and the same strong leash costs the likelihood part of its gain. So "frozen gets
# hacked" is a sentence about a score, a leash and a number of steps. Groups of two
# learn less from as many words. Then look how far the seeds of *one* setting lie apart,
# before you call any setting the best.
#
# </details>
#
# ## 8. Read it critically
#
# Eleven arms, five seeds, words that nothing was chosen on. Right and *down* is good:
# many right answers, little of the teacher lost.

# %%
right, lost = shipped.arms("right"), shipped.arms("forward_kl")
pictures.won_and_lost(right, lost) if right else shipped.missing("llm_words")

# %%
from labkit.plots.roles import arm

ways = {way: shipped.arms(way) for way in task.STYLES}
by_arm = {
    arm(name).name: {way: ways[way][name].mean for way in task.STYLES} for name in right
}
pictures.ways_of_answering(by_arm) if right else shipped.missing("llm_words")

# %% [markdown]
# <details><summary>What to see</summary>
#
# The honest limits stand in this picture. A hand that keeps one way, and plain SeqKD on
# what it keeps, is right every time, in less time: whoever can sort the teacher's
# answers needs no GAD. The larger model, whose likelihood is the reward, covers far
# more. And the paper's own discriminator, a head on the last token, stays with the weak
# arms here.
#
# </details>
#
# **The temperature control.** A student that is asked at a lower temperature says
# likelier things. **Predict:** how much of GAD's gain does SeqKD get for free, by being
# asked at 0.5, or for its likeliest answer?

# %%
# fold: it shows a box for your prediction
free_guess = predictions.number(
    "06-free", "share of GAD's gain that SeqKD gets by its best temperature",
    "% of the gain", close=10,
)

# %%
names = ["seqkd_longer", "gad_likelihood", "gad_sum"]
heats = {name: shipped.by_temperature(name) for name in names}
pictures.over_temperature(heats) if heats["gad_sum"] else shipped.missing("llm_words")

# %% [markdown]
# ### Exercise: a fair gain (5 minutes, medium ●●○)
#
# `gad` maps a seed to GAD's share at temperature 1. `seqkd` maps a seed to a dictionary
# from temperature to SeqKD's share. Give SeqKD, seed by seed, the temperature that
# suits it best; return the mean of GAD minus that, over the seeds that both have.

# %%
# exercise: 06-fair (5 min)
def fair_gain(gad, seqkd):
    """GAD at temperature 1 minus SeqKD at each seed's best temperature."""
    # solution
    both = gad.keys() & seqkd.keys()
    return sum(gad[seed] - max(seqkd[seed].values()) for seed in both) / len(both)
    # stub
    raise NotImplementedError("for each seed of both: GAD minus the rival's best")
    # end


# %%
# check: 06-fair
fair_check.fair(fair_gain)
# hidden
assert abs(fair_gain({7: 0.5}, {7: {1.0: 0.1, 0.5: 0.2}}) - 0.3) < 1e-9
# end

# %% [markdown]
# <details><summary>Hint 1 of 2</summary>
#
# Each seed chooses its own best temperature for SeqKD. Which seeds may be compared at
# all?
#
# <details><summary>Hint 2 of 2</summary>
#
# `max(seqkd[seed].values())` is the rival's best. `gad.keys() & seqkd.keys()` are the
# seeds of both.
#
# </details>
#
# </details>

# %%
# go on: 06-fair
from labkit.experiments.llm.claims import BEST

gad = {seed: own[1.0] for seed, own in heats["gad_likelihood"].items()}
seqkd = heats["seqkd_longer"]
gaps = [[gad[s] - seqkd[s][1.0], gad[s] - max(seqkd[s].values())] for s in gad]
columns = ["both at temperature 1", "SeqKD at its best"]
table = pd.DataFrame(gaps, gad, columns)
table.loc["mean"] = table.mean()
at_one, at_best = table.loc["mean"]
free_guess.beside(100 * (1 - at_best / at_one))
table.round(3)

# %%
lines = shipped.verdict_lines()
at_best = [float(one["difference"]) for one in lines if one["temperature"] == BEST]
assert not lines or abs(table.loc["mean"].iloc[1] - at_best[0]) < 1e-3
shipped.counted(lines) if lines else shipped.missing("llm_words")

# %% [markdown]
# On this task the control takes a part of the gain, not all. On *real text* it takes all:
# the last table of lesson 07 has GAD behind a SeqKD whose text varies as much. So a table
# of on-policy gains without this column says little.
#
# **The verdicts**, paired by seed. *Reproduced*: the interval lies above 0, and p after
# Holm over all lines below 0.05. *Cannot be told*: these seeds decide neither. Five
# seeds, three larger models: an arm that varies much needs more.

# %%
HTML(shipped.as_html(lines))

# %% [markdown]
# <details><summary>How to read it</summary>
#
# Find three lines. With a likelihood score, is GAD better than SeqKD of equal time, and
# still at SeqKD's best temperature? With the paper's last token, what is the word? And
# *learning with the student helps the score*: the claim that gave the method its name.
# Where the word is "cannot be told", read the interval: it says how large an effect
# could still hide. Then the last two lines: what the gain was paid with.
#
# </details>
#
# ### The paper, and a replication
#
# The paper's main table: a judge model compares an answer with a reference; one number
# per cell, no spread. **Predict:** how often is GAD above SeqKD?

# %%
# fold: it shows a box for your prediction
above_guess = predictions.number(
    "06-above", "the paper's cells with GAD above SeqKD", "%", close=5
)

# %%
from labkit.course.lesson_06 import printed

printed.picture()

# %%
gains = pd.Series(printed.gains())
print(f"GAD above SeqKD in {(gains > 0).sum()} of {len(gains)} cells, as printed")
above_guess.beside(100 * (gains > 0).mean())
print(f"mean {gains.mean():+.1f} points")
pd.Series(printed.replication(), name="another judge's score").to_frame()

# %% [markdown]
# <details><summary>What to see</summary>
#
# In the paper's table all cells agree. The small table is another team's attempt with a
# third of the data, another judge and one run per arm: there GAD ends *below* the
# student that it began with, and replaying older answers only brings it back. Nobody
# can say from one run each which of the differences is luck, and we hold the numbers
# of that attempt, not its address. Others report, without a table, that it worked for
# them. Also ask about length: the paper's 7B student writes about a quarter more than
# its teacher, and judges are known to like long answers.
#
# </details>

# %% [markdown]
# ### A real small model
#
# SmolLM2 with 135 million parameters is its own teacher here: behind a style prompt (one
# short sentence in lower case with an exclamation mark) it answers questions of TREC, and
# SeqKD moves the prompt into the weights. The rule is checked exactly, as above.
# **Predict:** does the style reach questions of another kind, and does the student keep
# the rule more often than its teacher?

# %%
from labkit.experiments.llm_prompt import picture as prompt_picture

prompt_picture.shipped() or shipped.missing("llm_prompt")

# %% [markdown]
# <details><summary>What to see</summary>
#
# The style does reach questions of another kind. Whether the student falls behind its
# teacher these seeds cannot tell, and all of them share their questions. The price
# stands in `data/results/llm/llm_prompt_verdicts.csv`: plain text that nobody asked for
# has become more surprising.
#
# </details>
#
# The box is open here: teacher and student are the same weights, so every loss of lesson
# 07 can be asked beside SeqKD. All arms begin with one SeqKD student and take equally
# many steps, not equal time. A mark is temperature 1, the tail SeqKD's lower ones.
# **Predict:** which arms come nearer to the teacher in reverse KL, and do the same arms
# keep the rule?

# %%
from labkit.experiments.llm_prompt_arms import picture as arms_picture

arms_picture.shipped() or shipped.missing("llm_prompt_arms")

# %% [markdown]
# <details><summary>What to see</summary>
#
# Nearer in KL and yet out of style: in these runs the losses on logits lower both KLs and
# keep the rule less often than the SeqKD student that they began with, at temperature 1.
# A KL is a mean over all tokens, and the rule hangs on few: the first letter, the mark at
# the end, no capital between. Step sizes were chosen by the KLs as well, from two that
# were tried, so a choice by style might rank the arms otherwise: say first what you want
# to have. How many seeds each arm has stands at the head of
# `data/results/llm/llm_prompt_arms.csv`; the lines beside it give each difference with
# its interval and the smallest that would have been seen, where there are enough of them.
#
# </details>
#
# The answers are shipped, so the training can be watched: two minutes or so, if the model
# is there (`labkit fetch smollm2`). Below the curve stands what it says to one question.

# %%
from labkit.course.lesson_06 import prompt_panel

watched = None if prompt_panel.missing() else prompt_panel.prompt_panel()
watched or prompt_panel.missing()

# %%
ran = watched and watched.steps
watched.static_twin() if ran else "press Start above, then run this cell"

# %% [markdown]
# ## What you saw
#
# SeqKD never meets its own mistakes. GAD lets the student write and a second model
# compare: Bradley-Terry, advantages within a group, a policy step, in that order. It
# seeks a mode, and pays in coverage. A score that stands still can be hacked; where it
# was a good model to begin with, it was not here, and five seeds cannot tell whether
# learning on adds anything. A gain counts after temperature, time and losses.

# %% [markdown]
# ## Five questions
#
# 1. Your GAD run's score climbs steadily. What do you look at before you are glad?
#
# <details><summary>Answer</summary>
#
# Something that the discriminator does not decide: an exact check, held-out likelihood
# under another model, length, distinct pairs, the share of empty or cut answers, and
# its accuracy on *fresh* samples. A score is worth what its model is worth.
#
# </details>
#
# 2. On-policy student 0.62, SeqKD 0.48, both sampled at temperature 1. What is missing?
#
# <details><summary>Answer</summary>
#
# SeqKD at lower temperatures and with equal total time, the discriminator's and the
# larger model's training included; seeds; and what was lost (forward KL, entropy of
# the ways, length).
#
# </details>
#
# 3. The discriminator tells the sides apart in 99 of 100 pairs from the first step. A
#    strong discriminator?
#
# <details><summary>Answer</summary>
#
# Rather a leak: an end token on one side only, another tokenizer path, cut answers.
# Score equal text on both sides; it must get equal numbers. And where it is always
# right, Bradley-Terry's gradient is near 0.
#
# </details>
#
# 4. All four answers to a prompt get the same score. What does the group teach?
#
# <details><summary>Answer</summary>
#
# Nothing: all advantages are 0, if the 1e-6 stands beside the spread. If they differ by
# rounding only, dividing by the spread makes noise as loud as a difference.
#
# </details>
#
# 5. You have 5,000 answers of a teacher that you may use, and a rule that sorts out the
#    bad ones. GAD or SeqKD?
#
# <details><summary>Answer</summary>
#
# Sort, then SeqKD: here the hand that filters one way was right every time. GAD is for
# what you cannot write a rule for, and then you cannot check it exactly either: plan
# the measure from outside first.
#
# </details>

# %% [markdown]
# ## Further reading
#
# - Ye et al. 2025, GAD: [arXiv:2511.10643](https://arxiv.org/abs/2511.10643)
# - Kim, Rush 2016, SeqKD: [arXiv:1606.07947](https://arxiv.org/abs/1606.07947)
# - Shao et al. 2024, GRPO: [arXiv:2402.03300](https://arxiv.org/abs/2402.03300)
# - Liu et al. 2025, what dividing by the spread does:
#   [arXiv:2503.20783](https://arxiv.org/abs/2503.20783)
# - Gao, Schulman, Hilton 2022, how far a reward can be pushed:
#   [arXiv:2210.10760](https://arxiv.org/abs/2210.10760)
# - Yu et al. 2016, SeqGAN, the same game ten years ago:
#   [arXiv:1609.05473](https://arxiv.org/abs/1609.05473)

# %% [markdown]
# ## Quiz
#
# Each choice is answered at once, with its reason. Your first choice is the one that
# counts; nobody but you sees it.

# %%
# fold: it shows the quiz
from labkit.course.lesson_06 import quiz

quiz.QUIZ

# %% [markdown]
# ### Your predictions
#
# What you kept before the runs, beside what they measured.

# %%
# fold: it lists your predictions
from labkit.course import summary

summary.of_lesson("06")

# %%
# fold: it lists what comes next
course_map.onward("06")
