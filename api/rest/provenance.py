"""Where a file comes from: what it says of itself beside what the log says. Whoever has the file may ask; the answer
tells which film it is, and nothing of what the film's owner keeps to himself."""

from __future__ import annotations

from typing import Final, Literal

import msgspec
from starlette.responses import Response

from api.call import Call, reply
from api.consistency import fresh
from api.parsing import read_file
from api.present import unix
from api.routing import TOKEN, Endpoint
from domain.provenance import Check, Known, Manifest, Verdict

FIELD: Final = "file"

Outcome = Literal["detected", "not_detected"]
ValidationState = Literal["trusted", "valid", "invalid", "not_present"]


class UsedBody(msgspec.Struct, kw_only=True):
    title: str
    relation: str


class ManifestResult(msgspec.Struct, kw_only=True, tag_field="type", tag="c2pa"):
    """What the signer claims; `validation_state` says what that is worth."""

    outcome: Outcome
    validation_state: ValidationState
    problems: list[str]
    signer: str | None
    signed_at: str | None
    digital_source_type: str | None
    video_id: str | None
    mark_id: str | None
    ingredients: list[UsedBody]


class PictureResult(msgspec.Struct, kw_only=True, tag_field="type", tag="picture_mark"):
    """A film that was joined of others still has their marks under its own."""

    outcome: Outcome
    marks: list[str]


class SoundResult(msgspec.Struct, kw_only=True, tag_field="type", tag="sound_mark"):
    outcome: Outcome
    marks: list[str]


class FilmBody(msgspec.Struct, kw_only=True):
    id: str
    mark_id: str | None
    state: Literal["available", "deleted"]
    verb: str
    model: str
    made_at: int


class FindingBody(msgspec.Struct, kw_only=True):
    code: str
    agrees: bool
    message: str


class ProvenanceCheck(msgspec.Struct, kw_only=True):
    """`unchanged`: it is the delivered file. `changed`: it comes from `video`, but is not the delivered file.
    `contradictory`: what it says of itself does not fit together, or not to the log. `unknown`: nothing says that it
    was made here."""

    object: str = "content_provenance_check"
    verdict: Verdict
    sha256: str
    bytes: int
    readable: bool
    video: FilmBody | None
    results: list[ManifestResult | PictureResult | SoundResult]
    findings: list[FindingBody]


async def check(call: Call) -> Response:
    freshness = await fresh(call, "videos")
    async with read_file(call.request, FIELD) as file:
        checked = await call.deps.provenance.check(file)
    return reply(_answer(checked), headers=freshness.headers)


def _answer(checked: Check) -> ProvenanceCheck:
    reading = checked.reading
    return ProvenanceCheck(
        verdict=checked.verdict,
        sha256=reading.sha256,
        bytes=reading.bytes,
        readable=not reading.unreadable,
        video=_film(checked.video) if checked.video else None,
        results=[
            _manifest(reading.manifest),
            PictureResult(outcome=_outcome(reading.picture), marks=list(reading.picture)),
            SoundResult(outcome=_outcome(reading.sound), marks=list(reading.sound)),
        ],
        findings=[FindingBody(code=each.code, agrees=each.agrees, message=each.message) for each in checked.findings],
    )


def _outcome(marks: tuple[str, ...]) -> Outcome:
    return "detected" if marks else "not_detected"


def _manifest(manifest: Manifest) -> ManifestResult:
    absent = manifest.state == "absent"
    return ManifestResult(
        outcome="not_detected" if absent else "detected",
        validation_state="not_present" if manifest.state == "absent" else manifest.state,
        problems=list(manifest.problems),
        signer=manifest.signer,
        signed_at=manifest.signed_at,
        digital_source_type=manifest.source,
        video_id=manifest.video_id,
        mark_id=manifest.mark_id,
        ingredients=[UsedBody(title=used.title, relation=used.relation) for used in manifest.ingredients],
    )


def _film(known: Known) -> FilmBody:
    return FilmBody(
        id=known.video_id,
        mark_id=known.mark_id,
        state="available" if known.sha256 else "deleted",
        verb=known.verb,
        model=known.model,
        made_at=unix(known.made_at),
    )


ENDPOINTS: Final[tuple[Endpoint, ...]] = (
    Endpoint(
        method="POST",
        path="/v1/content_provenance_checks",
        handler=check,
        summary="Where a file comes from: its manifest and its marks beside the log",
        tag="provenance",
        params=(TOKEN,),
        upload=FIELD,
        answer=ProvenanceCheck,
    ),
)
