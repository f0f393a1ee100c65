"""A quantised GGUF language model turned into safetensors once, so that it loads in a blink."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from labkit.data.catalog import AssetError

if TYPE_CHECKING:
    from torch import Tensor
    from transformers import LlamaConfig

LAYER_PARTS = {
    "attn_norm": "input_layernorm",
    "attn_q": "self_attn.q_proj",
    "attn_k": "self_attn.k_proj",
    "attn_v": "self_attn.v_proj",
    "attn_output": "self_attn.o_proj",
    "ffn_norm": "post_attention_layernorm",
    "ffn_gate": "mlp.gate_proj",
    "ffn_up": "mlp.up_proj",
    "ffn_down": "mlp.down_proj",
}
OTHER_PARTS = {
    "token_embd": "model.embed_tokens",
    "output_norm": "model.norm",
    "output": "lm_head",
}


def convert_folder(folder: Path) -> None:
    """Replace the one GGUF file below `folder` by a transformers model in `folder` itself."""
    found = sorted(folder.rglob("*.gguf"))
    if len(found) != 1:
        raise AssetError(f"{folder.name} holds {len(found)} GGUF files, wanted exactly one")
    convert(found[0], folder)
    found[0].unlink()
    if found[0].parent != folder:
        found[0].parent.rmdir()


def convert(gguf_file: Path, folder: Path) -> None:
    """Write the config, tokenizer and float32 safetensors of a Llama-shaped GGUF model.

    The weights are the dequantised ones, kept in float32: transformers loads a model in the
    type it was saved in, and training in bfloat16 alone loses small updates.
    """
    import torch
    from transformers import AutoTokenizer, GenerationConfig, LlamaForCausalLM

    config, state = read_llama(gguf_file)
    with torch.device("meta"):  # the weights are in memory once, not twice
        model = LlamaForCausalLM(config)
    model.load_state_dict(state, strict=False, assign=True)
    model.tie_weights()
    wanted = {name for name in model.state_dict() if name != "lm_head.weight"}
    if not wanted <= set(state):
        missing = ", ".join(sorted(wanted - set(state))[:3])
        raise AssetError(f"{gguf_file.name} lacks the weights {missing}; fetch the file again")
    ends = {"bos_token_id": config.bos_token_id, "eos_token_id": config.eos_token_id}
    model.generation_config = GenerationConfig(**ends, pad_token_id=config.pad_token_id)
    model.save_pretrained(folder)
    tokenizer = AutoTokenizer.from_pretrained(gguf_file.parent, gguf_file=gguf_file.name)
    tokenizer.save_pretrained(folder)


def read_llama(gguf_file: Path) -> tuple["LlamaConfig", dict[str, "Tensor"]]:
    """The transformers config and the float32 weights, by transformers' names, of a GGUF file."""
    import torch
    from gguf import GGUFReader
    from gguf.quants import dequantize

    reader = GGUFReader(gguf_file)
    said = {name: field.contents() for name, field in reader.fields.items()}
    if said.get("general.architecture") != "llama":
        raise AssetError(
            f"{gguf_file.name} is a {said.get('general.architecture')} model; only Llama-shaped "
            "GGUF files can be turned into safetensors here"
        )
    state = {}
    for tensor in reader.tensors:
        values = torch.from_numpy(dequantize(tensor.data, tensor.tensor_type).copy()).float()
        name = transformers_name(tensor.name)
        if name.endswith(("q_proj.weight", "k_proj.weight")):
            kind = "head_count" if "q_proj" in name else "head_count_kv"
            values = unpermute(values, said[f"llama.attention.{kind}"])
        state[name] = values
    return _config(said, tied="lm_head.weight" not in state), state


def transformers_name(name: str) -> str:
    """The name in a transformers Llama of a GGUF tensor such as `blk.0.attn_q.weight`."""
    parts = name.split(".")
    if parts[0] == "blk":
        return f"model.layers.{parts[1]}.{LAYER_PARTS[parts[2]]}.{parts[3]}"
    return f"{OTHER_PARTS[parts[0]]}.{parts[1]}"


def unpermute(weight: "Tensor", heads: int) -> "Tensor":
    """Rows of a query or key matrix back in the order transformers rotates them.

    GGUF interleaves the two halves of each head (position 0, half, 1, half + 1, ...).
    weight: (heads * width, hidden); returns the same shape
    """
    rows, hidden = weight.shape
    paired = weight.view(heads, rows // heads // 2, 2, hidden)
    return paired.transpose(1, 2).reshape(rows, hidden).contiguous()


def _config(said: Mapping[str, Any], tied: bool) -> "LlamaConfig":
    from transformers import LlamaConfig

    return LlamaConfig(
        vocab_size=len(said["tokenizer.ggml.tokens"]),
        hidden_size=said["llama.embedding_length"],
        intermediate_size=said["llama.feed_forward_length"],
        num_hidden_layers=said["llama.block_count"],
        num_attention_heads=said["llama.attention.head_count"],
        num_key_value_heads=said["llama.attention.head_count_kv"],
        max_position_embeddings=said["llama.context_length"],
        rms_norm_eps=said["llama.attention.layer_norm_rms_epsilon"],
        rope_parameters={"rope_type": "default", "rope_theta": said["llama.rope.freq_base"]},
        bos_token_id=said["tokenizer.ggml.bos_token_id"],
        eos_token_id=said["tokenizer.ggml.eos_token_id"],
        pad_token_id=said["tokenizer.ggml.padding_token_id"],
        tie_word_embeddings=tied,
    )
