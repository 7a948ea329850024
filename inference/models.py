"""The models of this build, as the platform registers them."""

from __future__ import annotations

from typing import Final

from domain.model import Model
from inference.digest import model_digest
from inference.ltx2.config import Config, check, digest_of
from inference.ltx2.record import record
from inference.recut1 import config as recut1

SKETCH_1: Final = Model(
    model="sketch-1",
    digest=model_digest(),
    description="Scene engine: animated storyboards in flat vector style with sound effects, music and speech",
    licence="Apache-2.0",
    verbs=("create", "remix", "edit", "extend", "stitch"),
    sizes=("720x1280", "1280x720", "1024x1792", "1792x1024", "1080x1920", "1920x1080", "144x256", "256x144"),
    default_size="720x1280",
    seconds=(4, 8, 12, 16, 20),
    default_seconds=4,
    inputs=("image", "video"),
    max_characters=2,
    price_per_second=1,
    rank=10,
    by_name_only=False,
    aliases=("sora-2", "sora-2-pro"),
    engines=("sketch",),
)
MODELS: Final = (SKETCH_1,)


def models(ltx2: Config | None = None, small: recut1.Config | None = None) -> tuple[Model, ...]:
    """Those that can be made with what is set up, `small` being recut-1. Raises `EngineUnavailable` where one is set up
    by half."""
    found = [*MODELS]
    if small:
        recut1.check(small)
        found.append(recut1.record(small))
    if ltx2:
        check(ltx2)
        found.append(record(digest_of(ltx2.weights, ltx2.digests)))
    return tuple(found)
