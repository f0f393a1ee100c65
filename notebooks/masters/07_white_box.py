# %% [markdown]
# # When the box is open: two KLs, own text, and an adversary
#
# After this lesson you will be able to
#
# - write both KLs, of one token and of a whole answer, and say what each punishes;
# - predict what a student that is too small does under each of them;
# - tell learning on the teacher's text from learning on the student's own;
# - find the bug that makes a gradient penalty teach nothing;
# - catch a discriminator that reads padding or a level, before it trains;
# - read a plane of two KLs with the control that most tables lack.
#
# It takes 50 minutes, 26 of them for six exercises. In lesson 06 the teacher gave text
# and nothing else. Today its logits are open: a **white box**.

# %%
import labkit

labkit.hello("07")

# %%
import copy

import torch
from IPython.display import HTML

from labkit.course.lesson_07 import checks, discriminator_checks, kl_panel, pictures
from labkit.course.lesson_07.results_panel import ResultsPlane, verdict_table

# %%
# fold: it draws the map of the course
from labkit.course import course_map, predictions

course_map.here("07")

# %% [markdown]
# ## 1. Two KLs of one token
#
# A language model says a row of probabilities for the next token: the teacher $p$, the
# student $q$, both over the vocabulary. There are two ways to ask how far apart they
# are, in nats:
#
# $$\mathrm{KL}(p\|q) = \sum_v p_v (\ln p_v - \ln q_v), \qquad
#   \mathrm{KL}(q\|p) = \sum_v q_v (\ln q_v - \ln p_v)$$
#
# The first, with the teacher's weights, is called *forward*, the second *reverse*. Some
# manuals exchange the two words: trust the formula.

# %% [markdown]
# ### Exercise: both KLs (5 minutes, easy ●○○)
#
# `teacher` and `student` are logits, (rows, vocabulary). Return the pair (forward,
# reverse), each of shape (rows,), in nats.


# %%
# exercise: 07-kls (5 min)
def both_kls(teacher, student):
    """KL(teacher || student) and KL(student || teacher) of each row."""
    # solution
    log_p, log_q = teacher.log_softmax(-1), student.log_softmax(-1)
    forward = (log_p.exp() * (log_p - log_q)).sum(-1)
    reverse = (log_q.exp() * (log_q - log_p)).sum(-1)
    return forward, reverse
    # stub
    raise NotImplementedError("log_softmax both, then two sums")
    # end


# %%
# check: 07-kls
checks.kls(both_kls)
# hidden
rows = torch.tensor([[0.0, 0.0]]), torch.tensor([[1.0, 0.0]])
assert abs(float(both_kls(*rows)[0]) - 0.12011) < 1e-4
# end

# %% [markdown]
# <details><summary>Hint 1 of 2</summary>
#
# Each KL is a mean of a difference of logarithms. Whose probabilities weigh it?
#
# <details><summary>Hint 2 of 2</summary>
#
# Take `log_softmax(-1)` of both. The probabilities are its `exp()`. Each KL is one sum
# over the last dimension.
#
# </details>
#
# </details>

# %%
# go on: 07-kls
from labkit.llm.losses import forward_kl, reverse_kl

rows, all_count = torch.randn(2, 1, 3, 5), torch.ones(1, 3, dtype=torch.bool)
print(f"forward {forward_kl(rows[0], rows[1], all_count):.3f} nats per token")
print(f"reverse {reverse_kl(rows[0], rows[1], all_count):.3f} nats per token")

# %% [markdown]
# **A student that is too small.** The teacher below likes two groups of tokens; the
# student is one bump, with a centre and a spread. **Predict:** where does the forward
# KL put the bump, and where does the reverse KL? Then look for both minima by hand.

# %%
# fold: it shows a box for your prediction
bumps = ("on the larger mode", "between the modes", "on the smaller mode")
forward_guess = predictions.choice("07-forward", "the forward KL puts the bump", bumps)
reverse_guess = predictions.choice("07-reverse", "the reverse KL puts it", bumps)

# %%
# after: panel.try_corners()
panel = kl_panel.panel()
panel

