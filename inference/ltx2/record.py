"""`ltx-2` as the platform registers it, where an operator has set it up."""

from __future__ import annotations

from domain.model import Model


def record(digest: str) -> Model:
    """By its own name only: a clip takes a large GPU minutes, which nobody should get by asking for something else."""
    return Model(
        model="ltx-2",
        digest=digest,
        description="LTX-2: pictures and sound together from a large learned model, with dialogue of its own",
        licence="LTX-2 Community License and Gemma terms, accepted by the operator",
        verbs=("create",),
        sizes=("720x1280", "1280x720", "1024x1792", "1792x1024", "1080x1920", "1920x1080"),
        default_size="720x1280",
        seconds=(4, 8, 12, 16),
        default_seconds=4,
        inputs=(),
        max_characters=0,
        price_per_second=10,
        rank=5,
        by_name_only=True,
        aliases=(),
        engines=("torch", "onnxruntime", "tensorrt"),
    )
