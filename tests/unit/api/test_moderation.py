"""Moderation over HTTP: everybody reports, moderators decide on what they have previewed, authors read why."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from starlette.testclient import TestClient

from api.rest.cases import Case, CaseQueue
from api.rest.decisions import DecisionList
from api.rest.moderation import PreviewInfo
from tests.examples import (
    CHARACTER_ID,
    COMMENT_ID,
    MODERATOR,
    appealed,
    character_created,
    commented,
    decided,
    labelled,
    lifted,
    reported,
    restricted,
)
from tests.given import OTHER, OWNER, an_id
from tests.unit.api.world import Platform

SENIOR = an_id("acct", 10)
SECRET = "this is about my sister"
DECISION = {"action": "hide", "ground": "terms", "policy": "harassment", "facts": "insults a person"}


@pytest.fixture
def staff(platform: Platform) -> Callable[[str, str], TestClient]:
    """Clients of people with roles."""

    def client(account: str, role: str = "moderator") -> TestClient:
        key = f"rk_the_key_of_{account}_{role}"
        platform.keys.keys[key] = (account, role)
        return TestClient(platform.app, headers={"Authorization": f"Bearer {key}"})

    return client


@pytest.fixture
def moderator(staff: Callable[..., TestClient]) -> TestClient:
    return staff(MODERATOR)


def case_path(subject: str, rest: str = "") -> str:
    return f"/v1/moderation/cases/{subject}{rest}"


def hide(client: TestClient, subject: str, scope: str = "node", **changes: Any) -> Any:
    """Preview and decide."""
    digest = client.post(case_path(subject, "/preview"), json={"scope": scope}).json()["digest"]
    body = {**DECISION, "scope": scope, "preview_digest": digest, **changes}
    return client.post(case_path(subject, "/decide"), json=body, headers={"If-Match": "*"})


def code(response: Any) -> tuple[int, str]:
    body = response.json()
    return response.status_code, body["code"] if "code" in body else body["error"]["code"]


# Reports


def test_everybody_with_an_account_reports(platform: Platform, moderator: TestClient) -> None:
    video = platform.published_video()
    body = {"subject": video, "reason": "harassment", "text": SECRET}
    assert platform.bob.post("/v1/reports", json=body).json() == {"subject": video, "object": "report"}
    assert platform.bob.post("/v1/reports", json=body).status_code == 200
    case = moderator.get(case_path(video)).json()
    assert (case["state"], case["version"], case["reports"]) == ("open", 1, 1)
    assert (case["history"][0]["type"], case["history"][0]["by"]) == ("moderation.reported", OTHER)
    assert (case["history"][0]["reason"], case["history"][0]["text"]) == ("harassment", SECRET)
    assert platform.browser.post("/v1/reports", json=body).status_code == 401


def test_a_report_has_a_reason_and_a_subject(platform: Platform) -> None:
    video = platform.published_video()
    assert code(platform.bob.post("/v1/reports", json={"subject": video})) == (400, "invalid_reason")
    assert code(platform.bob.post("/v1/reports", json={"reason": "hate"})) == (404, "subject_not_found")
    assert code(platform.client.post("/v1/reports", json={"subject": video, "reason": "hate"})) == (403, "own_subject")
    draft = platform.completed_video()
    assert code(platform.bob.post("/v1/reports", json={"subject": draft, "reason": "hate"}))[0] == 404


# Roles


@pytest.mark.parametrize(
    ("method", "rest"),
    [
        ("GET", ""),
        ("POST", "/acknowledge"),
        ("POST", "/escalate"),
        ("POST", "/label"),
        ("POST", "/preview"),
        ("POST", "/decide"),
        ("POST", "/reverse"),
        ("POST", "/appeals/resolve"),
    ],
)
@pytest.mark.parametrize("role", ["creator", "analyst"])
def test_cases_are_for_moderators(
    platform: Platform, staff: Callable[..., TestClient], method: str, rest: str, role: str
) -> None:
    video = platform.published_video()
    response = staff(SENIOR, role).request(method, case_path(video, rest), headers={"If-Match": "*"})
    assert code(response) == (403, "role_required")


def test_moderators_do_not_answer_reports_on_what_is_their_own(
    platform: Platform, staff: Callable[..., TestClient], moderator: TestClient
) -> None:
    video = platform.published_video()
    platform.bob.post("/v1/reports", json={"subject": video, "reason": "harassment"})
    assert code(staff(OWNER, "moderator").post(case_path(video, "/acknowledge"))) == (403, "own_subject")
    assert moderator.get(case_path(video)).json()["reports"] == 1
    assert moderator.post(case_path(video, "/acknowledge")).status_code == 200


def test_the_queue_is_for_moderators(platform: Platform, staff: Callable[..., TestClient]) -> None:
    assert code(platform.client.get("/v1/moderation/queue")) == (403, "role_required")
    for role in ("moderator", "admin"):
        assert staff(SENIOR, role).get("/v1/moderation/queue").status_code == 200


# Cases


def test_a_case_tells_its_whole_story(platform: Platform, moderator: TestClient) -> None:
    video = platform.published_video()
    platform.bob.post("/v1/reports", json={"subject": video, "reason": "hate", "text": "look"})
    moderator.post(case_path(video, "/escalate"), json={"note": "a legal question"})
    moderator.post(case_path(video, "/label"), json={"add": ["satire"]})
    decision = hide(moderator, video).json()["decision_id"]
    platform.client.post(f"/v1/videos/{video}/appeal", json={"decision_id": decision, "text": "no"})
    response = moderator.get(case_path(video))
    case = msgspec.json.decode(response.content, type=Case, strict=True)
    assert response.headers["ETag"] == '"5"'
    assert (case.subject, case.kind, case.author_id) == (video, "video", OWNER)
    assert (case.state, case.labels, case.strikes) == ("open", ["satire"], 1)
    assert [(event.type.removeprefix("moderation."), event.by, event.text) for event in case.history] == [
        ("reported", OTHER, "look"),
        ("escalated", MODERATOR, "a legal question"),
        ("labelled", MODERATOR, None),
        ("decided", MODERATOR, "insults a person"),
        ("appealed", OWNER, "no"),
    ]
    assert case.history[2].add == ["satire"]
    assert (case.decisions[0].decided_by, case.decisions[0].appeal and case.decisions[0].appeal.text) == (
        MODERATOR,
        "no",
    )


def test_a_case_without_a_story_is_empty_and_one_of_nothing_is_not_there(
    platform: Platform, moderator: TestClient
) -> None:
    case = moderator.get(case_path(platform.published_video()))
    assert (case.json()["state"], case.json()["history"], case.headers["ETag"]) == ("none", [], '"0"')
    assert code(moderator.get(case_path(an_id("video", 99)))) == (404, "subject_not_found")
    assert code(moderator.get(case_path("video_x"))) == (404, "subject_not_found")


def test_who_reads_a_case_is_noted_without_its_texts(
    platform: Platform, moderator: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    video = platform.published_video()
    platform.bob.post("/v1/reports", json={"subject": video, "reason": "hate", "text": SECRET})
    request = moderator.get(case_path(video)).headers["x-request-id"]
    moderator.get(case_path(an_id("video", 99)))
    platform.client.get(case_path(video))
    [line] = [record.getMessage() for record in caplog.records if record.name == "recut.audit"]
    assert line == f"case_read actor={MODERATOR} role=moderator subject={video} request={request}"
    assert SECRET not in caplog.text


def test_the_history_of_a_case_comes_in_pages(platform: Platform, moderator: TestClient) -> None:
    video_id = platform.published_video()
    for reason in ("harassment", "spam", "hate"):
        body = {"subject": video_id, "reason": reason, "text": SECRET}
        assert platform.bob.post("/v1/reports", json=body).status_code == 200
    moderator.post(case_path(video_id, "/label"), json={"add": ["satire"]})
    path = case_path(video_id, "/history")
    page = moderator.get(path, params={"limit": 2}).json()
    assert [(each["type"], each["reason"], each["text"]) for each in page["data"]] == [
        ("moderation.labelled", None, None), ("moderation.reported", "hate", SECRET),
    ]  # fmt: skip
    assert page["data"][0]["add"] == ["satire"]
    rest = moderator.get(path, params={"limit": 2, "cursor": page["next_cursor"]}).json()
    assert ([each["reason"] for each in rest["data"]], rest["has_more"]) == (["spam", "harassment"], False)
    labels = moderator.get(path, params={"kind": "labelled"}).json()
    assert [each["type"] for each in labels["data"]] == ["moderation.labelled"]
    assert code(moderator.get(path, params={"kind": "nothing"})) == (400, "invalid_kind")
    assert code(platform.client.get(path)) == (403, "role_required")
    assert moderator.get(case_path(an_id("video", 8), "/history")).status_code == 404


def test_who_reads_a_history_is_noted(
    platform: Platform, moderator: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    video_id = platform.published_video()
    moderator.get(case_path(video_id, "/history"))
    [line] = [record.getMessage() for record in caplog.records if record.name == "recut.audit"]
    assert line.startswith("case_history_read actor=")


def test_the_queue_has_what_waits(platform: Platform, moderator: TestClient) -> None:
    first, second, third = (platform.published_video() for _ in range(3))
    for video, reason in ((first, "hate"), (second, "spam")):
        platform.clock.passes(seconds=1)
        platform.bob.post("/v1/reports", json={"subject": video, "reason": reason})
    platform.given(f"case_{third}", labelled(subject=third))
    platform.clock.passes(seconds=1)
    page = moderator.get("/v1/moderation/queue", params={"limit": 1})
    queue = msgspec.json.decode(page.content, type=CaseQueue, strict=True)
    assert [(case.subject, case.state, case.reasons) for case in queue.data] == [(first, "open", ["hate"])]
    assert queue.has_more
    following = moderator.get("/v1/moderation/queue", params={"limit": 1, "cursor": queue.next_cursor}).json()
    assert ([case["subject"] for case in following["data"]], following["has_more"]) == ([second], False)
    hide(moderator, first)
    closed = moderator.get("/v1/moderation/queue", params={"state": "closed"}).json()["data"]
    assert [(case["subject"], case["strikes"], case["last_decision"]["policy"]) for case in closed] == [
        (first, 1, "harassment")
    ]
    assert [each["subject"] for each in moderator.get("/v1/moderation/queue?state=none").json()["data"]] == [third]
    assert code(moderator.get("/v1/moderation/queue?state=lost")) == (400, "invalid_state")


# Decisions


def test_a_preview_says_what_a_decision_would_be_about(platform: Platform, moderator: TestClient) -> None:
    video, child = platform.published_video(), platform.published_video(OTHER)
    platform.outside.families[video] = [video, child]
    platform.outside.owned[OWNER] = [video]
    response = moderator.post(case_path(video, "/preview"), json={"scope": "subtree"})
    seen = msgspec.json.decode(response.content, type=PreviewInfo, strict=True)
    assert (seen.total, seen.counts.others, sorted(seen.sample)) == (2, 1, sorted([video, child]))
    assert (seen.counts.kinds, seen.counts.distances, seen.counts.served) == ({"remix": 2}, {"1": 2}, 0)
    assert [(share.account, share.videos) for share in seen.counts.top_authors] == [(OWNER, 1)]
    assert code(moderator.post(case_path(video, "/preview"), json={"scope": "uses_of_character"})) == (
        400,
        "invalid_scope",
    )


def test_a_decision_is_made_on_what_was_previewed(platform: Platform, moderator: TestClient) -> None:
    video = platform.published_video()
    made = hide(moderator, video)
    assert made.status_code == 200
    assert {**made.json(), "decision_id": ""} == {
        "subject": video,
        "state": "closed",
        "version": 1,
        "decision_id": "",
        "affected": 1,
        "object": "case",
    }
    assert made.headers["ETag"] == '"1"'
    unseen = moderator.post(case_path(video, "/decide"), json=DECISION, headers={"If-Match": "*"})
    assert code(unseen) == (409, "preview_outdated")


def test_a_decision_is_made_on_the_case_that_was_read(platform: Platform, moderator: TestClient) -> None:
    video = platform.published_video()
    platform.bob.post("/v1/reports", json={"subject": video, "reason": "hate"})
    digest = moderator.post(case_path(video, "/preview"), json={}).json()["digest"]
    body = {**DECISION, "preview_digest": digest}
    without = moderator.post(case_path(video, "/decide"), json=body)
    assert without.status_code == 428
    stale = moderator.post(case_path(video, "/decide"), json=body, headers={"If-Match": '"0"'})
    assert code(stale) == (412, "case_changed")
    wrong = moderator.post(case_path(video, "/decide"), json=body, headers={"If-Match": '"one"'})
    assert code(wrong) == (400, "invalid_if_match")
    tag = moderator.get(case_path(video)).headers["ETag"]
    assert moderator.post(case_path(video, "/decide"), json=body, headers={"If-Match": tag}).status_code == 200


def test_a_decision_is_made_once_per_key(platform: Platform, moderator: TestClient) -> None:
    video = platform.published_video()
    digest = moderator.post(case_path(video, "/preview"), json={}).json()["digest"]
    sent = {"json": {**DECISION, "preview_digest": digest}, "headers": {"If-Match": "*", "Idempotency-Key": "k1"}}
    first, again = (moderator.post(case_path(video, "/decide"), **sent) for _ in range(2))
    assert first.json() == again.json()
    assert again.headers["Idempotent-Replayed"] == "true"
    assert moderator.get(case_path(video)).json()["version"] == 1


def test_the_time_of_a_decision_may_end(platform: Platform, moderator: TestClient) -> None:
    video = platform.published_video()
    assert hide(moderator, video, until="2027-01-01T00:00:00Z").status_code == 200
    assert moderator.get(case_path(video)).json()["decisions"][0]["until"] == 1798761600
    for until in ("tomorrow", "2027-01-01T00:00:00", "2020-01-01T00:00:00Z"):
        assert code(hide(moderator, video, until=until)) == (400, "invalid_until")


def test_a_decision_is_reversed_once(platform: Platform, moderator: TestClient) -> None:
    video = platform.published_video()
    decision = hide(moderator, video).json()["decision_id"]
    body, any_version = {"decision_id": decision, "reason": "satire"}, {"If-Match": "*"}
    assert moderator.post(case_path(video, "/reverse"), json=body).status_code == 428
    done = moderator.post(case_path(video, "/reverse"), json=body, headers=any_version)
    assert (done.status_code, done.json()["version"]) == (200, 2)
    again = moderator.post(case_path(video, "/reverse"), json=body, headers=any_version)
    assert code(again) == (409, "already_reversed")
    [shown] = platform.client.get(f"/v1/videos/{video}/decisions").json()["data"]
    assert (shown["state"], shown["reversal"]) == ("reversed", "satire")


def test_reports_are_answered(platform: Platform, moderator: TestClient) -> None:
    video = platform.published_video()
    platform.bob.post("/v1/reports", json={"subject": video, "reason": "hate"})
    stale = moderator.post(case_path(video, "/acknowledge"), json={}, headers={"If-Match": '"7"'})
    assert code(stale) == (412, "case_changed")
    assert moderator.post(case_path(video, "/acknowledge"), json={"note": "fine"}).json()["state"] == "closed"


# What authors see and do


def test_authors_read_why(platform: Platform, moderator: TestClient) -> None:
    video = platform.published_video()
    hide(moderator, video, ground="illegal_content", territory=["DE"])
    response = platform.client.get(f"/v1/videos/{video}/decisions")
    [shown] = msgspec.json.decode(response.content, type=DecisionList, strict=True).data
    assert (shown.ground, shown.policy, shown.facts, shown.territory) == (
        "illegal_content",
        "harassment",
        "insults a person",
        ["DE"],
    )
    assert (shown.automated_decision, shown.state, shown.appeal, shown.decided_by) == (False, "standing", None, None)
    assert MODERATOR not in response.text
    assert shown.appeal_until - shown.decided_at == 180 * 86_400
    [for_moderators] = moderator.get(f"/v1/videos/{video}/decisions").json()["data"]
    assert for_moderators["decided_by"] == MODERATOR


def test_nobody_else_reads_why(platform: Platform, moderator: TestClient) -> None:
    video = platform.published_video()
    hide(moderator, video)
    assert code(platform.bob.get(f"/v1/videos/{video}/decisions")) == (404, "subject_not_found")
    assert platform.browser.get(f"/v1/videos/{video}/decisions").status_code == 401


def test_authors_read_why_something_else_hides_their_video(platform: Platform) -> None:
    parent, video = platform.published_video(OTHER), platform.published_video()
    reaching, other = an_id("decision", 5), an_id("decision", 6)
    platform.given(
        f"case_{parent}",
        decided(subject=parent, decision_id=reaching, scope="subtree"),
        decided(subject=parent, decision_id=other),
    )
    platform.given(video, restricted(cause_id=reaching))
    shown = platform.client.get(f"/v1/videos/{video}/decisions").json()["data"]
    assert [(each["id"], each["subject"]) for each in shown] == [(reaching, parent)]
    platform.given(f"case_{parent}", appealed(subject=parent, decision_id=reaching, account_id=OTHER, text=SECRET))
    assert platform.client.get(f"/v1/videos/{video}/decisions").json()["data"] == shown
    platform.given(video, lifted(cause_id=reaching))
    assert platform.client.get(f"/v1/videos/{video}/decisions").json()["data"] == []


def test_authors_of_anything_read_why(platform: Platform, moderator: TestClient) -> None:
    platform.given(CHARACTER_ID, character_created())
    platform.given(COMMENT_ID, commented(account_id=OWNER, owner_id=OTHER))
    for subject, scope in ((CHARACTER_ID, "uses_of_character"), (COMMENT_ID, "node"), (OWNER, "node")):
        assert hide(moderator, subject, scope).status_code == 200
        [shown] = platform.client.get(f"/v1/decisions/{subject}").json()["data"]
        assert shown["subject"] == subject
        assert code(platform.bob.get(f"/v1/decisions/{subject}")) == (404, "subject_not_found")
        body = {"subject": subject, "decision_id": shown["id"], "text": "no"}
        assert code(platform.bob.post("/v1/appeals", json=body)) == (403, "not_the_author")
        assert platform.client.post("/v1/appeals", json=body).json()["decision_id"] == shown["id"]


def test_an_appeal_is_heard_by_another_moderator(
    platform: Platform, moderator: TestClient, staff: Callable[..., TestClient]
) -> None:
    video = platform.published_video()
    decision = hide(moderator, video).json()["decision_id"]
    appeal = {"decision_id": decision, "text": "it was a joke"}
    assert code(platform.bob.post(f"/v1/videos/{video}/appeal", json=appeal)) == (403, "not_the_author")
    assert platform.client.post(f"/v1/videos/{video}/appeal", json=appeal).status_code == 200
    assert code(platform.client.post(f"/v1/videos/{video}/appeal", json=appeal)) == (409, "already_appealed")
    body, any_version = {"decision_id": decision, "outcome": "reversed", "reason": "it was"}, {"If-Match": "*"}
    resolve = case_path(video, "/appeals/resolve")
    assert code(moderator.post(resolve, json=body, headers=any_version)) == (403, "own_decision")
    heard = staff(SENIOR).post(resolve, json=body, headers=any_version)
    assert (heard.status_code, heard.json()["state"]) == (200, "closed")
    [shown] = platform.client.get(f"/v1/videos/{video}/decisions").json()["data"]
    assert (shown["state"], shown["appeal"]) == (
        "reversed",
        {"text": "it was a joke", "outcome": "reversed", "reason": "it was"},
    )


def test_an_automated_decision_says_so(platform: Platform) -> None:
    video = platform.published_video()
    machine = decided(subject=video, moderator_id="system", automated_decision=True, automated_detection=True)
    platform.given(f"case_{video}", reported(subject=video), machine)
    [shown] = platform.client.get(f"/v1/videos/{video}/decisions").json()["data"]
    assert (shown["automated_decision"], shown["automated_detection"]) == (True, True)
