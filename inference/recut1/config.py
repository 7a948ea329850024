"""Where the weights of `recut-1` are and what runs them. They come with Recut as one file; an operator may name another
one, or none."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import msgspec

from domain.model import Model
from inference import weights
from inference.engines.choose import ENGINES
from inference.engines.ports import EngineUnavailable
from inference.ports import Unsupported
from inference.recut1.networks import check as check_arrays
from inference.recut1.networks import digest_of
from inference.recut1.subset import WORLD
from inference.weights import store

SHIPPED: Final = Path(weights.__file__).parent / "recut-1.safetensors"
OFF: Final = "off"


class Config(msgspec.Struct, frozen=True, kw_only=True):
    """`networks` is where graphs lie once they are filled, `plans` where TensorRT keeps what it builds of them;
    `threads` 0: as many as there are cores."""

    weights: Path
    networks: Path
    plans: Path
    engine: str = "onnxruntime"
    threads: int = 0
    plan_key: bytes = b""

    def __repr__(self) -> str:
        return f"Config(weights={self.weights}, engine={self.engine})"


def config_of(named: str, home: Path, engine: str = "onnxruntime", threads: int = 0) -> Config | None:
    """`named`: a file, "off", or "" for the one that comes with Recut. None where there are no weights."""
    if why_not(named):
        return None
    return Config(
        weights=Path(named) if named else SHIPPED,
        networks=home / "recut-1",
        plans=home / "plans",
        engine=engine,
        threads=threads,
    )


def why_not(named: str) -> str | None:
    """Why the model is not offered, in words for an operator."""
    if named == OFF:
        return "recut-1 is not offered: RECUT_RECUT1_WEIGHTS is off"
    if not named and not SHIPPED.exists():
        return (
            "recut-1 is not offered: this build comes without its weights. Train it (docs/recut-1.md) and name the "
            "file with RECUT_RECUT1_WEIGHTS"
        )
    return None


def check(config: Config) -> None:
    """Before anything is opened. Raises `EngineUnavailable` with what to do."""
    if config.engine not in ENGINES:
        raise EngineUnavailable(f"RECUT_RECUT1_ENGINE must be one of {', '.join(ENGINES)}, not {config.engine}")
    try:
        arrays, _ = store.load(config.weights, WORLD)
        check_arrays(arrays)
    except (Unsupported, OSError, ValueError) as error:
        raise EngineUnavailable(f"recut-1 does not start: {error}") from error


def record(config: Config) -> Model:
    """By its own name only: its world is a small one, and who asks for anything else shall not get it by chance."""
    return Model(
        model="recut-1",
        digest=digest_of(config.weights),
        description=(
            "Small learned model of flat figures with sound, experimental: 12 subjects, 8 places, 11 actions, a camera "
            "that stands still; prompts in English; what it has not seen is ignored by name. No real footage"
        ),
        licence="Apache-2.0",
        verbs=("create", "remix", "edit", "extend", "stitch"),
        sizes=("720x1280", "1280x720", "1024x1792", "1792x1024", "1080x1920", "1920x1080", "144x256", "256x144"),
        default_size="720x1280",
        seconds=(4, 8, 12),
        default_seconds=4,
        inputs=(),
        max_characters=2,
        price_per_second=1,
        rank=5,
        by_name_only=True,
        aliases=(),
        engines=ENGINES,
    )
