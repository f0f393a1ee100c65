"""Made-up GLUE tasks and a tokenizer with BERT's marks, for whole models of no size."""

from datasets import Dataset
from transformers import PreTrainedTokenizerFast

from labkit.data.loading import Study
from labkit.evaluation.glue import TASKS
from tests.helpers import tiny


def tokenizer():
    """The words of `tiny` with BERT's two marks around and between texts."""
    from tokenizers.processors import TemplateProcessing

    plain = tiny.tokenizer()
    inner = plain.backend_tokenizer
    inner.post_processor = TemplateProcessing(
        single="word0 $A word1",
        pair="word0 $A word1 $B:1 word1:1",
        special_tokens=[("word0", 2), ("word1", 3)],
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=inner, pad_token="[PAD]", unk_token="[UNK]", sep_token="word1"
    )


def study(name, rows=24):
    task = TASKS[name]
    texts, labels = tiny.texts(rows, max(task.classes, 2))
    columns = {"text_a": texts, "text_b": texts[::-1]} if task.pair else {"text": texts}
    columns["label"] = [float(label) for label in labels] if task.regression else labels
    made = Dataset.from_dict(columns)
    return Study(name, made, made, made, (), "made up")
