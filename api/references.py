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
from domain.uploads import IMAGE_BYTES, SUFFIXES, Look
from domain.video import Reference

FIELD: Final = "input_reference"


async def queue_with(call: Call, command: CreateVideo, body: dict[str, Any], file: Path | None) -> Outcome:
    """Dispatches the command, with the file as its reference if there is one. The file lies in the store before the
    command happens; where it does not happen after all, the file goes again. What nobody knows the outcome of is left:
    a sweeper takes what the log does not name."""
    if file is None:
        return await call.dispatch(command, body)
    reference = await _keep(call, command, file)
    try:
        outcome = await call.dispatch(msgspec.structs.replace(command, reference=reference), body)
    except (Rejected, IdempotencyMismatch):
        await call.deps.objects.delete(reference.key)
        raise
    if outcome.answer["video_id"] != command.video_id:  # this request was answered before
        await call.deps.objects.delete(reference.key)
    return outcome


async def _keep(call: Call, command: CreateVideo, file: Path) -> Reference:
    look = await _look(call, file)
    key = f"{given_prefix_of(command.account_id, command.video_id)}reference-{look.sha256}{SUFFIXES[look.mime]}"
    await call.deps.objects.put_file(key, file, look.mime)
    return Reference(
        video_id=command.video_id, kind=look.kind, key=key, sha256=look.sha256, mime=look.mime, bytes=look.bytes
    )


async def _look(call: Call, file: Path) -> Look:
    try:
        look = await call.deps.files.probe(file)
        if look.kind == "image" and look.bytes > IMAGE_BYTES:
            raise TooLarge(f"A picture has at most {IMAGE_BYTES >> 20} MB: send a smaller one.", FIELD)
        await _require_foreign(call, file)
    except Invalid as error:
        raise Invalid("unsupported_input", error.message, FIELD) from error
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
