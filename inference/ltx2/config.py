"""What an operator says about LTX-2. Nothing of it comes with Recut: neither weights nor consent to their terms."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any, Final

import msgspec

from inference.engines.ports import EngineUnavailable

# To write this down is to have read both: the LTX-2 Community License and the terms of the Gemma text encoder.
ACCEPTED: Final = "ltx-2-community-license+gemma-terms"
WHOLE: Final = "model_index.json"  # diffusers' table of contents
OPTIONS: Final = "recut.json"


class Guidance(msgspec.Struct, frozen=True, kw_only=True):
    """Every one of the pipeline's own defaults, said aloud: they have changed between its versions. `stg` and
    `modality` cost a further pass of the transformer each; 0 and 1 turn them off."""

    scale: float = 3.0
    stg: float = 1.0
    modality: float = 3.0
    rescale: float = 0.7
    audio_scale: float = 7.0
    audio_stg: float = 1.0
    audio_modality: float = 3.0
    audio_rescale: float = 0.7
    stg_blocks: tuple[int, ...] = (28,)
    cross_timestep: bool = True  # False: the way of LTX-2.0

    def arguments(self) -> dict[str, Any]:
        return {
            "guidance_scale": self.scale,
            "stg_scale": self.stg,
            "modality_scale": self.modality,
            "guidance_rescale": self.rescale,
            "audio_guidance_scale": self.audio_scale,
            "audio_stg_scale": self.audio_stg,
            "audio_modality_scale": self.audio_modality,
            "audio_guidance_rescale": self.audio_rescale,
            "spatio_temporal_guidance_blocks": list(self.stg_blocks) if self.stg or self.audio_stg else None,
            "use_cross_timestep": self.cross_timestep,
        }


# One pass with the words and one without: what an exported transformer can do.
PLAIN: Final = Guidance(stg=0.0, modality=1.0, rescale=0.0, audio_stg=0.0, audio_modality=1.0, audio_rescale=0.0)


class Options(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What an operator may write into `recut.json` beside the weights; it is part of the model's digest. `engine` runs
    the transformer; with another one than torch it must have been exported for each size and length."""

    engine: str = "torch"
    device: str = "cuda"
    dtype: str = "bfloat16"
    steps: int = 30
    guidance: Guidance = Guidance()


class Config(msgspec.Struct, frozen=True, kw_only=True):
    """`weights` is a folder as diffusers saves a pipeline. `networks`: exported transformers, by size and length."""

    weights: Path
    licence: str
    options: Options = Options()
    networks: Path | None = None
    plans: Path | None = None
    plan_key: bytes = b""
    digests: Path | None = None  # where digests are remembered

    def __repr__(self) -> str:
        return f"Config(weights={self.weights}, {self.options})"


def config_of(weights: Path, licence: str, home: Path, plan_key: bytes = b"") -> Config:
    """What the weights' folder says; what is made of it lies in `home`."""
    file = weights / OPTIONS
    try:
        options = msgspec.json.decode(file.read_bytes(), type=Options) if file.exists() else Options()
    except msgspec.DecodeError as error:
        raise EngineUnavailable(f"ltx-2 does not start: {file.name} beside the weights is wrong: {error}") from error
    return Config(
        weights=weights,
        licence=licence,
        options=options,
        networks=home / "ltx-2" / "networks",
        plans=home / "plans",
        plan_key=plan_key,
        digests=home / "ltx-2" / "digests.json",
    )


def check(config: Config) -> None:
    """Before anything is loaded."""
    if config.licence != ACCEPTED:
        raise EngineUnavailable(
            "ltx-2 does not start: its weights come under the LTX-2 Community License and its text encoder under the "
            f"Gemma terms. If they allow your use, set RECUT_LTX2_LICENCE={ACCEPTED}"
        )
    if not (config.weights / WHOLE).is_file():
        raise EngineUnavailable(
            f"ltx-2 does not start: RECUT_LTX2_WEIGHTS names no folder with a {WHOLE}. Download the weights as "
            "diffusers lays them out and name that folder"
        )
    if config.options.engine != "torch" and not (config.networks and config.plans):
        raise EngineUnavailable(
            f"the transformer on {config.options.engine} needs a folder of networks and one of plans"
        )


def digest_of(folder: Path, remembered: Path | None) -> str:
    """Over the content of every file. To read 40 GB takes a minute, so a file that has not changed since, by size and
    time, is not read again when `remembered` names a file to keep that in."""
    known = _known(remembered)
    now = {}
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            about = path.stat()
            mark = f"{path.relative_to(folder)} {about.st_size} {about.st_mtime_ns}"
            now[mark] = known.get(mark) or _content(path)
            digest.update(f"{path.relative_to(folder)}\0{now[mark]}\n".encode())
    if remembered and now != known:
        remembered.parent.mkdir(parents=True, exist_ok=True)
        remembered.write_bytes(msgspec.json.format(msgspec.json.encode(now)))
    return digest.hexdigest()


def _known(remembered: Path | None) -> dict[str, str]:
    if remembered is None or not remembered.exists():
        return {}
    try:
        return msgspec.json.decode(remembered.read_bytes(), type=dict[str, str])
    except msgspec.DecodeError:
        return {}


def _content(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
