import pytest
from transformers import AutoConfig

from labkit.models.student_configs import BiLSTMConfig, SWEMConfig


@pytest.mark.parametrize("config", [BiLSTMConfig(70, 8, 6, 0.1), SWEMConfig(70, 8, 0.1)])
def test_sizes_are_saved_and_found_again_by_their_kind(tmp_path, config):
    config.save_pretrained(tmp_path)
    again = AutoConfig.from_pretrained(tmp_path)
    assert type(again) is type(config)
    assert again.to_json_string() == config.to_json_string()


@pytest.mark.parametrize("kind", [BiLSTMConfig, SWEMConfig])
@pytest.mark.parametrize("dropout", [1.0, -0.1, float("nan")])
def test_a_dropout_that_drops_all_is_refused(kind, dropout):
    with pytest.raises(ValueError, match="dropout must be in"):
        kind(dropout=dropout)
