"""Boards over HTTP: now and as of a closed hour, pages, ranks and receipts."""

from __future__ import annotations

import pytest

from tests.unit.api.test_social import problem
from tests.unit.api.world import Platform

PATH = "/v1/leaderboards/most_liked"


def test_a_board_tells_its_rule_and_its_window(platform: Platform) -> None:
    popular, other = platform.published_video(), platform.published_video()
    platform.bob.post(f"/v1/videos/{popular}/like")
    board = platform.browser.get(f"{PATH}?window=all").json()
    assert [(row["rank"], row["id"], row["counted"]) for row in board["data"]] == [(1, popular, 1), (2, other, 0)]
    assert (board["board"], board["window"], board["definition"]["version"]) == ("most_liked", "all", "most-liked-2")
    assert board["definition"]["excludes"] == ["own", "young", "not_served", "corrected"]
    assert (board["since"], board["until"], board["closed_at"], board["of"]) == (None, None, None, 2)
    assert board["corrected"] is False


def test_a_board_has_pages(platform: Platform) -> None:
    ids = {platform.published_video() for _ in range(3)}
    first = platform.browser.get(f"{PATH}?window=all&limit=2").json()
    assert first["has_more"]
    second = platform.browser.get(f"{PATH}?window=all&limit=2&cursor={first['next_cursor']}").json()
    assert (second["has_more"], second["next_cursor"]) == (False, None)
    assert {row["id"] for row in first["data"] + second["data"]} == ids


@pytest.mark.parametrize(
    "as_of",
    ["2026-11-22T12:30:00Z", "2026-11-22T13:30:00+01:00", "2026-11-22T13:30:00%2B01:00", "video/0:12,engagement/3:4"],
)
def test_as_of_names_the_hour_that_answers(platform: Platform, as_of: str) -> None:
    platform.published_video()
    board = platform.browser.get(f"{PATH}?window=all&as_of={as_of}").json()
    assert board["until"] == board["closed_at"] == "2026-11-22T12:00:00Z"
    assert len(board["data"]) == 1
    corrected = platform.browser.get(f"{PATH}?window=all&as_of={as_of}&corrected=true").json()
    assert corrected["corrected"] is True


def test_the_token_of_an_answer_is_a_moment(platform: Platform) -> None:
    platform.published_video()
    token = platform.browser.get(PATH).json()["as_of"]["token"]
    assert platform.browser.get(PATH, params={"as_of": token}).json()["until"] == "2026-11-22T12:00:00Z"


@pytest.mark.parametrize("as_of", ["yesterday", "2026-01-01", "2026-01-01T12:00:00", "video/0:x", "video/0:1,now"])
def test_no_moment(platform: Platform, as_of: str) -> None:
    told = problem(platform.client.get(PATH, params={"as_of": as_of}), 400, "invalid_as_of")
    assert told["param"] == "as_of"


def test_what_is_refused(platform: Platform) -> None:
    assert platform.client.get(f"{PATH}?as_of=now").status_code == 200
    problem(platform.client.get("/v1/leaderboards/best"), 404, "board_not_found")
    problem(platform.client.get(f"{PATH}?window=year"), 400, "invalid_window")
    problem(platform.client.get(f"{PATH}?limit=101"), 400, "invalid_limit")
    problem(platform.client.get(f"{PATH}?corrected=true"), 400, "invalid_corrected")
    problem(platform.client.get(f"{PATH}?as_of=now&corrected=yes"), 400, "invalid_corrected")


def test_the_place_of_one(platform: Platform) -> None:
    first, second = sorted(platform.published_video() for _ in range(2))
    found = platform.browser.get(f"{PATH}/ranks/{second}?window=all").json()
    assert (found["place"]["rank"], found["place"]["id"], found["of"]) == (2, second, 2)
    assert found["definition"]["version"] == "most-liked-2"
    past = platform.browser.get(f"{PATH}/ranks/{first}?window=all&as_of=2026-11-22T12:30:00Z").json()
    assert (past["place"]["rank"], past["until"]) == (1, "2026-11-22T12:00:00Z")
    told = problem(platform.browser.get(f"{PATH}/ranks/video_nope"), 404, "not_on_board")
    assert told["param"] == "video"


def test_a_receipt_names_the_events(platform: Platform) -> None:
    popular = platform.published_video()
    platform.bob.post(f"/v1/videos/{popular}/like")
    platform.client.post(f"/v1/videos/{popular}/like")
    found = platform.browser.get(f"{PATH}/receipts/{popular}?window=all&limit=1").json()
    assert (found["place"]["rank"], found["place"]["count"], found["ties"]) == (1, 2, 0)
    rest = platform.browser.get(f"{PATH}/receipts/{popular}?window=all&limit=1&cursor={found['next_cursor']}").json()
    events = found["data"] + rest["data"]
    assert len({(event["log"], event["position"]) for event in events}) == 2
    assert all(event["position"] <= found["positions"][event["log"]] for event in events)
    assert not rest["has_more"]


def test_a_board_waits_for_what_its_caller_has_done(platform: Platform) -> None:
    popular = platform.published_video()
    platform.client.post(f"/v1/videos/{popular}/like")
    platform.reads.lags = True
    for path in (PATH, f"{PATH}/ranks/{popular}", f"{PATH}/receipts/{popular}"):
        assert platform.client.get(path).headers["Stale"] == "true"
        assert "Stale" not in platform.client.get(f"{path}?as_of=2026-11-22T12:30:00Z").headers
