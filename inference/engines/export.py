"""torch -> ONNX, opset 23: the file that every other engine runs. Only the networks go out; the sampling loop stays."""

from __future__ import annotations

import hashlib
import logging
import shutil
import warnings
from collections.abc import Iterable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final, Protocol

import msgspec

from inference.engines.network import GRAPH, MANIFEST, Exported, Manifest, Tensor

if TYPE_CHECKING:
    import torch

OPSET: Final = 23
# A protobuf ends at 2 GiB; weights of more than this lie in a file beside the graph.
INLINE_BYTES: Final = 1 << 30


class Source(Protocol):
    """A network as a model offers it, `inference.model.Network` for one. `inputs` are an example batch of two in the
    order of `forward`: with a batch of one the exporter would take the batch for a constant."""

    @property
    def name(self) -> str: ...
    @property
    def module(self) -> torch.nn.Module: ...
    @property
    def inputs(self) -> Mapping[str, torch.Tensor]: ...
    @property
    def outputs(self) -> tuple[str, ...]: ...


def export_all(sources: Iterable[Source], folder: Path) -> list[Exported]:
    return [export(source, folder / source.name) for source in sources]


def export(
    source: Source, folder: Path, *, external: bool | None = None, beside: Mapping[str, bytes] | None = None
) -> Exported:
    """Into `folder`, which holds this network and nothing else, whole or not at all. `external`: the weights in a file
    of their own; None: when there are many. `beside`: further files, by name."""
    import torch

    module = source.module.eval()
    if external is None:
        external = weight_bytes(module) > INLINE_BYTES
    folder.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name}-") as scratch, torch.no_grad():
        made = Path(scratch) / folder.name
        made.mkdir()
        results = module(*source.inputs.values())
        _write_graph(source, made / GRAPH, external)
        manifest = Manifest(
            name=source.name,
            opset=OPSET,
            exporter=f"torch {torch.__version__}",
            weights=weights_digest(module),
            inputs=tuple(_tensor(name, value) for name, value in source.inputs.items()),
            outputs=tuple(_tensor(name, value) for name, value in named(source.outputs, results).items()),
        )
        (made / MANIFEST).write_bytes(msgspec.json.format(msgspec.json.encode(manifest)))
        for name, content in (beside or {}).items():
            (made / name).write_bytes(content)
        shutil.rmtree(folder, ignore_errors=True)
        made.rename(folder)
    return Exported(folder)


def _write_graph(source: Source, path: Path, external: bool) -> None:
    import torch

    batch = torch.export.Dim("batch", min=1, max=4096)
    logging.getLogger("torch.onnx._internal.exporter._registration").setLevel(logging.ERROR)  # of torchvision, unused
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what the exporter says about its own parts
        program = torch.onnx.export(
            source.module,
            tuple(source.inputs.values()),
            dynamo=True,
            opset_version=OPSET,
            input_names=list(source.inputs),
            output_names=list(source.outputs),
            dynamic_shapes=tuple({0: batch} for _ in source.inputs),
            verbose=False,
        )
    assert program is not None
    _strip(program.model)
    program.save(path, include_initializers=True, external_data=external)


def _strip(model: Any) -> None:
    """Without the exporter's notes, which name files of its machine: the same network gives the same bytes."""
    model.metadata_props.clear()
    for part in (*model.graph.all_nodes(), *model.graph.initializers.values()):
        part.metadata_props.clear()
        if hasattr(part, "doc_string"):
            part.doc_string = None


def named(names: tuple[str, ...], results: Any) -> dict[str, Any]:
    values = results if isinstance(results, tuple) else (results,)
    return dict(zip(names, values, strict=True))


def _tensor(name: str, value: torch.Tensor) -> Tensor:
    return Tensor(name=name, dtype=str(value.dtype).removeprefix("torch."), shape=tuple(value.shape[1:]))


def weight_bytes(module: torch.nn.Module) -> int:
    return sum(value.nbytes for value in module.state_dict().values())


def weights_digest(module: torch.nn.Module) -> str:
    digest = hashlib.sha256()
    for name, value in sorted(module.state_dict().items()):
        digest.update(f"{name} {value.dtype} {list(value.shape)}\0".encode())
        digest.update(value.detach().cpu().contiguous().view(-1).numpy().tobytes())
    return digest.hexdigest()