# %%
panel.static_twin(kind=("forward KL", "reverse KL"), centre=(3, 6))

# %% [markdown]
# <details><summary>What to see</summary>
#
# Forward KL: a token that the teacher says and the student does not costs much, so a
# wide bump between the modes wins. It *covers*, and says tokens in the middle that the
# teacher never says. Reverse KL: a token that the student says and the teacher does not
# costs much, so a narrow bump on one mode wins. It *seeks*, and forgets the other mode.
#
# </details>
#
# Gradient descent finds them too. Look at the third run: the reverse KL that starts
# nearer to the small mode.

# %%
teacher = kl_panel.two_modes(0.4)
found = {
    "forward KL": kl_panel.fitted(teacher, "forward KL", 6.5),
    "reverse KL": kl_panel.fitted(teacher, "reverse KL", 4.0),
    "reverse KL, other start": kl_panel.fitted(teacher, "reverse KL", 8.0),
    "JSD": kl_panel.fitted(teacher, "JSD", 4.0),
}


# %%
def where(centre):
    """Which of the three places a centre is in; the modes are at 3 and 9."""
    return bumps[(centre > 4.5) + (centre > 7.5)]


forward_guess.beside(where(found["forward KL"][0]))
reverse_guess.beside(where(found["reverse KL"][0]))
pictures.fits(teacher, found)

# %% [markdown]
# <details><summary>What to see</summary>
#
# The reverse KL has a minimum on each mode, and the start decides. A result such as
# "mode seeking finds the main mode" is a result about the start as well.
#
# </details>
#
# ### Exercise: between the two (4 minutes, medium ●●○)
#
# The generalised Jensen-Shannon divergence of GKD
# ([arXiv:2306.13649](https://arxiv.org/abs/2306.13649)) compares both with a mixture:
# $\beta\,\mathrm{KL}(p\|m) + (1-\beta)\,\mathrm{KL}(q\|m)$ with
# $m = \beta p + (1-\beta) q$. `p` and `q` are probabilities, (vocabulary,), above 0.


# %%
# exercise: 07-jsd (4 min)
def mixed(p, q, beta):
    """The generalised JSD of teacher p and student q, nats."""
    # solution
    m = beta * p + (1 - beta) * q
    first = (p * (p.log() - m.log())).sum()
    second = (q * (q.log() - m.log())).sum()
    return beta * first + (1 - beta) * second
    # stub
    raise NotImplementedError("the mixture first, then two KLs to it")
    # end


# %%
# check: 07-jsd
checks.jsd(mixed)
# hidden
half = torch.tensor([0.5, 0.5])
assert abs(float(mixed(half, half, 0.3))) < 1e-6
# end

# %% [markdown]
# <details><summary>Hint 1 of 2</summary>
#
# Make the mixture first. Both KLs compare with it, so where does it stand in each?
#
# <details><summary>Hint 2 of 2</summary>
#
# `m` comes second in both KLs. Its shares and the weights of the KLs both follow beta.
#
# </details>
#
# </details>

# %%
# go on: 07-jsd
from labkit.llm.losses import jsd

logits = torch.tensor([[[3.0, 0.0, 0.0]]]), torch.tensor([[[0.0, 0.0, 3.0]]])
one = torch.ones(1, 1, dtype=torch.bool)
for beta in (0, 0.01, 0.5, 0.99, 1):
    print(f"beta {beta:<4} {jsd(*logits, one, beta=beta):.3f} nats")

# %% [markdown]
# **Trap.** At 0 and 1 the two KLs stand *by definition*; just beside them the formula
# is nearly 0. A beta of 0.01 pulls like forward KL, but a hundred times more weakly:
# beside another loss, or at the same step size without Adam, it is almost no loss.
#
# ## 2. Whole answers
#
# An answer of two tokens $y = (a, b)$ has probability $p_1(a)\,p_2(b|a)$. The logarithm
# turns the product into a sum, so the KL of whole answers is the KL of the first token
# plus the *expected* KL of the second.

