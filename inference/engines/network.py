"""A network as it lies on disk: one folder with the graph, its weights and what they are called.

    <name>/model.onnx        opset 23
    <name>/model.onnx.data   weights, where they do not fit into the graph's file
    <name>/network.json      `Manifest`

The digest is over all of the folder, so that other weights are another network.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import msgspec
import numpy as np

GRAPH: Final = "model.onnx"
MANIFEST: Final = "network.json"


class Tensor(msgspec.Struct, frozen=True, kw_only=True):
    """An input or an output. The first axis is the batch and not part of `shape`."""

    name: str
    dtype: str  # as numpy calls it
    shape: tuple[int, ...]

    def of(self, batch: int) -> tuple[int, ...]:
        return (batch, *self.shape)

    def bytes(self, batch: int) -> int:
        return int(np.prod(self.of(batch), dtype=np.int64)) * np.dtype(self.dtype).itemsize


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """`weights` is the digest of the module's parameters, by which the torch engine knows that it runs the same."""

    name: str
    opset: int
    exporter: str
    weights: str
    inputs: tuple[Tensor, ...]
    outputs: tuple[Tensor, ...]


class Exported:
    """A network's folder. Nothing is read before it is needed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def graph(self) -> Path:
        return self.folder / GRAPH

    @functools.cached_property
    def manifest(self) -> Manifest:
        return msgspec.json.decode((self.folder / MANIFEST).read_bytes(), type=Manifest)

    @property
    def name(self) -> str:
        return self.manifest.name

    @functools.cached_property
    def digest(self) -> str:
        return digest_of(self.folder)

    def batch_of(self, inputs: Mapping[str, np.ndarray[Any, Any]]) -> int:
        """The batch of these inputs, which are then known to be what the network takes."""
        known = self.manifest.inputs
        if set(inputs) != {tensor.name for tensor in known}:
            raise ValueError(f"{self.name} takes {', '.join(t.name for t in known)}, not {', '.join(inputs)}")
        batch = len(inputs[known[0].name])
        for tensor in known:
            given = inputs[tensor.name]
            if given.dtype != tensor.dtype or given.shape != tensor.of(batch) or not batch:
                raise ValueError(
                    f"{self.name}: {tensor.name} is {given.dtype}{list(given.shape)}, "
                    f"must be {tensor.dtype}{list(tensor.of(batch))} with a batch of one or more"
                )
        return batch


def digest_of(folder: Path) -> str:
    """Over the names and the bytes of all files."""
    digest = hashlib.sha256()
    for path in sorted(folder.iterdir()):
        with path.open("rb") as file:
            content = hashlib.file_digest(file, "sha256").hexdigest()
        digest.update(f"{path.name}\0{content}\n".encode())
    return digest.hexdigest()
