import pytest
import torch
from safetensors.torch import save_file

from labkit.training.checked_tensors import DamagedFile, read_tensors, write_tensors


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "a.safetensors"
    write_tensors(path, {"a": torch.randn(20, 3), "b": torch.tensor(7)}, {"done": 3})
    return path


def test_tensors_and_numbers_come_back_as_they_were(tmp_path):
    path, turned = tmp_path / "t", torch.randn(3, 4).t()
    write_tensors(path, {"turned": turned}, {"best": 0.5})
    tensors, numbers = read_tensors(path)
    assert torch.equal(tensors["turned"], turned)
    assert numbers == {"best": 0.5}


def test_every_flipped_bit_is_noticed(file):
    content = file.read_bytes()
    for place in range(0, len(content), 3):
        flipped = bytearray(content)
        flipped[place] ^= 1 << (place % 8)
        file.write_bytes(flipped)
        try:
            tensors, numbers = read_tensors(file)
        except DamagedFile:
            continue
        file.write_bytes(content)
        wanted, values = read_tensors(file)
        assert numbers == values and all(torch.equal(tensors[n], wanted[n]) for n in wanted)


@pytest.mark.parametrize("size", [0, 1, 7, 8, 9, 100, -1])
def test_a_file_cut_short_is_noticed(file, size):
    file.write_bytes(file.read_bytes()[:size])
    with pytest.raises(DamagedFile):
        read_tensors(file)


def test_zeros_and_files_without_a_checksum_are_noticed(file):
    file.write_bytes(bytes(len(file.read_bytes())))
    with pytest.raises(DamagedFile, match="cannot be read"):
        read_tensors(file)
    save_file({"a": torch.ones(3)}, file)
    with pytest.raises(DamagedFile, match="no checksum"):
        read_tensors(file)