# %% [markdown]
# ### Exercise: the KL of two tokens (4 minutes, medium ●●○)
#
# `p1`, `q1`: (vocabulary,) probabilities of the first token; `p2`, `q2`: (vocabulary,
# vocabulary), row $a$ for the second token after $a$. Return KL(p || q) of whole
# answers, a scalar.


# %%
# exercise: 07-chain (4 min)
def whole_kl(p1, q1, p2, q2):
    """KL(p || q) of answers of two tokens, nats."""
    # solution
    first = (p1 * (p1 / q1).log()).sum()
    second = (p2 * (p2 / q2).log()).sum(-1)
    return first + (p1 * second).sum()
    # stub
    raise NotImplementedError("how often does each row of the second token count?")
    # end


# %%
# check: 07-chain
checks.chain(whole_kl)
# hidden
flat, tilted = torch.tensor([0.5, 0.5]), torch.tensor([0.9, 0.1])
square = flat.repeat(2, 1)
assert abs(float(whole_kl(flat, flat, square, square))) < 1e-6
assert abs(float(whole_kl(tilted, flat, square, square)) - 0.36806) < 1e-4
# end

# %% [markdown]
# <details><summary>Hint 1 of 2</summary>
#
# Every first token opens its own row of second tokens. How often is each row met, and
# by whom?
#
# <details><summary>Hint 2 of 2</summary>
#
# `(p2 * (p2 / q2).log()).sum(-1)` has one KL for each first token. Weigh it by how often
# the *writer* of the text, here p, says that first token.
#
# </details>
#
# </details>

# %%
# go on: 07-chain
from labkit.course.lesson_07 import diagram

diagram.who_writes_who_judges()

# %% [markdown]
# Whoever comes first in the KL **writes**. The forward KL of answers is read on the
# teacher's text, the reverse KL on the *student's*. So "reverse KL on the teacher's
# text" is cheap, needs no sampling, and is not the reverse KL of answers: it never
# visits the places where the student goes wrong. *On-policy* distillation does.
#
# ### Exercise: what counts (3 minutes, easy ●○○)
#
# Answers end at different places. `each` holds a KL for each place, (answers, width);
# `lengths` says how many of each row count. Return the mean per counted token.


# %%
# exercise: 07-mask (3 min)
def per_token(each, lengths):
    """The mean of what counts; whatever stands behind an answer's end does not."""
    # solution
    mask = torch.arange(each.shape[1]) < lengths[:, None]
    return each[mask].mean()
    # stub
    raise NotImplementedError("a mask from the lengths, then one mean")
    # end


# %%
# check: 07-mask
checks.mask(per_token)
# hidden
assert float(per_token(torch.tensor([[4.0, 9.0]]), torch.tensor([1]))) == 4
# end

# %% [markdown]
# <details><summary>Hint 1 of 2</summary>
#
# Which places count can be read from the lengths alone.
#
# <details><summary>Hint 2 of 2</summary>
#
# `torch.arange(width) < lengths[:, None]` is True where a token counts. A mask made
# from token *ids* fails where the padding token is also the end token.
#
# </details>
#
# </details>

# %%
# go on: 07-mask
from labkit.llm.tokens import length_mask

print(length_mask(torch.tensor([3, 1]), 4))

# %% [markdown]
# ## 3. Four students of one teacher
#
# A teacher of 32 numbers per token and students of 8, over twelve tokens: small enough to
# train here. All students begin as the same SeqKD student. **Predict** for each arm:
# which KL falls, which rises?

# %%
# fold: it shows a box for your prediction
low_guess = predictions.choice(
    "07-low", "the lowest reverse KL",
    (
        "forward KL, teacher's text",
        "reverse KL, teacher's text",
        "reverse KL, own text",
    ),
)

# %%
from labkit.llm.causal import build_causal
from labkit.llm.config import Descent, RunConfig
from labkit.llm.rollouts import Sampling, rollout
from labkit.llm.seqkd import seqkd
from labkit.llm.tokens import pairs_of
from labkit.llm.white_box import WhiteBoxConfig, white_box

