from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from domain.provenance import Check, Ingredient, Known, Manifest, Reading, compare

SHA, OTHER_SHA = "aa" * 32, "bb" * 32
MARK, PARENTS_MARK, STRANGE_MARK = "0" * 15 + "1", "0" * 15 + "2", "0" * 15 + "3"
AT = datetime(2026, 11, 24, tzinfo=UTC)


def film(video_id: str = "video_1", **changes: Any) -> Known:
    fields: dict[str, Any] = {
        "video_id": video_id, "mark_id": MARK, "sha256": SHA, "verb": "create", "model": "sketch-1", "made_at": AT,
        "parents": (), "characters": (),
    }  # fmt: skip
    return Known(**fields | changes)


def manifest(**changes: Any) -> Manifest:
    fields: dict[str, Any] = {
        "state": "trusted", "video_id": "video_1", "mark_id": MARK, "verb": "create", "model": "sketch-1"
    }  # fmt: skip
    return Manifest(**fields | changes)


def reading(**changes: Any) -> Reading:
    fields: dict[str, Any] = {
        "sha256": SHA, "bytes": 9, "manifest": manifest(), "picture": (MARK,), "sound": (MARK,)
    }  # fmt: skip
    return Reading(**fields | changes)


def wrong(check: Check) -> list[str]:
    return [finding.code for finding in check.findings if not finding.agrees]


def test_the_delivered_file_agrees_with_everything() -> None:
    check = compare(reading(), [film()])
    assert (check.verdict, check.video, wrong(check)) == ("unchanged", film(), [])
    assert {finding.code for finding in check.findings} == {
        "file", "signature", "signer", "manifest_video", "manifest_mark", "manifest_making", "manifest_ingredients",
        "picture_mark", "sound_mark",
    }  # fmt: skip


def test_a_file_that_was_cut_open_is_changed() -> None:
    check = compare(reading(sha256=OTHER_SHA, manifest=manifest(state="invalid")), [film()])
    assert (check.verdict, check.video, wrong(check)) == ("changed", film(), ["signature", "file"])


def test_without_its_manifest_a_file_is_known_by_its_marks() -> None:
    stripped = reading(sha256=OTHER_SHA, manifest=Manifest())
    check = compare(stripped, [film()])
    assert (check.verdict, check.video, wrong(check)) == ("changed", film(), ["file"])
    assert compare(reading(sha256=OTHER_SHA, manifest=Manifest(), picture=()), [film()]).video == film()


def test_what_says_nothing_of_us_is_unknown() -> None:
    check = compare(reading(manifest=Manifest(), picture=(), sound=()), [])
    assert (check.verdict, check.video, check.findings) == ("unknown", None, ())


def test_a_manifest_that_names_nothing_of_ours_proves_nothing() -> None:
    check = compare(reading(manifest=manifest(state="valid"), picture=(), sound=()), [])
    assert (check.verdict, wrong(check)) == ("unknown", ["manifest_video", "signer"])


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"mark_id": STRANGE_MARK}, "manifest_mark"),
        ({"verb": "remix"}, "manifest_making"),
        ({"model": "recut-1"}, "manifest_making"),
        ({"ingredients": (Ingredient("video_9", "parentOf"),)}, "manifest_ingredients"),
    ],
)
def test_a_manifest_that_says_something_else_than_the_log_contradicts_it(changes: dict[str, Any], code: str) -> None:
    check = compare(reading(manifest=manifest(**changes)), [film()])
    assert (check.verdict, wrong(check)) == ("contradictory", [code])


def test_parents_and_characters_must_be_the_logs() -> None:
    used = (Ingredient("char_1", "inputTo"), Ingredient("video_0", "parentOf"))
    remix = film(verb="remix", parents=("video_0",), characters=("char_1",))
    assert compare(reading(manifest=manifest(verb="remix", ingredients=used)), [remix]).verdict == "unchanged"
    lost = compare(reading(manifest=manifest(verb="remix", ingredients=used[1:])), [remix])
    assert wrong(lost) == ["manifest_ingredients"]


def test_a_file_that_somebody_gave_is_no_contradiction() -> None:
    given = manifest(ingredients=(Ingredient("sha256:" + "cc" * 32, "componentOf"), Ingredient("char_1", "inputTo")))
    assert wrong(compare(reading(manifest=given), [film(characters=("char_1",))])) == []
    assert wrong(compare(reading(manifest=given), [film()])) == ["manifest_ingredients"]


def test_another_films_manifest_on_a_marked_film_is_told() -> None:
    """Somebody has signed it anew: nobody whom we trust, so the marks count."""
    forged = manifest(state="valid", video_id="video_2", mark_id=STRANGE_MARK)
    check = compare(reading(sha256=OTHER_SHA, manifest=forged), [film(), film("video_2", mark_id=STRANGE_MARK)])
    assert check.video == film()
    assert (check.verdict, wrong(check)) == ("changed", ["signer", "file"])
    moved = compare(
        reading(manifest=manifest(video_id="video_2", mark_id=STRANGE_MARK)),
        [film(), film("video_2", mark_id=STRANGE_MARK)],
    )
    assert moved.verdict == "contradictory"
    assert wrong(moved) == ["picture_mark", "sound_mark"]


def test_marks_of_what_a_film_was_joined_of_are_part_of_it() -> None:
    parent = film("video_0", mark_id=PARENTS_MARK, sha256=OTHER_SHA)
    joined = film(verb="stitch", parents=("video_0",), made_at=AT.replace(hour=1))
    ours = manifest(verb="stitch", ingredients=(Ingredient("video_0", "componentOf"),))
    both = compare(reading(manifest=ours, picture=(PARENTS_MARK, MARK), sound=(PARENTS_MARK,)), [parent, joined])
    assert (both.verdict, both.video) == ("unchanged", joined)
    bare = compare(reading(sha256="cc" * 32, manifest=Manifest(), picture=(PARENTS_MARK, MARK)), [parent, joined])
    assert (bare.verdict, bare.video) == ("changed", joined)


def test_of_a_deleted_film_the_mark_is_still_known() -> None:
    gone = film(sha256=None)
    check = compare(reading(manifest=Manifest()), [gone])
    assert (check.verdict, check.video, wrong(check)) == ("changed", gone, [])
