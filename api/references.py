"""A picture or video that is sent in to be the place of a clip: looked at, and kept with the video that it is for."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import msgspec

from api.call import Call
from api.errors import TooLarge
from commands.bus import Outcome
from commands.video import CreateVideo
from domain.errors import IdempotencyMismatch, Invalid, Rejected
from domain.jobs import given_prefix_of
from domain.model import resolve
from domain.uploads import IMAGE_BYTES, SUFFIXES, Look
from domain.video import Reference

FIELD: Final = "input_reference"
VIDEO: Final = "video"


async def queue_with(call: Call, command: CreateVideo, body: dict[str, Any], file: Path | None) -> Outcome:
    """Dispatches the command, with the file as its reference if there is one."""
    if file is None:
        return await call.dispatch(command, body)
    return await _queue(call, command, body, file, await _look(call, file, FIELD))


async def queue_like(call: Call, command: CreateVideo, body: dict[str, Any], file: Path) -> Outcome:
    """As `queue_with`, of a video: length and size follow it where the command leaves them open."""
    look = await _look(call, file, VIDEO)
    if look.kind != "video":
        raise Invalid("unsupported_input", f"`{VIDEO}` is a video: send a picture as `{FIELD}` of a new one.", VIDEO)
    chosen = resolve(command.model, await call.deps.models.installed())
    like = msgspec.structs.replace(
        command, seconds=command.seconds or chosen.seconds_for(look.seconds),
        size=command.size or chosen.size_for(look.width, look.height),
    )  # fmt: skip
    return await _queue(call, like, body, file, look)


async def _queue(call: Call, command: CreateVideo, body: dict[str, Any], file: Path, look: Look) -> Outcome:
    """The file lies in the store before the command happens; where it does not happen after all, the file goes again.
    What nobody knows the outcome of is left: a sweeper takes what the log does not name."""
    reference = await _keep(call, command, file, look)
    try:
        outcome = await call.dispatch(msgspec.structs.replace(command, reference=reference), body)
    except (Rejected, IdempotencyMismatch):
        await call.deps.objects.delete(reference.key)
        raise
    if outcome.answer["video_id"] != command.video_id:  # this request was answered before
        await call.deps.objects.delete(reference.key)
    return outcome


async def _keep(call: Call, command: CreateVideo, file: Path, look: Look) -> Reference:
    key = f"{given_prefix_of(command.account_id, command.video_id)}reference-{look.sha256}{SUFFIXES[look.mime]}"
    await call.deps.objects.put_file(key, file, look.mime)
    return Reference(
        video_id=command.video_id, kind=look.kind, key=key, sha256=look.sha256, mime=look.mime, bytes=look.bytes
    )


async def _look(call: Call, file: Path, field: str) -> Look:
    try:
        look = await call.deps.files.probe(file)
        if look.kind == "image" and look.bytes > IMAGE_BYTES:
            raise TooLarge(f"A picture has at most {IMAGE_BYTES >> 20} MB: send a smaller one.", field)
        await _require_foreign(call, file)
    except Invalid as error:
        raise Invalid("unsupported_input", error.message, field) from error
    return look


async def _require_foreign(call: Call, file: Path) -> None:
    """A film of this platform comes in by its id, so that nobody leaves behind who stars in it and what they allow."""
    checked = await call.deps.provenance.check(file)
    if checked.video:
        raise Invalid(
            "unsupported_input",
            f"This file comes from {checked.video.video_id} of this platform: remix that, so that its characters and "
            "their consent come with it.",
        )
