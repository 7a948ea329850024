"""Where a file comes from: what it says of itself, in a signed manifest and in invisible marks, beside what the log
says. What agrees is told, and so is what does not."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final, Literal

import msgspec

State = Literal["trusted", "valid", "invalid", "absent"]
Verdict = Literal["unchanged", "changed", "contradictory", "unknown"]


GIVEN: Final = "sha256:"  # with which the title of a file begins that somebody gave


class Ingredient(msgspec.Struct, frozen=True, order=True):
    """`relation` in the words of manifests: parentOf, componentOf or inputTo; `title` is the id of what was used, or
    the digest of a file from elsewhere."""

    title: str
    relation: str


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """`trusted`: signed by whom this platform trusts; `valid`: signed by somebody, and unchanged since. The other
    fields are what the signer claims."""

    state: State = "absent"
    problems: tuple[str, ...] = ()
    video_id: str | None = None
    mark_id: str | None = None
    verb: str | None = None
    model: str | None = None
    source: str | None = None
    ingredients: tuple[Ingredient, ...] = ()
    signer: str | None = None
    signed_at: str | None = None


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """All that a file says. Marks are 16 hexadecimal digits, the strongest first: a film that was joined of others
    still has theirs under its own."""

    sha256: str
    bytes: int
    manifest: Manifest
    picture: tuple[str, ...] = ()
    sound: tuple[str, ...] = ()
    unreadable: bool = False  # no picture or sound that could be searched


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """What the log says of a film. `sha256` is that of the delivered file; None: it was deleted."""

    video_id: str
    mark_id: str | None
    sha256: str | None
    verb: str
    model: str
    made_at: datetime
    parents: tuple[str, ...]
    characters: tuple[str, ...]


class Finding(msgspec.Struct, frozen=True):
    """`code` is from `CODES`."""

    code: str
    agrees: bool
    message: str


class Check(msgspec.Struct, frozen=True, kw_only=True):
    """`video`: the film of this platform that the file is, or comes from."""

    verdict: Verdict
    reading: Reading
    video: Known | None
    findings: tuple[Finding, ...]


CODES: Final = {
    "file": ("The file is the one that was delivered.", "The file is not the one that was delivered."),
    "signature": ("The manifest is whole.", "The manifest does not fit the file: one of them was changed."),
    "signer": ("The manifest was signed by this platform.", "The manifest was not signed by this platform."),
    "manifest_video": ("The manifest names a film of this platform.", "The manifest names a film that is not known."),
    "manifest_mark": ("Manifest and log name the same mark.", "Manifest and log name different marks."),
    "manifest_making": ("Manifest and log agree on how it was made.", "Manifest and log differ on how it was made."),
    "manifest_ingredients": (
        "Manifest and log name the same parents and characters.",
        "Manifest and log name different parents or characters.",
    ),
    "picture_mark": ("The mark in the picture is the film's.", "The mark in the picture is not the film's."),
    "sound_mark": ("The mark in the sound is the film's.", "The mark in the sound is not the film's."),
}


def compare(reading: Reading, known: Sequence[Known]) -> Check:
    """`known`: the films that the log has by the manifest's video and by the marks."""
    video = _resolved(reading, known)
    findings = _of_manifest(reading.manifest, known)
    if video:
        findings += _of_video(reading, video, known)
    return Check(verdict=_verdict(reading, video, findings), reading=reading, video=video, findings=tuple(findings))


def _resolved(reading: Reading, known: Sequence[Known]) -> Known | None:
    """What a trusted manifest says goes before marks, and marks before what anybody may have signed."""
    named = next((film for film in known if film.video_id == reading.manifest.video_id), None)
    marked = [film for film in known if film.mark_id in (*reading.picture, *reading.sound)]
    if named and reading.manifest.state == "trusted":
        return named
    return _youngest(marked) if marked else named


def _youngest(films: Sequence[Known]) -> Known:
    """A film lies over those that it was joined of, so all of its marks are the last one's and its ancestors'."""
    return max(films, key=lambda film: (film.made_at, film.video_id))


def _of_manifest(manifest: Manifest, known: Sequence[Known]) -> list[Finding]:
    if manifest.state == "absent":
        return []
    named = next((film for film in known if film.video_id == manifest.video_id), None)
    found = [_finding("signature", manifest.state != "invalid"), _finding("manifest_video", named is not None)]
    if manifest.state != "invalid":
        found.append(_finding("signer", manifest.state == "trusted"))
    if named:
        found.append(_finding("manifest_mark", manifest.mark_id == named.mark_id))
        found.append(_finding("manifest_making", (manifest.verb, manifest.model) == (named.verb, named.model)))
        found.append(_finding("manifest_ingredients", _used(manifest) == {*named.parents, *named.characters}))
    return found


def _used(manifest: Manifest) -> set[str]:
    """Of what has an id. A file that somebody gave for a film has none, and goes with it."""
    return {ingredient.title for ingredient in manifest.ingredients if not ingredient.title.startswith(GIVEN)}


def _of_video(reading: Reading, video: Known, known: Sequence[Known]) -> list[Finding]:
    """Marks of ancestors are no contradiction: their pictures and their sound are part of the film."""
    found = [] if video.sha256 is None else [_finding("file", reading.sha256 == video.sha256)]
    for code, marks in (("picture_mark", reading.picture), ("sound_mark", reading.sound)):
        if marks:
            found.append(_finding(code, video.mark_id in marks or _only_ancestors(marks, video, known)))
    return found


def _only_ancestors(marks: Sequence[str], video: Known, known: Sequence[Known]) -> bool:
    by_mark = {film.mark_id: film.video_id for film in known}
    return all(by_mark.get(mark) in video.parents for mark in marks)


def _finding(code: str, agrees: bool) -> Finding:
    return Finding(code, agrees, CODES[code][0 if agrees else 1])


def _verdict(reading: Reading, video: Known | None, findings: Sequence[Finding]) -> Verdict:
    """A file that was only changed no longer has its digest and its signature; nothing else may differ."""
    wrong = {finding.code for finding in findings if not finding.agrees}
    if video is None:
        return "unknown"
    if not wrong and reading.sha256 == video.sha256:
        return "unchanged"
    return "contradictory" if wrong - {"file", "signature", "signer"} else "changed"
