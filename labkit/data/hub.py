"""Files from the Hugging Face Hub: safetensors, JSON, text, parquet; never a script or pickle."""

import re
from functools import partial
from pathlib import Path

from labkit import files
from labkit.data.catalog import AssetError, Entry
from labkit.notices import say

MODEL_FILES = ("*.safetensors", "*.json", "*.txt")


def fetch(entry: Entry) -> Path:
    """The snapshot folder of the entry's Hub repository, from the Hub's own cache when it is there.

    Follows HF_HUB_OFFLINE, HF_HOME and HF_TOKEN as every Hugging Face program does.
    """
    assert entry.hub is not None
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import GatedRepoError, HfHubHTTPError, LocalEntryNotFoundError

    is_model = entry.kind == "model"
    patterns = list(MODEL_FILES if is_model else entry.hub.files.values())
    download = partial(
        snapshot_download,
        entry.hub.id,
        revision=entry.hub.revision,
        repo_type="model" if is_model else "dataset",
        allow_patterns=patterns,
        ignore_patterns=["onnx/*", "openvino/*", "coreml/*"],
    )
    try:
        folder = download()
        if _remove_damaged(entry.name, Path(folder)):
            folder = download()
    except GatedRepoError as error:
        raise AssetError(
            f"{entry.hub.id} asks you to accept its terms first: open it on the Hugging Face Hub, "
            "accept, then set HF_TOKEN"
        ) from error
    except (LocalEntryNotFoundError, HfHubHTTPError, OSError) as error:
        raise AssetError(
            f"could not get {entry.name} ({entry.hub.id}) from the Hugging Face Hub: "
            f"{_first_line(error)}. Check the network and that HF_HUB_OFFLINE is not set; "
            "with another machine's files, put them in a folder and give its path"
        ) from error
    return _checked(entry, Path(folder))


def _remove_damaged(name: str, folder: Path) -> bool:
    """Whether a large file was not what its name in the Hub's cache says, its SHA-256."""
    removed = False
    for path in folder.rglob("*"):
        blob = path.resolve()
        if not re.fullmatch("[0-9a-f]{64}", blob.name) or not blob.is_file():
            continue
        if files.sha256_once(blob) != blob.name:
            say(f"{name}: {path.name} in the Hugging Face cache is damaged and is fetched again")
            path.unlink()
            blob.unlink(missing_ok=True)
            removed = True
    return removed


def _first_line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0][:300].rstrip(".")


def _checked(entry: Entry, folder: Path) -> Path:
    assert entry.hub is not None
    wanted = ["*.safetensors"] if entry.kind == "model" else list(entry.hub.files.values())
    missing = [pattern for pattern in wanted if not any(folder.rglob(pattern.lstrip("/")))]
    if missing:
        raise AssetError(
            f"{entry.hub.id} on the Hugging Face Hub has no {', '.join(missing)}. labkit reads "
            "safetensors weights and plain data files only, never pickle: choose another entry, "
            "or convert it yourself and give the folder's path"
        )
    return folder
