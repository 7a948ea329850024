"""Looking at what a training has come to: its last checkpoint, opened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inference.engines.export import export_all
from inference.engines.onnxruntime import OnnxRuntime
from inference.recut1.studio import Studio
from inference.train.export import export, loaded

if TYPE_CHECKING:
    from pathlib import Path

WEIGHTS = "recut-1.safetensors"
NETWORKS = "networks"


def studio_of(folder: Path, commit: str, threads: int) -> Studio:
    """Exports the folder's last checkpoint and opens it."""
    export(folder, folder / WEIGHTS, commit)
    export_all(loaded(folder / WEIGHTS), folder / NETWORKS)
    return Studio.open(folder / WEIGHTS, folder / NETWORKS, OnnxRuntime(threads))
