"""Weights in the safetensors format, read and written without any package: a header of JSON, then the numbers.

Floats are stored in half precision. A basis is stored as bytes with a scale per row, which halves it again.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

import numpy as np

from inference.ports import Unsupported

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from numpy.typing import NDArray

    Arrays = Mapping[str, NDArray]

DTYPES: Final = {"F16": np.float16, "F32": np.float32, "I8": np.int8}
NAMES: Final = {np.dtype(dtype): name for name, dtype in DTYPES.items()}
SCALE: Final = "#scale"
LONGEST_HEADER: Final = 100 << 20


def packed(arrays: Arrays, as_bytes: Iterable[str] = (), exact: Iterable[str] = ()) -> dict[str, NDArray]:
    """In half precision; `as_bytes` as eight bits with a scale per row, `exact` in single precision."""
    out: dict[str, NDArray] = {}
    as_bytes, exact = set(as_bytes), set(exact)
    for name, array in arrays.items():
        if name in as_bytes:
            scale = np.maximum(np.abs(array).max(-1, keepdims=True), 1e-12) / 127
            out[name] = np.round(array / scale).astype(np.int8)
            out[name + SCALE] = scale.astype(np.float32)
        else:
            out[name] = array.astype(np.float32 if name in exact else np.float16)
    return out


def unpacked(arrays: Arrays) -> dict[str, NDArray[np.float32]]:
    """In single precision, which everything computes in."""
    out = {}
    for name, array in arrays.items():
        if name.endswith(SCALE):
            continue
        full = array.astype(np.float32)
        out[name] = full * arrays[name + SCALE] if name + SCALE in arrays else full
    return out


def write(path: Path, arrays: Arrays, metadata: Mapping[str, str]) -> None:
    header: dict[str, object] = {"__metadata__": dict(metadata)}
    at = 0
    for name, array in arrays.items():
        header[name] = {
            "dtype": NAMES[array.dtype],
            "shape": list(array.shape),
            "data_offsets": [at, at + array.nbytes],
        }
        at += array.nbytes
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with path.open("wb") as file:
        file.write(len(text).to_bytes(8, "little") + text)
        for array in arrays.values():
            file.write(np.ascontiguousarray(array).tobytes())


def read(path: Path) -> tuple[dict[str, NDArray], dict[str, str]]:
    """Arrays and metadata as they were written."""
    data = path.read_bytes()
    length = int.from_bytes(data[:8], "little")
    if not 0 < length < min(LONGEST_HEADER, len(data)):
        raise Unsupported(f"{path.name} is not a safetensors file")
    header = json.loads(data[8 : 8 + length])
    metadata = header.pop("__metadata__", {})
    body = memoryview(data)[8 + length :]
    arrays = {}
    for name, entry in header.items():
        start, end = entry["data_offsets"]
        arrays[name] = np.frombuffer(body[start:end], DTYPES[entry["dtype"]]).reshape(entry["shape"])
    return arrays, metadata


def load(path: Path, world: str) -> tuple[dict[str, NDArray[np.float32]], dict[str, str]]:
    """Unpacked. Weights of another world are refused: its words and numbers mean something else."""
    arrays, metadata = read(path)
    if metadata.get("world_version") != world:
        raise Unsupported(
            f"{path.name} was trained on world {metadata.get('world_version')} and this build is of {world}: "
            "use the weights that belong to this build, or train anew"
        )
    return unpacked(arrays), metadata
