"""A tokenizer of letters with an end token that is also the padding, as SmolLM2's is."""

from transformers import PreTrainedTokenizerFast

LETTERS = "abcdefgh "


def tokenizer(eos: str | None = "<end>") -> PreTrainedTokenizerFast:
    """One token for each letter of `LETTERS`; 12 tokens in all, as `tiny_language` has."""
    from tokenizers import Regex, Tokenizer
    from tokenizers.models import WordLevel
    from tokenizers.pre_tokenizers import Split

    names = ["<unknown>", "<end>", *LETTERS, "<spare>"]
    inner = Tokenizer(WordLevel({name: at for at, name in enumerate(names)}, "<unknown>"))
    inner.pre_tokenizer = Split(Regex(""), "isolated")
    from tokenizers.decoders import Fuse

    inner.decoder = Fuse()
    found = PreTrainedTokenizerFast(
        tokenizer_object=inner, unk_token="<unknown>", eos_token=eos, pad_token=eos
    )
    found.chat_template = (
        "{% for m in messages %}{{ m['content'] }}{% endfor %}"
        "{% if add_generation_prompt %} {% endif %}"
    )
    return found
