"""LTX-2's transformer as a network of its own: exported once for each size and length, then run by any engine, while
text encoder, codecs and vocoder stay in torch. At full size its weights are 38 GB beside the graph."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, NamedTuple

import msgspec
import torch
import torch.nn.functional as nnf
from torch import Tensor, nn

from inference.engines.export import export
from inference.engines.network import Exported
from inference.engines.ports import Session
from inference.ports import Unsupported

# What a network is made of for each call; the rest of the call is fixed by size, length and settings.
TENSORS: Final = (
    "hidden_states",
    "audio_hidden_states",
    "encoder_hidden_states",
    "audio_encoder_hidden_states",
    "timestep",
    "encoder_attention_mask",
    "video_coords",
    "audio_coords",
)
FIXED: Final = ("num_frames", "height", "width", "fps", "audio_num_frames", "use_cross_timestep")
# Guidance by a second, altered pass: another network each, which is not exported.
ALTERED: Final = ("isolate_modalities", "spatio_temporal_guidance_blocks", "perturbation_mask", "attention_kwargs")
FIXED_FILE: Final = "fixed.json"
OUTPUTS: Final = ("velocity", "audio_velocity")


class Network(NamedTuple):
    """`inference.engines.export.Source`."""

    name: str
    module: nn.Module
    inputs: dict[str, Tensor]
    outputs: tuple[str, ...]
    fixed: dict[str, Any]


class Call(nn.Module):
    """The transformer with tensors as its only arguments."""

    def __init__(self, transformer: nn.Module, fixed: Mapping[str, Any]) -> None:
        super().__init__()
        self.transformer = transformer
        self.fixed = dict(fixed)

    def forward(
        self,
        hidden_states: Tensor,  # [B, picture tokens, channels]
        audio_hidden_states: Tensor,  # [B, sound tokens, channels]
        encoder_hidden_states: Tensor,  # [B, words, width]
        audio_encoder_hidden_states: Tensor,  # [B, words, width]
        timestep: Tensor,  # [B]
        encoder_attention_mask: Tensor,  # [B, words] int64
        video_coords: Tensor,  # [B, 3, picture tokens, 2]
        audio_coords: Tensor,  # [B, 1, sound tokens, 2]
    ) -> tuple[Tensor, Tensor]:
        batch = hidden_states.shape[0]
        for other in (audio_hidden_states, encoder_hidden_states, audio_encoder_hidden_states, timestep,
                      encoder_attention_mask, video_coords, audio_coords):  # fmt: skip
            torch._check(other.shape[0] == batch)  # or the exporter gives each a batch of its own
        with exportable():
            picture, sound = self.transformer(
                hidden_states=hidden_states,
                audio_hidden_states=audio_hidden_states,
                encoder_hidden_states=encoder_hidden_states,
                audio_encoder_hidden_states=audio_encoder_hidden_states,
                timestep=timestep,
                sigma=timestep,
                encoder_attention_mask=encoder_attention_mask,
                audio_encoder_attention_mask=encoder_attention_mask,
                video_coords=video_coords,
                audio_coords=audio_coords,
                return_dict=False,
                **self.fixed,
            )
        return picture, sound


@contextmanager
def exportable() -> Iterator[None]:
    """Two things that torch forgives and a graph does not. `squeeze(2)` of an axis that is not 1 does nothing in torch
    and is an error in ONNX and TensorRT; a mask with one row for all queries fits everywhere but in ONNX Runtime."""
    squeeze, attention = torch.Tensor.squeeze, nnf.scaled_dot_product_attention

    def careful_squeeze(tensor: Tensor, *axes: int) -> Tensor:
        if len(axes) == 1 and tensor.shape[axes[0]] != 1:
            return tensor
        return squeeze(tensor, *axes)

    def full_mask(query: Tensor, key: Tensor, value: Tensor, attn_mask: Tensor | None = None, **rest: Any) -> Tensor:
        if attn_mask is not None and attn_mask.shape[-2] != query.shape[-2]:
            attn_mask = attn_mask.expand(*attn_mask.shape[:-2], query.shape[-2], attn_mask.shape[-1])
        return attention(query, key, value, attn_mask=attn_mask, **rest)

    torch.Tensor.squeeze = careful_squeeze
    nnf.scaled_dot_product_attention = full_mask
    try:
        yield
    finally:
        torch.Tensor.squeeze = squeeze
        nnf.scaled_dot_product_attention = attention


def export_for(pipeline: Any, folder: Path, arguments: Mapping[str, Any]) -> Exported:
    """Into `folder`, named as the adapter will look for it, with what is fixed beside it."""
    network = network_of(pipeline, folder.name, arguments)
    return export(network, folder, external=True, beside={FIXED_FILE: msgspec.json.encode(network.fixed)})


def fixed_of(folder: Path) -> dict[str, Any]:
    return msgspec.json.decode((folder / FIXED_FILE).read_bytes(), type=dict[str, Any])


class Recorded(Exception):
    """The first call of the transformer is known; the rest of the film is not needed."""


def network_of(pipeline: Any, name: str, arguments: Mapping[str, Any]) -> Network:
    """The network as the pipeline would call it with these arguments, heard at its first call."""
    heard: dict[str, Any] = {}

    def listen(module: nn.Module, args: tuple[Any, ...], given: dict[str, Any]) -> None:
        heard.update(given)
        raise Recorded

    hook = pipeline.transformer.register_forward_pre_hook(listen, with_kwargs=True)
    try:
        pipeline(**{**arguments, "num_inference_steps": 1})
    except Recorded:
        pass
    finally:
        hook.remove()
    _refuse_altered(heard)
    fixed = {key: heard[key] for key in FIXED}
    inputs = {key: _two(heard[key]) for key in TENSORS}
    return Network(name, Call(pipeline.transformer, fixed), inputs, OUTPUTS, fixed)


def _two(value: Tensor) -> Tensor:
    """An example batch of two, as the exporter needs it."""
    return value.contiguous() if len(value) == 2 else torch.cat([value[:1], value[:1]])


def _refuse_altered(given: Mapping[str, Any]) -> None:
    if asked := [key for key in ALTERED if given.get(key)]:
        raise Unsupported(
            f"an exported transformer has no {', '.join(asked)}: set spatio-temporal and modality guidance off, or run "
            "ltx-2 with the engine torch"
        )


class Planned(nn.Module):
    """In the transformer's place in the pipeline: the same calls, answered by an engine. The original's weights are
    not kept."""

    def __init__(self, original: Any, session: Session, fixed: Mapping[str, Any]) -> None:
        super().__init__()
        self.config = original.config
        self.rope, self.audio_rope = original.rope, original.audio_rope
        self.dtype = original.dtype
        self.device = original.device
        self._session = session
        self._fixed = dict(fixed)

    @contextmanager
    def cache_context(self, name: str) -> Iterator[None]:
        yield

    def forward(self, **given: Any) -> tuple[Tensor, ...]:
        _refuse_altered(given)
        if other := {key: given[key] for key in FIXED if given[key] != self._fixed[key]}:
            raise Unsupported(f"this transformer was exported for {self._fixed}, not for {other}: export it for that")
        inputs = {key: given[key].detach().cpu().numpy() for key in TENSORS}
        answers = self._session.run(inputs)
        like = given["hidden_states"]
        return tuple(torch.from_numpy(answers[key]).to(like.device, like.dtype) for key in OUTPUTS)
