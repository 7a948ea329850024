from __future__ import annotations

from typing import Any

import msgspec

from domain.provenance import Manifest, Reading
from tests.unit.api.world import Platform
from tests.unit.domain.test_provenance import MARK, film, manifest, reading

PATH = "/v1/content_provenance_checks"


def sent(platform: Platform, what: Reading | bytes, field: str = "file") -> Any:
    data = what if isinstance(what, bytes) else msgspec.json.encode(what)
    return platform.client.post(PATH, files={field: ("clip.mp4", data, "video/mp4")})


def test_a_delivered_file_is_found_with_all_that_it_says(platform: Platform) -> None:
    platform.provenance.known = [film()]
    response = sent(platform, reading())
    assert response.status_code == 200
    body = response.json()
    assert (body["object"], body["verdict"], body["sha256"]) == ("content_provenance_check", "unchanged", "aa" * 32)
    assert body["video"] == {
        "id": "video_1", "mark_id": MARK, "state": "available", "verb": "create", "model": "sketch-1",
        "made_at": 1795478400,
    }  # fmt: skip
    told = {result["type"]: result for result in body["results"]}
    assert (told["c2pa"]["outcome"], told["c2pa"]["validation_state"]) == ("detected", "trusted")
    assert told["picture_mark"] == {"type": "picture_mark", "outcome": "detected", "marks": [MARK]}
    assert all(finding["agrees"] for finding in body["findings"])


def test_a_stranger_to_us_is_unknown(platform: Platform) -> None:
    body = sent(platform, reading(manifest=Manifest(), picture=(), sound=())).json()
    assert (body["verdict"], body["video"], body["findings"]) == ("unknown", None, [])
    assert [result["outcome"] for result in body["results"]] == ["not_detected"] * 3
    assert body["results"][0]["validation_state"] == "not_present"


def test_what_does_not_agree_is_told_by_name(platform: Platform) -> None:
    platform.provenance.known = [film()]
    body = sent(platform, reading(manifest=manifest(verb="remix"))).json()
    assert body["verdict"] == "contradictory"
    assert [finding["code"] for finding in body["findings"] if not finding["agrees"]] == ["manifest_making"]


def test_a_file_is_wanted(platform: Platform) -> None:
    assert sent(platform, b"").json()["type"].endswith("file_missing")
    assert sent(platform, b"x", field="clip").status_code == 400
    assert platform.client.post(PATH, json={"file": "x"}).status_code == 415
    assert platform.client.post(PATH, data={"file": "words"}, files={"other": b"x"}).status_code == 400
    large = platform.client.post(
        PATH, content=b"", headers={"content-length": str(33 << 20), "content-type": "multipart/form-data; boundary=x"}
    )
    assert large.status_code == 413


def test_the_document_says_that_the_body_is_a_file(platform: Platform) -> None:
    body = platform.browser.get("/openapi.json").json()["paths"][PATH]["post"]["requestBody"]["content"]
    assert list(body) == ["multipart/form-data"]
    assert body["multipart/form-data"]["schema"]["required"] == ["file"]
