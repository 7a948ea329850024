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


class Bundle(msgspec.Struct, frozen=True, kw_only=True):
    """Everything a worker needs for one attempt. `parent_scene` is the key of the parent's scene asset in the object
    store; files go under `prefix`. Durations are seconds, `size` is "WIDTHxHEIGHT"."""

    video_id: str
    attempt: int
    model: str
    verb: str
    prompt: str
    seed: int
    seconds: int
    size: str
    prefix: str
    parent_scene: str | None


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


def prefix_of(video_id: str, attempt: int) -> str:
    return f"v/{video_id}/{attempt}/"


def report_of(video_id: str, attempt: int) -> str:
    """What a sealed report is about: it cannot pass for another attempt's."""
    return f"report on {video_id} {attempt}"
