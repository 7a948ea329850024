"""A character, its consent, and everything that is made with it, on the running system: from the first version to the
receipt of the revocation."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest

from tests.e2e.conftest import System
from tests.runtime import eventually

pytestmark = pytest.mark.filterwarnings("ignore:The Sora API:DeprecationWarning")
SIZE = "144x256"


def test_a_consent_is_given_relied_upon_and_taken_back(system: System) -> None:
    with system.http(system.key("e2e-owner")) as owner, system.http(system.key("e2e-maker")) as maker:
        rex = _ok(
            owner.post(
                "/v1/characters",
                json={
                    "kind": "persona",
                    "handle": "e2e.rex",
                    "name": "Rex",
                    "description": "a brown dog with a red collar",
                    "rig": "quadruped",
                    "parameters": {},
                },
            )
        )["id"]
        wish = {"prompt": "@e2e.rex runs in a park", "size": SIZE}

        asked = _ok(maker.post("/v1/preflight", json=wish))
        assert (asked["allowed"], asked["refusal"]["code"]) == (False, "consent_denied")
        consent = {"audience": "everyone", "text": "Not in political content. Never say 'foo'. Be nice."}
        told = _ok(owner.put(f"/v1/characters/{rex}/consent", json=consent))["details"]["consents"][0]
        assert [rule["rule"] for rule in told["rules"]] == ["topic:politics", "word:foo"]
        assert told["unclear"] == ["Be nice"]
        refused = maker.post("/v1/videos", json={"prompt": "@e2e.rex at an election rally", "size": SIZE})
        assert (refused.status_code, refused.json()["error"]["code"]) == (403, "consent_denied")

        asked = _ok(maker.post("/v1/preflight", json=wish))
        assert (asked["allowed"], asked["estimate"]["tier"]) == (True, "free")
        first = _made(maker, _ok(maker.post("/v1/videos", json=wish)))
        assert first["characters"] == [{"id": rex, "consent_version": 2}]
        _ok(maker.post(f"/v1/videos/{first['id']}/publish", json={"description": "a surprise"}))
        assert _ok(owner.get(f"/v1/videos/{first['id']}"))["prompt"] == "a surprise"

        body = {"prompt": "it starts to rain", "video": {"id": first["id"]}, "seconds": "4"}
        longer = _made(maker, _ok(maker.post("/v1/videos/extensions", json=body)))
        assert (longer["seconds"], longer["characters"]) == ("8", first["characters"])
        clips = {"clips": [{"video_id": longer["id"], "end": 5}, {"video_id": first["id"], "start": 1, "end": 2.5}]}
        stitched = _made(maker, _ok(maker.post("/v1/videos/stitch", json=clips)))
        night = _made(owner, _ok(owner.post(f"/v1/videos/{first['id']}/remix", json={"prompt": "make it night"})))

        revoked = _ok(owner.post(f"/v1/characters/{rex}/revoke", json={"policy": "hide_all"}))
        process = revoked["details"]["consents"][0]["process_id"]
        receipt = eventually(lambda: _finished(owner, process), within=40)
        made = {video["id"] for video in (first, longer, stitched, night)}
        assert {(item["id"], item["action"]) for item in receipt["items"]["data"]} == {(id_, "hidden") for id_ in made}
        assert owner.get(f"/v1/videos/{first['id']}").status_code == 404
        [why] = _ok(maker.get(f"/v1/videos/{first['id']}"))["restrictions"]
        assert why == {"cause": process, "rule": "consent_revoked"}
        refused = maker.post("/v1/videos/edits", json={"prompt": "again", "video": {"id": longer["id"]}})
        assert refused.status_code == 403
        feed = _ok(owner.get("/v1/feed", params={"cut": "latest", "limit": 50}))["data"]
        assert not made & {item["video"]["id"] for item in feed}


def _ok(response: httpx2.Response) -> dict[str, Any]:
    assert response.status_code == 200, response.text
    body: dict[str, Any] = response.json()
    return body


def _made(client: httpx2.Client, video: dict[str, Any]) -> dict[str, Any]:
    def look() -> dict[str, Any] | None:
        now = _ok(client.get(f"/v1/videos/{video['id']}"))
        assert now["status"] != "failed", now["error"]
        return now if now["status"] == "completed" else None

    return eventually(look, within=60)


def _finished(client: httpx2.Client, process: str) -> dict[str, Any] | None:
    response = client.get(f"/v1/processes/{process}")
    found: dict[str, Any] = response.json()
    return found if response.status_code == 200 and found["status"] == "finished" else None
