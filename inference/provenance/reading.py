"""What a file says of itself: its manifest, and the marks in its picture and its sound."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import av
import msgspec
import numpy as np
from av.audio.resampler import AudioResampler
from numpy.typing import NDArray

from domain.provenance import Ingredient, Manifest, Reading, State
from inference.provenance import mark, sound_mark
from inference.provenance.signing import RECORD, Record

FRAMES: Final = 120  # that are searched
SECONDS: Final = 30.0  # of which they are, from the beginning on
SHORTEST: Final = 64  # pixels of a side that is worth searching
LONGEST: Final = 4096
STATES: Final[dict[str, State]] = {"Trusted": "trusted", "Valid": "valid", "Invalid": "invalid"}
KINDS: Final = (  # where in the file, which bytes, of which kind it then is
    (4, b"ftyp", "video/mp4"),
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"\x89PNG", "image/png"),
    (8, b"WEBP", "image/webp"),
)


class Asked(msgspec.Struct, frozen=True):
    file: str
    mark_key: bytes
    anchors: str


def answer(asked: Asked) -> Reading:
    """Of a stranger's file, for `inference.sandbox`."""
    return read(Path(asked.file), asked.mark_key, asked.anchors)


def read(file: Path, mark_key: bytes, anchors: str) -> Reading:
    """`anchors`: PEM of the certificates that are trusted."""
    data = file.read_bytes()
    picture, sound = _picture(file), _sound(file)
    return Reading(
        sha256=hashlib.sha256(data).hexdigest(),
        bytes=len(data),
        manifest=manifest(file, _kind(data), anchors),
        picture=tuple(f"{found.mark_id:016x}" for found in _pictured(picture, mark_key)),
        sound=tuple(f"{heard.mark_id:016x}" for heard in sound_mark.search(sound, mark_key)) if len(sound) else (),
        unreadable=picture is None and not len(sound),
    )


def _kind(data: bytes) -> str | None:
    return next((kind for at, magic, kind in KINDS if data[at : at + len(magic)] == magic), None)


def manifest(file: Path, kind: str | None, anchors: str) -> Manifest:
    import c2pa  # type: ignore[import-untyped, import-not-found, unused-ignore]

    if kind is None:
        return Manifest()
    options = {
        "verify": {"verify_trust": True, "remote_manifest_fetch": False, "ocsp_fetch": False},
        "trust": {"trust_anchors": anchors},
    }
    try:
        with (
            c2pa.Context.from_dict(options) as context,
            file.open("rb") as stream,
            c2pa.Reader(kind, stream, context=context) as reader,
        ):
            return _manifest(str(reader.get_validation_state()), json.loads(reader.json()))
    except c2pa.C2paError as error:
        name = type(error).__name__
        absent = name in ("ManifestNotFound", "NotSupported") or str(error).startswith(
            ("ManifestNotFound", "NotSupported")
        )
        return Manifest() if absent else Manifest(state="invalid", problems=("manifest.unreadable",))


def _manifest(state: str, told: dict[str, Any]) -> Manifest:
    active = told["manifests"][told["active_manifest"]]
    assertions = {assertion["label"]: assertion["data"] for assertion in active.get("assertions", [])}
    record: Record | None = None
    with suppress(msgspec.ValidationError):
        record = msgspec.convert(assertions.get(RECORD), Record)
    signature = active.get("signature_info", {})
    return Manifest(
        state=STATES.get(state, "invalid"),
        problems=tuple(sorted({problem["code"] for problem in told.get("validation_status", [])})),
        video_id=record.video_id if record else None,
        mark_id=record.mark_id if record else None,
        verb=record.verb if record else None,
        model=record.model if record else None,
        source=_source(assertions),
        ingredients=tuple(sorted(_ingredient(each) for each in active.get("ingredients", []))),
        signer=signature.get("common_name") or signature.get("issuer"),
        signed_at=signature.get("time"),
    )


def _ingredient(told: dict[str, Any]) -> Ingredient:
    return Ingredient(str(told.get("title", "")), str(told.get("relationship", "")))


def _source(assertions: dict[str, Any]) -> str | None:
    """The last word on what kind of making it was."""
    actions = assertions.get("c2pa.actions.v2", {}).get("actions", [])
    sources = [action["digitalSourceType"] for action in actions if action.get("digitalSourceType")]
    return sources[-1].rpartition("/")[2] if sources else None


def _pictured(field: mark.Field | None, key: bytes) -> list[mark.Found]:
    return [] if field is None else mark.search(field, key)


def _picture(file: Path) -> mark.Field | None:
    """What is left of some frames when the picture is taken away; None without any that is worth it."""
    with suppress(av.FFmpegError, IndexError), av.open(str(file)) as container:
        lumas = list(_lumas(container))
        if lumas:
            return mark.residue(lumas)
    return None


def _lumas(container: Any) -> Iterator[mark.Luma]:
    stream = container.streams.video[0]
    if not SHORTEST <= min(stream.width, stream.height) <= max(stream.width, stream.height) <= LONGEST:
        return
    stream.thread_type = "AUTO"
    total = min(stream.frames or FRAMES, round(SECONDS * float(stream.average_rate or 30)))
    every = max(1, total // FRAMES)
    for number, frame in enumerate(container.decode(stream)):
        if number >= every * FRAMES:
            return
        if number % every == every // 2:
            if (frame.width, frame.height) != (stream.width, stream.height):
                return
            yield frame.to_ndarray(format="gray")


def _sound(file: Path) -> NDArray[np.float32]:
    """[samples, 2] of the beginning; none where there is no sound."""
    pieces: list[NDArray[Any]] = [np.zeros((0, 2), np.float32)]
    with suppress(av.FFmpegError, IndexError), av.open(str(file)) as container:
        resampler = AudioResampler(format="fltp", layout="stereo", rate=sound_mark.RATE)
        for frame in container.decode(container.streams.audio[0]):
            pieces += [piece.to_ndarray().T for piece in resampler.resample(frame)]
            if sum(map(len, pieces)) > SECONDS * sound_mark.RATE:
                break
    return np.concatenate(pieces).astype(np.float32, copy=False)