torch.manual_seed(0)
VOCABULARY, END = 12, 1
how = Sampling(END, max_tokens=8)
teacher = build_causal(VOCABULARY, 32, 1, context=16, seed=1)
teacher.transformer.ln_f.weight.data.mul_(6)  # a teacher that knows what it wants
prompts = torch.randint(2, VOCABULARY, (400, 3)).tolist()
asked = pairs_of(prompts, [[END]] * 400, [True] * 400, END)
given = rollout(teacher, asked, how).pairs

# %%
start = build_causal(VOCABULARY, 8, 1, context=16, seed=2)
steps = list(seqkd(start, given, RunConfig(200, 64, Descent(1e-2))))
print(f"surprise at the teacher's text {steps[-1].loss:.2f} nats per token")


# %%
def student_of(divergence, own_share):
    """A copy of the start, trained for some seconds."""
    student = copy.deepcopy(start)
    config = WhiteBoxConfig(
        steps=120,
        student=Descent(5e-3, warmup_share=0.0),
        divergence=divergence,
        own_share=own_share,
        sampling=how,
    )
    for _ in white_box(student, teacher, given, config):
        pass
    return student


# %%
longer = copy.deepcopy(start)  # the control: as many steps more, and no logits
list(seqkd(longer, given, RunConfig(120, 64, Descent(5e-3))))
students = {
    "SeqKD, where all begin": start,
    "SeqKD, longer": longer,
    "forward KL, teacher's text": student_of("forward_kl", 0.0),
    "reverse KL, teacher's text": student_of("reverse_kl", 0.0),
    "reverse KL, own text": student_of("reverse_kl", 1.0),
    "GKD: JSD, half own text": student_of("jsd", 0.5),
}

# %%
from labkit.llm.scoring import answer_logits


@torch.no_grad()
def place(student):
    """(forward, reverse) KL, each on the text of whoever writes it, nats per token."""
    torch.manual_seed(5)
    own = rollout(student, asked, how).pairs
    forward, reverse = (
        kl(answer_logits(student, text), answer_logits(teacher, text), text.mask)
        for kl, text in ((forward_kl, given), (reverse_kl, own))
    )
    return float(forward), float(reverse)


# %%
places = {name: place(student) for name, student in students.items()}
low_guess.beside(min(low_guess.options, key=lambda name: places[name][1]))
pictures.both_kls(places)

# %% [markdown]
# <details><summary>What to see</summary>
#
# Every arm that sees logits gains on SeqKD, which sees one token of each row, and on
# SeqKD with as many steps. Forward KL goes left, reverse KL goes down, JSD in between.
# Own text and the teacher's text may end close together: this student seldom goes where
# the teacher never is. Training prompts, one teacher, one seed: a picture, no result.
# Section 6 has those.
#
# </details>
#
# ## 4. GAKD: an adversary that reads rows
#
# KLs judge token by token. GAKD (2025) adds a discriminator $D$ that reads the whole
# answer as rows of the vocabulary, from teacher or student, and gives one score. The
# student lowers $\mathrm{CE}/2 + \mathrm{KL}(q\|p)/2 + 0.1 \ln(1 + e^{D(p) - D(q)})$.
# No policy gradient is needed: rows are differentiable.
#
# **What may D read?** Raw logits give their writer away by their level: a model that adds
# 7 to all its logits says the same, and D separates it at once.

# %%
# fold: it draws the diagram
from labkit.course.lesson_07 import game_diagram

game_diagram.game()

# %% [markdown]
# ### Exercise: fair rows (4 minutes, medium ●●○)
#
# `logits`: (answers, tokens, vocabulary), `lengths`: (answers,). Return rows that hold
# what the model *says* and nothing else: log-probabilities, 0 behind an answer's end.


# %%
# exercise: 07-rows (4 min)
def fair(logits, lengths):
    """What the discriminator may read, (answers, tokens, vocabulary)."""
    # solution
    counts = torch.arange(logits.shape[1]) < lengths[:, None]
    return logits.log_softmax(-1).masked_fill(~counts[..., None], 0.0)
    # stub
    raise NotImplementedError("normalise over the vocabulary, then fill behind the end")
    # end


