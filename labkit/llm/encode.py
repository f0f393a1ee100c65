"""Prompts and a teacher's answers become token ids, ended by one path for whoever wrote them."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from labkit.llm.teachers.answers import Answer, check_prompts
from labkit.llm.tokens import Pairs, pairs_of

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase


def encode_pairs(
    tokenizer: "PreTrainedTokenizerBase",
    prompts: Sequence[str],
    answers: Sequence[Answer],
    max_prompt: int,
    max_answer: int,
    chat: bool = False,
) -> Pairs:
    """Token ids of prompts and answers; a whole answer gets the tokenizer's end token.

    max_prompt: tokens that a prompt may have; a longer one is refused, since a cut prompt asks
                something else
    max_answer: tokens that an answer may have with its end; a longer one is cut and then has no
                end token, exactly as the student's own answers are cut in a rollout
    chat:       whether prompts go through the tokenizer's chat template as a user's words
    errors: ValueError for empty or long prompts, an answer cut before its first token, an end
            token inside an answer, or a tokenizer without end token

    An empty answer that is whole is the end token alone: the teacher chose to say nothing.
    """
    check_prompts(prompts)
    if len(prompts) != len(answers):
        raise ValueError(f"got {len(prompts)} prompts and {len(answers)} answers, wanted as many")
    eos = end_token(tokenizer)
    asked = [_prompt_ids(tokenizer, prompt, chat) for prompt in prompts]
    _check_lengths(asked, max_prompt)
    said = [_answer_ids(tokenizer, row, answer, eos) for row, answer in enumerate(answers)]
    ended = [
        answer.whole and len(ids) <= max_answer for answer, ids in zip(answers, said, strict=True)
    ]
    return pairs_of(asked, [ids[:max_answer] for ids in said], ended, pad_id=eos)


def encode_prompts(
    tokenizer: "PreTrainedTokenizerBase",
    prompts: Sequence[str],
    max_prompt: int,
    chat: bool = False,
) -> Pairs:
    """Prompts alone, for rollouts; each holds an end token in place of an answer."""
    nothing = [Answer("")] * len(prompts)
    return encode_pairs(tokenizer, prompts, nothing, max_prompt, 1, chat)


def decode_answers(tokenizer: "PreTrainedTokenizerBase", pairs: Pairs) -> list[Answer]:
    """The texts of answers without their end token, and whether they ended."""
    found = []
    rows = zip(
        pairs.answers.tolist(), pairs.answer_lengths.tolist(), pairs.ended.tolist(), strict=True
    )
    for ids, length, ended in rows:
        text = tokenizer.decode(ids[: length - int(ended)], clean_up_tokenization_spaces=False)
        found.append(Answer(str(text), "stop" if ended else "length"))
    return found


def end_token(tokenizer: "PreTrainedTokenizerBase") -> int:
    """The id of the tokenizer's end token; ValueError where it has none."""
    found = tokenizer.eos_token_id
    if not isinstance(found, int):
        raise ValueError(
            f"the tokenizer has the end token {found!r}, wanted exactly one: without it no answer "
            "ever ends; set tokenizer.eos_token"
        )
    return found


def _prompt_ids(tokenizer: "PreTrainedTokenizerBase", prompt: str, chat: bool) -> list[int]:
    if not chat:
        return list(tokenizer(prompt, add_special_tokens=False)["input_ids"])
    words = [{"role": "user", "content": prompt}]
    text = tokenizer.apply_chat_template(words, add_generation_prompt=True, tokenize=False)
    return list(tokenizer(str(text), add_special_tokens=False)["input_ids"])


def _answer_ids(
    tokenizer: "PreTrainedTokenizerBase", row: int, answer: Answer, eos: int
) -> list[int]:
    ids = list(tokenizer(answer.text, add_special_tokens=False)["input_ids"])
    if eos in ids:
        raise ValueError(
            f"the text of answer {row} holds the end token itself ({answer.text[:40]!r}); take it "
            "out, the end is added by `finish`"
        )
    if answer.whole:
        return [*ids, eos]
    if not ids:
        raise ValueError(
            f"answer {row} is empty and not whole (finish {answer.finish!r}), so nothing can be "
            "learnt from it; leave it out or collect it again"
        )
    return ids


def _check_lengths(asked: Sequence[Sequence[int]], most: int) -> None:
    long = [row for row, ids in enumerate(asked) if len(ids) > most]
    if long:
        raise ValueError(
            f"{len(long)} of {len(asked)} prompts are longer than {most} tokens (the first is "
            f"prompt {long[0]} with {len(asked[long[0]])}); leave them out or raise max_prompt"
        )
