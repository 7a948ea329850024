"""The signed manifest of a film (C2PA). It is written last: whatever touches the file afterwards breaks it."""

from __future__ import annotations

import hashlib
import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import msgspec

from domain.provenance import GIVEN
from inference.ports import Job, Reference, Signer

if TYPE_CHECKING:
    import c2pa  # type: ignore[import-untyped, import-not-found, unused-ignore]

SOFT_BINDING: Final = "c2pa.soft-binding"
RECORD: Final = "org.recut.record"
ALGORITHM: Final = "org.recut.mark.2"  # of the invisible mark: what a reader needs to look for it
MP4: Final = "video/mp4"
SOURCES: Final = "http://cv.iptc.org/newscodes/digitalsourcetype/"
ALGORITHMIC: Final = "algorithmicMedia"
TRAINED: Final = "trainedAlgorithmicMedia"
COMPOSITE: Final = "compositeWithTrainedAlgorithmicMedia"
PLACED: Final = "compositeSynthetic"
DRAWN: Final = ("sketch-1",)  # models that nobody has trained
CREATING: Final = ("create", "stitch")
RELATIONS: Final = {"stitch": "componentOf"}
PLATE: Final = "plate"  # the label of what lies behind the actors
OPTIONS: Final[dict[str, Any]] = {
    "verify": {"verify_after_sign": False, "remote_manifest_fetch": False},
    "builder": {"thumbnail": {"enabled": False}},
}


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """What the manifest says of the film in the words of the log."""

    video_id: str
    attempt: int
    verb: str
    model: str
    mark_id: str


class Ancestor(msgspec.Struct, frozen=True):
    """A film that this one is made from, as it was delivered: its manifest is kept inside the new one."""

    video_id: str
    file: Path


def require() -> None:
    """A missing library is told when a process starts, not when a film is ready."""
    if importlib.util.find_spec("c2pa") is None:
        raise RuntimeError("Signed manifests need the library c2pa: install c2pa-python==0.38.1")


def source_of(model: str, *, speaks: bool, placed: bool = False) -> str:
    """The kind of making. A drawn film is no trained model's, but the voice that speaks in it is; one that is `placed`
    has a picture or video of somebody else behind it."""
    if model not in DRAWN:
        return COMPOSITE if placed else TRAINED
    if speaks:
        return COMPOSITE
    return PLACED if placed else ALGORITHMIC


def sign(unsigned: Path, signed: Path, job: Job, mark_id: str, signer: Signer, *, speaks: bool) -> None:
    """Reads one file and writes the other."""
    import c2pa  # type: ignore[import-untyped, import-not-found, unused-ignore]

    source, above = source_of(job.model, speaks=speaks, placed=job.reference is not None), ancestors(job)
    plate = plate_of(job)
    with (
        c2pa.Context.from_dict(OPTIONS) as context,
        c2pa.Builder(manifest(job, mark_id, source, above, plate), context) as builder,
        c2pa.Signer.from_callback(signer.sign, c2pa.C2paSigningAlg.ES256, signer.chain, signer.time_stamps) as native,
    ):
        _intend(builder, job.verb, source)
        for number, ancestor in enumerate(above):
            with ancestor.file.open("rb") as stream:
                builder.add_ingredient(_ingredient(number, ancestor, job.verb), MP4, stream)
        if plate:
            with plate.path.open("rb") as stream:
                builder.add_ingredient(_plate(plate), plate.mime, stream)
        with unsigned.open("rb") as read, signed.open("w+b") as written:
            builder.sign(native, MP4, read, written)


def ancestors(job: Job) -> list[Ancestor]:
    """Each once, though several parts of a stitch may be cut from one film."""
    files = {parent.video_id: parent.delivered for parent in job.parents}
    return [Ancestor(video_id, file) for video_id, file in files.items() if file]


def plate_of(job: Job) -> Reference | None:
    """What somebody gave for this very film: a parent's is named in the parent's manifest, which is kept."""
    return job.reference if job.verb in CREATING and job.reference and job.reference.mime else None


def manifest(
    job: Job, mark_id: str, source: str, above: list[Ancestor], plate: Reference | None = None
) -> dict[str, Any]:
    record = Record(video_id=job.video_id, attempt=job.attempt, verb=job.verb, model=job.model, mark_id=mark_id)
    return {
        "title": job.video_id,
        "format": MP4,
        "claim_generator_info": [{"name": "Recut", "version": "1"}],
        "ingredients": [_character(cast.character_id) for cast in job.characters],
        "assertions": [
            {"label": "c2pa.actions.v2", "data": {"actions": _actions(job.verb, source, above, plate)}},
            {"label": SOFT_BINDING, "data": {"alg": ALGORITHM, "blocks": [{"scope": {}, "value": mark_id}], "pad": ""}},
            {"label": RECORD, "data": msgspec.to_builtins(record)},
        ],
    }


def _actions(verb: str, source: str, above: list[Ancestor], plate: Reference | None) -> list[dict[str, Any]]:
    """The first one, created or opened, follows from what is intended."""
    if verb not in CREATING:
        return [{"action": "c2pa.edited", "digitalSourceType": SOURCES + source}]
    placed = [str(number) for number in range(len(above))] + ([PLATE] if plate else [])
    return [{"action": "c2pa.placed", "parameters": {"ingredientIds": [label]}} for label in placed]


def _intend(builder: c2pa.Builder, verb: str, source: str) -> None:
    from c2pa import C2paBuilderIntent, C2paDigitalSourceType  # type: ignore[import-untyped, import-not-found, unused-ignore]

    if verb not in CREATING:
        return builder.set_intent(C2paBuilderIntent.EDIT)
    kinds = {
        ALGORITHMIC: C2paDigitalSourceType.ALGORITHMIC_MEDIA,
        TRAINED: C2paDigitalSourceType.TRAINED_ALGORITHMIC_MEDIA,
        PLACED: C2paDigitalSourceType.COMPOSITE_SYNTHETIC,
        COMPOSITE: C2paDigitalSourceType.COMPOSITE_WITH_TRAINED_ALGORITHMIC_MEDIA,
    }
    return builder.set_intent(C2paBuilderIntent.CREATE, kinds[source])


def _ingredient(number: int, ancestor: Ancestor, verb: str) -> dict[str, Any]:
    """Its title is what the log knows it by."""
    relation = RELATIONS.get(verb, "parentOf")
    return {"title": ancestor.video_id, "relationship": relation, "label": str(number)}


def _plate(plate: Reference) -> dict[str, Any]:
    """The log knows it by its digest."""
    with plate.path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return {"title": GIVEN + digest, "relationship": "componentOf", "label": PLATE}


def _character(character_id: str) -> dict[str, Any]:
    """Who stars in it: an id and no picture, so that nobody's likeness is kept in files that go round."""
    urn = f"urn:recut:character:{character_id}"
    return {"title": character_id, "relationship": "inputTo", "format": "application/json", "instance_id": urn}