# %%
# check: 07-rows
discriminator_checks.fair_rows(fair)
# hidden
assert float(fair(torch.ones(1, 2, 4), torch.tensor([1]))[0, 1].abs().sum()) == 0
# end

# %% [markdown]
# <details><summary>Hint 1 of 2</summary>
#
# Two things give the writer away: a constant that is added to all logits, and what
# stands behind the end.
#
# <details><summary>Hint 2 of 2</summary>
#
# `log_softmax(-1)` takes away a constant that was added to all logits of a row.
# `masked_fill(~counts[..., None], 0.0)` empties the rows behind the end.
#
# </details>
#
# </details>

# %%
# go on: 07-rows
from labkit.llm.discriminator import LogProbDiscriminator

judge = LogProbDiscriminator(build_causal(VOCABULARY, 8, 1), VOCABULARY)
some = given.rows(torch.arange(4))
with torch.no_grad():
    read = answer_logits(teacher, some).log_softmax(-1)
    print("scores of four answers:", judge(read, some.answer_lengths))

# %% [markdown]
# **A bug to find.** So that D stays smooth, its loss gets a penalty: the squared slope
# of the score at its rows, R1 on the teacher's side and R2 on the student's
# ([arXiv:1801.04406](https://arxiv.org/abs/1801.04406)). The version below follows
# GAKD's released code. It runs, it prints a sensible number, the loss contains it.
# **Predict:** what is wrong?


# %%
# fold: it shows a box for your prediction
bug_guess = predictions.choice(
    "07-bug", "the penalty below", ("teaches too strongly", "teaches nothing")
)

# %%
def published(score, rows):
    """The mean squared slope of the score at its rows, as released."""
    rows = rows.detach().requires_grad_()
    (slope,) = torch.autograd.grad(score(rows).sum(), rows, create_graph=False)
    return slope.square().flatten(1).sum(1).mean()


line = torch.nn.Linear(3, 1)
number = published(lambda rows: line(rows).squeeze(1), torch.randn(4, 3))
print(f"penalty {number:.3f}; can it teach? {number.requires_grad}")
bug_guess.beside(bug_guess.options[not number.requires_grad])

# %% [markdown]
# <details><summary>Answer</summary>
#
# `create_graph=False` throws away how the slope was computed, so the penalty is a
# number without a gradient. Added to a loss it changes its value and no weight.
#
# </details>

# %% [markdown]
# ### Exercise: a penalty that teaches (6 minutes, hard ●●●)
#
# Write it so that its gradient reaches the discriminator's weights. `score` maps rows
# (n, ...) to (n,). Return a scalar: the mean over the rows of the squared norm.


# %%
# exercise: 07-penalty (6 min)
def penalty(score, rows):
    """The mean squared slope of the score at its rows, with a gradient."""
    # solution
    rows = rows.detach().requires_grad_()
    (slope,) = torch.autograd.grad(score(rows).sum(), rows, create_graph=True)
    return slope.square().flatten(1).sum(1).mean()
    # stub
    raise NotImplementedError("what has to be kept so that a slope has a gradient?")
    # end


# %%
# check: 07-penalty
discriminator_checks.penalty(penalty)
# hidden
tried = penalty(lambda rows: line(rows).squeeze(1), torch.randn(4, 3))
assert tried.requires_grad
# end

# %% [markdown]
# <details><summary>Hint 1 of 2</summary>
#
# Print `slope.requires_grad` in the version above. What was thrown away when the slope
# was computed?
#
# <details><summary>Hint 2 of 2</summary>
#
# A slope that shall have a gradient of its own must remember how it was computed: look
# at the arguments of `torch.autograd.grad`.
#
# </details>
#
# </details>

# %%
# go on: 07-penalty
from labkit.llm.gakd import GakdConfig, gakd


def played(weight, gan=0.1):
    """A student after GAKD, and R1 + R2 at each step."""
    student = copy.deepcopy(start)
    judge = LogProbDiscriminator(build_causal(VOCABULARY, 8, 1), VOCABULARY)
    falling = Descent(5e-3, warmup_share=0.0)
    level = Descent(5e-3, warmup_share=0.0, final_share=1.0)
    config = GakdConfig(
        steps=100, student=falling, discriminator=level, penalty=weight, gan=gan
    )
    steps = list(gakd(student, teacher, judge, given, config))
    return student, steps


