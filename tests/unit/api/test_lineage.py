"""Lineage over HTTP: past moments, drawings, how videos are related, uses of characters, taints."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from domain.recorded import Position
from domain.video import CharacterUse, Parent
from projections.remix_graph.reasons import Taint
from tests.examples import character_created
from tests.given import OTHER, OWNER, an_id, completed, published, remixed
from tests.unit.api.world import Platform

NOON = datetime.fromisoformat("2026-11-22T12:00:00+00:00")


def remix_of(platform: Platform, parent: str, owner: str = OTHER, *, public: bool = True, **changes: Any) -> str:
    edge = Parent(video_id=parent, relation="remix", owner_id=OWNER)
    event = remixed(owner_id=owner, parents=(edge,), **changes)
    after = [completed(owner_id=owner), *([published(owner_id=owner)] if public else [])]
    return platform.given(platform.ids.new("video"), event, *after)


def error(answer: Any, status: int) -> Any:
    assert answer.status_code == status
    body = answer.json()
    return body.get("error", body)


def test_as_of_is_a_time_positions_or_a_token(platform: Platform) -> None:
    root = platform.published_video()
    child = remix_of(platform, root)
    address = f"/v1/videos/{root}/lineage"
    now = platform.client.get(address).json()
    token = now["as_of"]["token"]
    for given in ("2026-11-22T11:00:00Z", "video/0:3,moderation/1:7", token):
        answer = platform.client.get(address, params={"as_of": given})
        assert (answer.status_code, [each["id"] for each in answer.json()["children"]]) == (200, [child])
    then, positions, reached = platform.reads.moments[-3:]
    assert then == NOON - timedelta(hours=1)
    assert positions == (Position("video", 0, 3), Position("moderation", 1, 7))
    assert isinstance(reached, tuple)
    assert {at.category for at in reached} >= {"video"}
    platform.client.get(address, params={"as_of": "now"})
    assert platform.reads.moments[-1] is None


def test_a_moment_that_there_was_not(platform: Platform) -> None:
    root = platform.published_video()
    address = f"/v1/videos/{root}/lineage"
    for given, code in (("2026-11-22", "invalid_as_of"), ("2026-11-22T13:00:00Z", "as_of_in_future")):
        refusal = error(platform.client.get(address, params={"as_of": given}), 400)
        assert (refusal["code"], refusal["param"]) == (code, "as_of")
    platform.reads.unknown_then = {root}
    refusal = error(platform.client.get(address, params={"as_of": "2026-11-22T11:00:00Z"}), 404)
    assert refusal["param"] == "as_of"
    assert platform.client.get(f"{address}/drawing?as_of=2026-11-22T11:00:00Z").status_code == 404


def test_a_drawing(platform: Platform) -> None:
    root = platform.published_video()
    child = remix_of(platform, root)
    drawing = platform.client.get(f"/v1/videos/{root}/lineage/drawing").json()
    assert {node["id"]: node["layer"] for node in drawing["nodes"]} == {root: 0, child: 1}
    [edge] = drawing["edges"]
    keys = {node["id"]: node["key"] for node in drawing["nodes"]}
    assert (edge["parent"], edge["child"], edge["relation"]) == (keys[root], keys[child], "remix")
    assert all(0 < node["x"] < drawing["width"] and 0 < node["y"] < drawing["height"] for node in drawing["nodes"])
    assert "as_of" in drawing
    bare = platform.client.get(f"/v1/videos/{root}/lineage/drawing?limit=0").json()
    assert [(node["kind"], node["count"]) for node in bare["nodes"]] == [("video", 1), ("more", 1)]
    assert error(platform.client.get(f"/v1/videos/{root}/lineage/drawing?below=9"), 400)["param"] == "below"
    assert platform.browser.get(f"/v1/videos/{an_id('video', 9)}/lineage/drawing").status_code == 404


def test_where_lines_meet_and_the_way(platform: Platform) -> None:
    root = platform.published_video()
    left, right = remix_of(platform, root), remix_of(platform, root)
    met = platform.client.get("/v1/lineage/common", params={"a": left, "b": right}).json()
    assert met["data"] == [{"id": root, "up_a": 1, "up_b": 1, "hidden": False}]
    assert (met["a"], met["b"], met["total"]) == (left, right, 1)
    way = platform.client.get("/v1/lineage/path", params={"a": left, "b": right}).json()["path"]
    assert [(step["id"], step["direction"]) for step in way] == [(root, "up"), (right, "down")]
    other = platform.published_video(OTHER)
    assert platform.client.get("/v1/lineage/common", params={"a": left, "b": other}).json()["data"] == []
    assert platform.client.get("/v1/lineage/path", params={"a": left, "b": other}).json()["path"] is None


@pytest.mark.parametrize("kind", ["common", "path"])
def test_both_videos_have_to_be_seen(platform: Platform, kind: str) -> None:
    mine, draft = platform.published_video(), platform.completed_video(OTHER)
    assert platform.client.get(f"/v1/lineage/{kind}", params={"a": mine, "b": draft}).status_code == 404
    assert platform.bob.get(f"/v1/lineage/{kind}", params={"a": mine, "b": draft}).status_code == 200
    refusal = error(platform.client.get(f"/v1/lineage/{kind}", params={"a": mine}), 400)
    assert (refusal["code"], refusal["param"]) == ("invalid_b", "b")


def test_uses_of_a_character(platform: Platform) -> None:
    star = platform.given(an_id("char", 1), character_created(owner_id=OWNER))
    cast = (CharacterUse(character_id=star, consent_version=1),)
    root = platform.published_video(OTHER)
    first = remix_of(platform, root, characters=cast)
    second = remix_of(platform, first, public=False, characters=cast)
    page = platform.client.get(f"/v1/characters/{star}/uses").json()
    assert [(use["video_id"], use["inherited"]) for use in page["data"]] == [(first, False)]
    assert (page["uses"], page["has_more"]) == (2, False)
    below = platform.client.get(f"/v1/characters/{star}/uses", params={"descendants": "true", "limit": 1}).json()
    assert (below["has_more"], below["next_cursor"]) == (True, below["data"][0]["video_id"])
    rest = platform.client.get(
        f"/v1/characters/{star}/uses", params={"descendants": "true", "cursor": below["next_cursor"]}
    ).json()
    assert {use["video_id"] for use in (*below["data"], *rest["data"])} == {first, second}
    public = platform.browser.get(f"/v1/characters/{star}/uses?descendants=true").json()
    assert [use["video_id"] for use in public["data"]] == [first]
    assert platform.client.get(f"/v1/characters/{an_id('char', 2)}/uses").status_code == 404
    assert platform.client.get("/v1/characters/rex/uses").status_code == 404
    assert error(platform.client.get(f"/v1/characters/{star}/uses?descendants=yes"), 400)["param"] == "descendants"


def test_taints_are_for_moderators(platform: Platform) -> None:
    root = platform.published_video()
    child = remix_of(platform, root)
    platform.reads.inherited[child] = [Taint("decision_1", root, "hate", NOON, late=True, restricted=False)]
    assert platform.client.get(f"/v1/videos/{child}/taints").status_code == 403
    assert platform.browser.get(f"/v1/videos/{child}/taints").status_code == 401
    platform.keys.keys = {key: (account, "moderator") for key, (account, _) in platform.keys.keys.items()}
    found = platform.client.get(f"/v1/videos/{child}/taints").json()
    assert found["data"] == [
        {"decision_id": "decision_1", "source": root, "rule": "hate", "at": int(NOON.timestamp()), "late": True,
         "restricted": False}
    ]  # fmt: skip
    assert platform.client.get(f"/v1/videos/{root}/taints").json()["data"] == []
