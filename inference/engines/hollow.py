"""A network's graph without its weights, and the weights put back: so that a file of weights is all that a machine
needs to run it, without torch and without the exporter.

    <name>/model.onnx      the graph; where a weight belongs stands a place in a file beside it
    <name>/network.json    `Manifest`, whose digest of the weights is empty
    <name>/places.json     what belongs where: `Place`

The exporter merges what is equal and turns matrices around, so every weight is found again by its value: while a graph
is written all of them are random.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterable, Mapping, Sequence
from itertools import permutations
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from inference.engines.network import GRAPH, MANIFEST, Exported, Manifest
from inference.ports import Unsupported

if TYPE_CHECKING:
    import torch

    from inference.engines.export import Source

Arrays = Mapping[str, NDArray[np.float32]]

DATA: Final = f"{GRAPH}.data"
PLACES: Final = "places.json"


class Place(msgspec.Struct, frozen=True):
    """In the file of weights, one after the other: the network's array `name`, its axes in the order `axes`."""

    name: str
    shape: tuple[int, ...]  # before the axes are changed
    axes: tuple[int, ...]


def filled(hollow: Path, arrays: Arrays, folder: Path) -> Exported:
    """The network with these weights, `arrays` by the names of its module, in `folder`: whole or not at all."""
    parts = [_placed(arrays, place, hollow.name) for place in _places(hollow)]
    manifest = msgspec.json.decode((hollow / MANIFEST).read_bytes(), type=Manifest)
    manifest = msgspec.structs.replace(manifest, weights=weights_digest(arrays))
    folder.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name}-") as scratch:
        made = Path(scratch) / folder.name
        made.mkdir()
        shutil.copyfile(hollow / GRAPH, made / GRAPH)
        (made / MANIFEST).write_bytes(msgspec.json.format(msgspec.json.encode(manifest)))
        (made / DATA).write_bytes(b"".join(part.tobytes() for part in parts))
        shutil.rmtree(folder, ignore_errors=True)
        made.rename(folder)
    return Exported(folder)


def _placed(arrays: Arrays, place: Place, network: str) -> NDArray[np.float32]:
    array = arrays.get(place.name)
    if array is None or array.shape != place.shape:
        found = "not there" if array is None else f"of shape {list(array.shape)}"
        raise Unsupported(
            f"these weights do not fit the networks of this build: {network}.{place.name} is {found} and must be "
            f"{list(place.shape)}"
        )
    return np.ascontiguousarray(array.transpose(place.axes), np.float32)


def weights_digest(arrays: Arrays) -> str:
    """As `export.weights_digest` of a module with these weights."""
    digest = hashlib.sha256()
    for name, value in sorted(arrays.items()):
        digest.update(f"{name} torch.float32 {list(value.shape)}\0".encode())
        digest.update(np.ascontiguousarray(value, np.float32).tobytes())
    return digest.hexdigest()


def check(hollow: Path, arrays: Arrays) -> None:
    """Raises `Unsupported` for weights that do not fit."""
    for place in _places(hollow):
        _placed(arrays, place, hollow.name)


def _places(hollow: Path) -> list[Place]:
    return msgspec.json.decode((hollow / PLACES).read_bytes(), type=list[Place])


def shapes(hollow: Path) -> dict[str, tuple[int, ...]]:
    """Of every array that the network is filled with."""
    return {place.name: place.shape for place in _places(hollow)}


def empty_all(sources: Iterable[Source], folder: Path) -> None:
    for source in sources:
        empty(source, folder / source.name)


def empty(source: Source, folder: Path) -> None:
    """Writes the graph of a network without weights. Needs torch and onnx; the module's weights become random."""
    import onnx

    from inference.engines.export import export

    _scatter(source.module)
    own = {name: value.numpy() for name, value in source.module.state_dict().items()}
    with TemporaryDirectory() as scratch:
        exported = export(source, Path(scratch) / source.name, external=False)
        model = onnx.load(exported.graph)
        places = _emptied(model, own)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / GRAPH).write_bytes(model.SerializeToString(deterministic=True))
        (folder / PLACES).write_bytes(msgspec.json.encode(places))
        manifest = msgspec.structs.replace(exported.manifest, weights="")
        (folder / MANIFEST).write_bytes(msgspec.json.format(msgspec.json.encode(manifest)))


def _scatter(module: torch.nn.Module) -> None:
    """No two weights are alike, and none is zero: nothing is merged or left out."""
    import torch

    generator = torch.Generator().manual_seed(0)
    with torch.no_grad():
        for value in module.parameters():
            value.copy_(torch.rand(value.shape, generator=generator) + 0.5)


def _emptied(model: Any, own: Arrays) -> list[Place]:
    from onnx import TensorProto, numpy_helper

    places: list[Place] = []
    at = 0
    for tensor in model.graph.initializer:
        value = numpy_helper.to_array(tensor)
        place = _place_of(value, own)
        if place is None:
            continue
        tensor.ClearField("raw_data")
        tensor.ClearField("float_data")
        tensor.data_location = TensorProto.EXTERNAL
        for key, text in (("location", DATA), ("offset", at), ("length", value.nbytes)):
            entry = tensor.external_data.add()
            entry.key, entry.value = key, str(text)
        at += value.nbytes
        places.append(place)
    _check_all(places, own)
    return places


def _place_of(value: NDArray[Any], own: Arrays) -> Place | None:
    """Which array this is, if any: a constant of the graph is none."""
    if value.dtype != np.float32:
        return None
    for name, array in own.items():
        if sorted(array.shape) == sorted(value.shape):
            for axes in permutations(range(array.ndim)):
                if np.array_equal(array.transpose(axes), value):
                    return Place(name, array.shape, axes)
    return None


def _check_all(places: Sequence[Place], own: Arrays) -> None:
    """A weight that the exporter has worked into something else would stay as it was when it was written."""
    lost = own.keys() - {place.name for place in places}
    if lost:
        raise ValueError(f"the exporter changed {', '.join(sorted(lost))}: the graph cannot be filled")