# %% [markdown]
# A penalty without a gradient trains exactly like none. **Predict** the slopes of D
# over the steps, with a penalty that teaches and with none.

# %%
# fold: it shows a box for your prediction
slope_guess = predictions.choice(
    "07-slope", "at the end the slopes of D without a penalty are",
    ("much smaller", "about as large", "much larger"),
)

# %%
with_penalty, one = played(1.0)
without, other = played(1e-12)  # measured, and as good as unweighted
times = other[-1].penalty / one[-1].penalty
slope_guess.beside(slope_guess.options[(times > 0.5) + (times > 2)])
pictures.slopes(
    {
        "a penalty that teaches": [step.penalty for step in one],
        "no gradient: as if there were none": [step.penalty for step in other],
    }
)

# %% [markdown]
# **And the student?** The control is GAKD without its adversary, `gan=0`: the same
# steps, the same reverse KL. The paper's abstract names no such control.

# %%
alone, _ = played(1.0, gan=0.0)
pictures.both_kls(
    {
        "SeqKD, where all begin": place(start),
        "GAKD": place(with_penalty),
        "GAKD without its penalty": place(without),
        "GAKD without its adversary": place(alone),
    }
)

# %% [markdown]
# <details><summary>What to see</summary>
#
# Without the penalty the slopes grow, and the student hears them louder than its KL: it
# ends further from the teacher. Look where the control without any adversary ends. One
# seed, one teacher: whether the adversary adds anything needs section 6.
#
# </details>
#
# ## 5. A discriminator that reads the wrong thing
#
# Four scores, each with something wrong that no loss curve shows. **Predict** which
# checks will find which.

# %%
# fold: it shows a box for your prediction
found_guess = predictions.number(
    "07-found", "scores in which the checks find something", "of 4", hopeful="high"
)

# %%
from labkit.llm.self_checks import score_findings


def by_width(pairs):
    """The value of the last column of the row."""
    return pairs.answers[:, -1].float()


def by_batch(pairs):
    """How long an answer is beside the others."""
    return pairs.answer_lengths.float() - pairs.answer_lengths.float().mean()


# %%
torch.manual_seed(0)
noisy = torch.nn.Dropout()
scores = {
    "last column": by_width,
    "beside the others": by_batch,
    "dropout left on": lambda pairs: noisy(pairs.answer_lengths.float()),
    "length alone": lambda pairs: pairs.answer_lengths.float(),
}

# %%
sample = given.rows(torch.arange(8))
count = 0
for name, score in scores.items():
    wrong = [one.check for one in score_findings(score, sample) if not one.fine]
    print(f"{name:18} {', '.join(wrong) or 'nothing found'}")
    count += bool(wrong)
found_guess.beside(count)

# %% [markdown]
# <details><summary>What to see</summary>
#
# Three faults are found without any training. The last score passes: it says the same
# of the same text. It is only a bad judge, and for that there is another look: the
# correlation of score and length. Checks find bugs, not bad ideas.
#
# </details>
#
# ## 6. What holds on real text
#
# Questions of TREC: a transformer of 128 numbers per token teaches one of 16. All arms
# begin with the same SeqKD student of their seed and get about equal processor time;
# step sizes were chosen on validation prompts, test prompts were opened once.

# %%
# after: plane.try_corners()
results = ResultsPlane()
plane = results.panel()
plane

# %%
chosen = {"texts": "short answers", "prompts": "held-out questions"}
plane.picture(arms="GAKD", heats="all temperatures", **chosen)

# %% [markdown]
# **Predict, then choose "all temperatures".** Plain SeqKD, sampled at lower
# temperatures, moves along its tail. Which arms lie beyond that tail, and which on it?
#
# <details><summary>What to see</summary>
#
# An arm on SeqKD's tail gives nothing that a temperature does not give for free. This is
# the control to ask for whenever a method "lowers the reverse KL": the KL is computed at
# the temperature of sampling, and diversity stands beside it.
#
# </details>
#
# GAKD's claims, one line each, then GAD's, then ours. A gain above 0 says that the first
# arm is better; p is Holm's over all lines of the file.

