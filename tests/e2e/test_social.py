"""What happens to a video once it is published: feed, likes, boards, lineage, page."""

from __future__ import annotations

from typing import Any

import pytest
from openai import OpenAI

from tests.e2e.conftest import System
from tests.runtime import eventually

pytestmark = pytest.mark.filterwarnings("ignore:The Sora API:DeprecationWarning")


def test_a_video_among_people(system: System, ada: OpenAI, ada_key: str, bob_key: str) -> None:
    video = ada.videos.create_and_poll(prompt="A cat dances on the beach", size="144x256")  # type: ignore[arg-type]
    with system.http(ada_key) as hers, system.http(bob_key) as his, system.http() as anyone:
        path = f"/v1/videos/{video.id}"
        assert his.get(path).status_code == 404
        assert hers.post(f"{path}/publish", json={"caption": "beach cat"}).status_code == 200
        assert his.get(path).json()["publication"]["caption"] == "beach cat"

        def in_feed() -> Any:
            items = his.get("/v1/feed", params={"cut": "latest"}).json()["data"]
            return next((item for item in items if item["video"]["id"] == video.id), None)

        item = eventually(in_feed)
        assert (item["author"]["name"], item["why"]["source"]) == ("e2e-ada", "latest")

        assert his.post(f"{path}/like").json()["liked"] is True
        eventually(lambda: hers.get(path).json()["likes"] == 1)
        board = "/v1/leaderboards/most_liked?window=hour"
        row = eventually(lambda: next((r for r in anyone.get(board).json()["data"] if r["id"] == video.id), None))
        assert (row["count"], row["counted"], row["excluded"]["young"]) == (1, 0, 1)  # accounts of a minute ago

        remix = his.post(f"{path}/remix", json={"prompt": "make it night"})
        assert remix.status_code == 200
        token = {"Recut-Token": remix.headers["recut-token"]}
        family = his.get(f"/v1/videos/{remix.json()['id']}/lineage", headers=token).json()
        assert [above["id"] for above in family["ancestors"]] == [video.id]

        page = eventually(lambda: _with("beach cat", anyone.get("/?cut=latest").text))
        assert "e2e-ada" in page
        assert hers.delete(path).json()["deleted"] is True
        assert anyone.get(item["video"]["urls"]["video"]).status_code == 404


def test_following(system: System, ada: OpenAI, ada_key: str, bob_key: str) -> None:
    video = ada.videos.create_and_poll(prompt="A dog runs in the snow", size="144x256")  # type: ignore[arg-type]
    with system.http(ada_key) as hers, system.http(bob_key) as his:
        hers.post(f"/v1/videos/{video.id}/publish")
        owner = hers.get(f"/v1/videos/{video.id}").json()["owner"]
        assert his.post(f"/v1/accounts/{owner}/follow").json()["following"] is True

        def shown() -> bool:
            items = his.get("/v1/feed", params={"cut": "following"}).json()["data"]
            return video.id in [item["video"]["id"] for item in items]

        assert eventually(shown)
        profile = f"/v1/accounts/{owner}"
        assert his.get(profile).json()["followed"] is True
        assert video.id in [each["id"] for each in his.get(f"{profile}/videos").json()["data"]]
        assert "e2e-ada" in his.get(f"/accounts/{owner}").text
        his.delete(f"/v1/accounts/{owner}/follow")
        assert eventually(lambda: not shown())


def _with(words: str, text: str) -> str:
    return text if words in text else ""
