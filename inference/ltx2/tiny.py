"""LTX-2 as small as it can be, with random weights and without a text encoder: all of the way, none of the pictures.
By it the adapter, the export and the plans are tested on a machine that has neither weights nor a GPU."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Any, Final

from inference.ltx2.config import PLAIN

if TYPE_CHECKING:
    from diffusers import LTX2Pipeline

TEXT_WIDTH: Final = 32  # numbers of a word out of the text encoder that is not there
TEXT_LAYERS: Final = 2


def tiny_pipeline(seed: int = 0) -> LTX2Pipeline:
    import torch
    from diffusers import FlowMatchEulerDiscreteScheduler, LTX2Pipeline

    torch.manual_seed(seed)
    audio = _audio()
    return LTX2Pipeline(
        scheduler=FlowMatchEulerDiscreteScheduler(),
        vae=_video(),
        audio_vae=audio,
        text_encoder=None,
        tokenizer=None,
        connectors=_connectors(),
        transformer=tiny_transformer(),
        vocoder=_vocoder(audio.config),
    )


def tiny_transformer() -> Any:
    """About 38,000 parameters; two streams that see each other, as the full one."""
    from diffusers import LTX2VideoTransformer3DModel

    return LTX2VideoTransformer3DModel(
        in_channels=4,
        out_channels=4,
        patch_size=1,
        patch_size_t=1,
        num_attention_heads=2,
        attention_head_dim=8,
        cross_attention_dim=16,
        audio_in_channels=4,
        audio_out_channels=4,
        audio_num_attention_heads=2,
        audio_attention_head_dim=4,
        audio_cross_attention_dim=8,
        num_layers=2,
        qk_norm="rms_norm_across_heads",
        caption_channels=TEXT_WIDTH,
        rope_double_precision=False,
        rope_type="split",
    )


def _video() -> Any:
    """One step of two in space, the full model has five in all: sizes are still multiples of 32 to the adapter."""
    from diffusers import AutoencoderKLLTX2Video

    return AutoencoderKLLTX2Video(
        in_channels=3,
        out_channels=3,
        latent_channels=4,
        block_out_channels=(8,),
        decoder_block_out_channels=(8,),
        layers_per_block=(1,),
        decoder_layers_per_block=(1, 1),
        spatio_temporal_scaling=(True,),
        decoder_spatio_temporal_scaling=(True,),
        decoder_inject_noise=(False, False),
        downsample_type=("spatial",),
        upsample_residual=(False,),
        upsample_factor=(1,),
        timestep_conditioning=False,
        patch_size=1,
        patch_size_t=1,
        encoder_causal=True,
        decoder_causal=False,
    )


def _audio() -> Any:
    from diffusers import AutoencoderKLLTX2Audio

    return AutoencoderKLLTX2Audio(
        base_channels=4,
        output_channels=2,
        ch_mult=(1,),
        num_res_blocks=1,
        attn_resolutions=None,
        in_channels=2,
        resolution=32,
        latent_channels=2,
        norm_type="pixel",
        causality_axis="height",
        dropout=0.0,
        mid_block_add_attention=False,
        sample_rate=16000,
        mel_hop_length=160,
        is_causal=True,
        mel_bins=8,
    )


def _connectors() -> Any:
    from diffusers.pipelines.ltx2 import LTX2TextConnectors

    return LTX2TextConnectors(
        caption_channels=TEXT_WIDTH,
        text_proj_in_factor=TEXT_LAYERS,
        video_connector_num_attention_heads=4,
        video_connector_attention_head_dim=8,
        video_connector_num_layers=1,
        video_connector_num_learnable_registers=None,
        audio_connector_num_attention_heads=4,
        audio_connector_attention_head_dim=8,
        audio_connector_num_layers=1,
        audio_connector_num_learnable_registers=None,
        connector_rope_base_seq_len=32,
        rope_theta=10000.0,
        rope_double_precision=False,
        causal_temporal_positioning=False,
        rope_type="split",
    )


def _vocoder(audio: Any) -> Any:
    from diffusers.pipelines.ltx2.vocoder import LTX2Vocoder

    return LTX2Vocoder(
        in_channels=audio.output_channels * audio.mel_bins,
        hidden_channels=32,
        out_channels=2,
        upsample_kernel_sizes=[4, 4],
        upsample_factors=[2, 2],
        resnet_kernel_sizes=[3],
        resnet_dilations=[[1, 3, 5]],
        leaky_relu_negative_slope=0.1,
        output_sampling_rate=16000,
    )


def tiny_words(prompt: str) -> dict[str, Any]:
    """What stands in for the text encoder: numbers drawn by the prompt."""
    import torch

    generator = torch.Generator().manual_seed(zlib.crc32(prompt.encode()))
    words, none = torch.randn(2, 1, 16, TEXT_WIDTH * TEXT_LAYERS, generator=generator)
    mask = torch.ones(1, 16, dtype=torch.int64)
    return {
        "prompt_embeds": words,
        "prompt_attention_mask": mask,
        "negative_prompt_embeds": none,
        "negative_prompt_attention_mask": mask,
    }


def tiny_network() -> Any:
    """Its transformer for 32x32 and nine frames, as the compile check builds it."""
    import torch

    from inference.ltx2.transformer import network_of

    arguments = {
        **tiny_words("a cat"),
        **PLAIN.arguments(),
        "width": 32,
        "height": 32,
        "num_frames": 9,
        "frame_rate": 30.0,
        "generator": torch.Generator().manual_seed(0),
    }
    return network_of(tiny_pipeline(), "ltx-2-tiny", arguments)
