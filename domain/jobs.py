"""The messages between the platform and a worker.

On Kafka go only ids and sealed bytes: a `Ticket` tells that there is work, a `Sealed` report tells how it went. The
`Bundle` (prompt included) is handed out by the claim, sealed with a key that exists for this attempt only.
"""

from __future__ import annotations

import msgspec

from domain.video import Asset


class Ticket(msgspec.Struct, frozen=True):
    """There is work: topics `generation.paid` and `generation.free`."""

    video_id: str
    attempt: int
    model: str


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """A parent: what is used of it, and the keys of its files in the object store. A key is None where there is no such
    file, because the parent was deleted meanwhile or never had one. `delivered` is the file that others have, `latents`
    what its model has kept for itself."""

    video_id: str
    relation: str
    seconds: int
    span: tuple[float, float] | None
    scene: str | None
    video: str | None
    captions: str | None = None
    delivered: str | None = None
    latents: str | None = None


class Cast(msgspec.Struct, frozen=True, kw_only=True):
    """A character of the clip. `parameters` is the JSON of an object of numbers; an `inherited` one stars in a parent
    already."""

    character_id: str
    name: str
    handle: str
    description: str
    rig: str
    parameters: str
    inherited: bool = False


class Plate(msgspec.Struct, frozen=True):
    """The file that is the place of the clip, by its key in the object store."""

    key: str
    mime: str


class Bundle(msgspec.Struct, frozen=True, kw_only=True):
    """Everything a worker needs for one attempt; files go under `prefix`. Durations are seconds, `seconds` that of the
    whole file; `size` is "WIDTHxHEIGHT". `mark_key` makes the invisible marks, `label` says that a visible one is due.

    A bundle that was sealed before there were `parents` or `mark_key` opens as one without any: see
    `inference.sources`."""

    video_id: str
    attempt: int
    model: str
    verb: str
    prompt: str
    seed: int
    seconds: int
    size: str
    prefix: str
    parents: tuple[Source, ...] = ()
    characters: tuple[Cast, ...] = ()
    plate: Plate | None = None
    mark_key: bytes = b""
    label: bool = False
    traceparent: str = ""


class Started(msgspec.Struct, frozen=True, tag="started", kw_only=True):
    worker: str
    engine: str


class Finished(msgspec.Struct, frozen=True, tag="finished", kw_only=True):
    worker: str
    engine: str
    model_digest: str
    seed: int
    assets: tuple[Asset, ...]
    understood: tuple[str, ...]
    ignored: tuple[str, ...]
    mark_id: str | None = None


class Broken(msgspec.Struct, frozen=True, tag="broken", kw_only=True):
    """`code` is public and from a closed list; `message` may quote the prompt and stays sealed."""

    worker: str
    code: str
    message: str


Report = Started | Finished | Broken


class Sealed(msgspec.Struct, frozen=True):
    """A `Report` sealed with the attempt's key: topic `generation.outcomes`."""

    video_id: str
    attempt: int
    sealed: bytes
    traceparent: str = ""


def prefix_of(video_id: str, attempt: int) -> str:
    return f"v/{video_id}/{attempt}/"


def given_prefix_of(owner_id: str, video_id: str) -> str:
    """Where the files lie that an account has given for a video."""
    return f"a/{owner_id}/{video_id}/"


def report_of(video_id: str, attempt: int) -> str:
    """What a sealed report is about: it cannot pass for another attempt's."""
    return f"report on {video_id} {attempt}"