# %%
HTML(verdict_table("GAKD"))

# %%
HTML(verdict_table("GAD"))

# %%
HTML(verdict_table("lab"))

# %% [markdown]
# <details><summary>How to read them</summary>
#
# "Reproduced" needs an interval above 0 and a p that survives Holm. "Cannot be told" is
# no proof of absence. Models of this size write bent questions; a claim about Qwen3-8B
# is not refuted here, but its *mechanism* can be looked at, with every control. The same
# losses on SmolLM2, whose teacher is itself behind a prompt, stand in lesson 06 ("A real
# small model"): there a lower KL is not yet the style that was asked for.
#
# </details>
#
# ## What you saw
#
# Who comes first in the KL writes the text and decides what is punished: forward covers,
# reverse seeks. Logits teach more per text than tokens. An adversary needs fair rows, a
# penalty whose gradient arrives, checks before it trains, and a control without it.

# %% [markdown]
# ## Five questions
#
# 1. A manual calls KL(student || teacher) "forward". How do you find out what its code
#    does?
#
# <details><summary>Answer</summary>
#
# Give it a teacher with two modes and a student on one of them. The KL that is large is
# the one that punishes what is missing: KL(teacher || student).
#
# </details>
#
# 2. "Reverse KL on the teacher's text is on-policy distillation." What is wrong?
#
# <details><summary>Answer</summary>
#
# The text: the reverse KL of answers is an expectation over the *student's* answers. On
# the teacher's text the student is never judged where its own errors lead.
#
# </details>
#
# 3. A method halves the reverse KL. Which two numbers do you ask for?
#
# <details><summary>Answer</summary>
#
# Forward KL or diversity (what was given up), and SeqKD at a lower temperature, with its
# KL computed at that temperature (what a knob gives for free). Length is the third.
#
# </details>
#
# 4. D is right in all cases after ten steps. Good news?
#
# <details><summary>Answer</summary>
#
# Rarely. Look for what gives the side away: level of logits, ends on one side only,
# padding, dropout on one side. And its loss has no slope left for the student.
#
# </details>
#
# 5. A released penalty had no gradient, and the paper's numbers are what they are. What
#    may be concluded about the penalty?
#
# <details><summary>Answer</summary>
#
# Nothing: it was not there. The numbers are those of the method without it.
#
# </details>

# %% [markdown]
# ## Further reading
#
# - Kim, Rush 2016, sequence-level distillation:
#   [arXiv:1606.07947](https://arxiv.org/abs/1606.07947)
# - Gu et al. 2023, MiniLLM, reverse KL:
#   [arXiv:2306.08543](https://arxiv.org/abs/2306.08543)
# - Agarwal et al. 2023, GKD, own text:
#   [arXiv:2306.13649](https://arxiv.org/abs/2306.13649)
# - Ko et al. 2024, DistiLLM, skewed KLs:
#   [arXiv:2402.03898](https://arxiv.org/abs/2402.03898)
# - Huang et al. 2025, R3GAN, relativistic loss and penalties:
#   [arXiv:2501.05441](https://arxiv.org/abs/2501.05441)
# - Ye et al. 2025, GAD: [arXiv:2511.10643](https://arxiv.org/abs/2511.10643)
# - GAKD 2025, submitted to ICLR 2026:
#   [openreview.net](https://openreview.net/forum?id=9pfWYxYHAn)

# %% [markdown]
# ## Quiz
#
# Each choice is answered at once, with its reason. Your first choice is the one that
# counts; nobody but you sees it.

# %%
# fold: it shows the quiz
from labkit.course.lesson_07 import quiz

quiz.QUIZ

# %% [markdown]
# ### Your predictions
#
# What you kept before the runs, beside what they measured.

# %%
# fold: it lists your predictions
from labkit.course import summary

summary.of_lesson("07")

# %%
# fold: it lists what comes next
course_map.onward("07")
