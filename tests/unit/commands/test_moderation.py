"""Commands on cases: who may report what, decisions that rest on a preview, and what of both is refused."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from commands.bus import Bus
from commands.moderation import (
    AcknowledgeReports,
    AppealDecision,
    DecideCase,
    EndDecision,
    EscalateCase,
    LabelSubject,
    Preview,
    ReportSubject,
    ResolveAppeal,
    ReverseDecision,
    preview,
)
from commands.work import CASE, fold
from domain import moderation
from domain.engagement import Followed
from domain.errors import Forbidden, IllegalState, Invalid, NotFound, Outdated, Unavailable
from domain.ids import case_stream, follow_stream
from domain.moderation import Case, Decided, Reversed
from domain.preview import Recount
from domain.video import CharacterUse
from infra.memory import MemoryEventStore
from tests.examples import (
    CHARACTER_ID,
    COMMENT_ID,
    DECISION_ID,
    MODERATOR,
    character_created,
    comment_deleted,
    commented,
    decided,
    erased,
    reported,
)
from tests.given import (
    AT,
    OTHER,
    OWNER,
    VIDEO_ID,
    an_id,
    appending,
    completed,
    created,
    deleted,
    happened,
    opened,
    published,
)
from tests.outside import Outside

SENIOR = an_id("acct", 10)
STRANGER = an_id("acct", 11)
CHILDREN = sorted(an_id("video", 100 + number) for number in range(120))


class Cases:
    """A published video of OWNER, a comment of OTHER on it, a character of SENIOR; OWNER, OTHER, STRANGER exist."""

    def __init__(self) -> None:
        self.outside = Outside()
        self.store = MemoryEventStore(now=self.outside.now)
        self.world = self.outside.world()
        self.bus = Bus(self.store, self.world)
        self._commands = 0

    async def begin(self) -> Cases:
        for account in (OWNER, OTHER, STRANGER):
            await self.has(account, opened(account_id=account))
        await self.has(CHARACTER_ID, character_created(owner_id=SENIOR))
        await self.has(VIDEO_ID, created(), completed(), published())
        await self.has(COMMENT_ID, commented())
        return self

    async def has(self, stream: str, *events: Any) -> None:
        await happened(self.store, stream, *events)

    async def do(self, command: Any) -> dict[str, Any]:
        self._commands += 1
        return (await self.bus.dispatch(command, appending(key=f"command {self._commands}").origin)).answer

    async def case(self, subject: str = VIDEO_ID) -> Case:
        return (await fold(self.store, CASE, case_stream(subject)))[0]

    async def events(self, subject: str = VIDEO_ID) -> list[Any]:
        return [fact.event for fact in await self.store.load(case_stream(subject))]

    async def preview(self, subject: str = VIDEO_ID, scope: str = "node") -> Preview:
        return await preview(self.store, self.world, subject, scope)

    def family(self, size: int) -> None:
        """The video has so many descendants."""
        self.outside.families[VIDEO_ID] = [VIDEO_ID, *CHILDREN[:size]]


@pytest.fixture
async def cases() -> Cases:
    return await Cases().begin()


def report(subject: str = VIDEO_ID, by: str = STRANGER, **changes: Any) -> ReportSubject:
    return ReportSubject(**{"subject": subject, "reporter_id": by, "reason": "hate", "text": "look", **changes})


def decide(**changes: Any) -> DecideCase:
    fields = {
        "decision_id": DECISION_ID,
        "subject": VIDEO_ID,
        "moderator_id": MODERATOR,
        "action": "hide",
        "scope": "node",
        "ground": "terms",
        "policy": "harassment",
        "facts": "insults a person",
    }
    return DecideCase(**{**fields, **changes})


async def decided_on(cases: Cases, **changes: Any) -> None:
    looked = await cases.preview(changes.get("subject", VIDEO_ID), changes.get("scope", "node"))
    await cases.do(decide(**{"preview_digest": looked.digest, **changes}))


# Reports


@pytest.mark.parametrize("subject", [VIDEO_ID, COMMENT_ID, OTHER, CHARACTER_ID])
async def test_everything_that_one_can_see_can_be_reported(cases: Cases, subject: str) -> None:
    await cases.do(report(subject))
    assert await cases.events(subject) == [reported(subject=subject, reporter_id=STRANGER, reason="hate", text="look")]


@pytest.mark.parametrize(("subject", "author"), [(VIDEO_ID, OWNER), (COMMENT_ID, OTHER), (OTHER, OTHER)])
async def test_nobody_reports_what_is_his_own(cases: Cases, subject: str, author: str) -> None:
    with pytest.raises(Forbidden) as refusal:
        await cases.do(report(subject, by=author))
    assert refusal.value.code == "own_subject"
    assert await cases.events(subject) == []


@pytest.mark.parametrize(
    "subject", [an_id("video", 99), an_id("acct", 99), an_id("char", 99), an_id("comment", 99), "video_x", "x", ""]
)
async def test_what_is_not_there_cannot_be_reported(cases: Cases, subject: str) -> None:
    with pytest.raises(NotFound) as refusal:
        await cases.do(report(subject))
    assert refusal.value.code == "subject_not_found"


async def test_only_accounts_report(cases: Cases) -> None:
    with pytest.raises(NotFound):
        await cases.do(report(by=an_id("acct", 99)))
    await cases.has(STRANGER, erased(account_id=STRANGER))
    with pytest.raises(NotFound):
        await cases.do(report(by=STRANGER))


async def test_a_report_does_not_tell_what_one_may_not_see(cases: Cases) -> None:
    draft, for_followers = an_id("video", 50), an_id("video", 51)
    await cases.has(draft, created(), completed())
    await cases.has(for_followers, created(), completed(), published(visibility="followers"))
    for hidden in (draft, for_followers):
        with pytest.raises(NotFound) as refusal:
            await cases.do(report(hidden))
        assert refusal.value.code == "subject_not_found"
    follow = follow_stream(STRANGER, OWNER)
    await cases.has(follow, Followed(follower_id=STRANGER, followee_id=OWNER))
    await cases.do(report(for_followers))


async def test_a_draft_is_reported_by_whoever_is_in_it(cases: Cases) -> None:
    draft, character = an_id("video", 50), an_id("char", 50)
    await cases.has(character, character_created(owner_id=STRANGER))
    await cases.has(draft, created(characters=(CharacterUse(character_id=character, consent_version=1),)), completed())
    await cases.do(report(draft, by=STRANGER))
    with pytest.raises(NotFound):
        await cases.do(report(draft, by=OTHER))


async def test_what_is_gone_cannot_be_reported(cases: Cases) -> None:
    await cases.has(COMMENT_ID, comment_deleted())
    await cases.has(VIDEO_ID, deleted())
    for subject in (COMMENT_ID, VIDEO_ID):
        with pytest.raises(NotFound):
            await cases.do(report(subject))


# What moderators do


async def test_moderators_answer_escalate_and_label(cases: Cases) -> None:
    await cases.do(report())
    await cases.do(EscalateCase(subject=VIDEO_ID, moderator_id=MODERATOR, note="a legal question"))
    assert moderation.review(await cases.case()) == "escalated"
    await cases.do(LabelSubject(subject=VIDEO_ID, moderator_id=MODERATOR, add=("satire",)))
    assert (await cases.case()).file.labels == {"satire"}
    await cases.do(AcknowledgeReports(subject=VIDEO_ID, moderator_id=SENIOR))
    assert moderation.review(await cases.case()) == "closed"


@pytest.mark.parametrize(
    "command",
    [
        AcknowledgeReports(subject=VIDEO_ID, moderator_id=MODERATOR, seen=0),
        EscalateCase(subject=VIDEO_ID, moderator_id=MODERATOR, note="hard", seen=2),
        LabelSubject(subject=VIDEO_ID, moderator_id=MODERATOR, add=("satire",), seen=0),
        decide(action="none", seen=0),
        ReverseDecision(subject=VIDEO_ID, decision_id=DECISION_ID, moderator_id=MODERATOR, reason="x", seen=0),
        ResolveAppeal(
            subject=VIDEO_ID, decision_id=DECISION_ID, moderator_id=SENIOR, outcome="upheld", reason="x", seen=0
        ),
    ],
    ids=lambda command: type(command).__name__,
)
async def test_nobody_acts_on_a_case_that_he_has_not_read(cases: Cases, command: Any) -> None:
    await cases.do(report())
    with pytest.raises(Outdated) as refusal:
        await cases.do(command)
    assert refusal.value.code == "case_changed"
    assert len(await cases.events()) == 1


async def test_who_has_read_the_case_may_act(cases: Cases) -> None:
    await cases.do(report())
    await cases.do(decide(action="none", seen=1))
    assert moderation.review(await cases.case()) == "closed"


# Previews and decisions


async def test_a_preview_counts_and_shows(cases: Cases) -> None:
    cases.family(30)
    cases.outside.owned[OWNER] = [VIDEO_ID, *CHILDREN[:3]]
    cases.outside.published = {VIDEO_ID, *CHILDREN[:9]}
    looked = await cases.preview(scope="subtree")
    assert (looked.total, looked.counts.published, looked.counts.drafts, looked.counts.others) == (31, 10, 21, 27)
    assert len(looked.sample) == 20
    assert set(looked.sample) <= {VIDEO_ID, *CHILDREN}
    assert looked.as_of == cases.outside.time
    assert await cases.events() == []


async def test_previews_of_every_kind_of_subject(cases: Cases) -> None:
    cases.outside.users[CHARACTER_ID] = CHILDREN[:2]
    assert (await cases.preview()).sample == (VIDEO_ID,)
    assert (await cases.preview(CHARACTER_ID, "uses_of_character")).sample == tuple(CHILDREN[:2])
    assert (await cases.preview(COMMENT_ID)).sample == (COMMENT_ID,)
    assert (await cases.preview(OTHER)).sample == (OTHER,)
    with pytest.raises(Invalid):
        await cases.preview(COMMENT_ID, "subtree")
    with pytest.raises(NotFound):
        await cases.preview(an_id("video", 99))


async def test_a_decision_states_what_it_is_about(cases: Cases) -> None:
    cases.family(3)
    looked = await cases.preview(scope="subtree")
    answer = await cases.do(decide(scope="subtree", preview_digest=looked.digest, territory=("DE",)))
    assert answer == {"subject": VIDEO_ID, "decision_id": DECISION_ID, "affected": 4}
    assert await cases.events() == [
        decided(scope="subtree", preview_digest=looked.digest, affected=4, territory=("DE",))
    ]


async def test_a_decision_to_hide_needs_its_own_preview(cases: Cases) -> None:
    looked = await cases.preview()
    cases.family(0)
    for wrong in (decide(), decide(preview_digest="00"), decide(scope="subtree", preview_digest=looked.digest)):
        with pytest.raises(IllegalState) as refusal:
            await cases.do(wrong)
        assert (refusal.value.code, refusal.value.param) == ("preview_outdated", "preview_digest")
    assert await cases.events() == []


@pytest.mark.parametrize(("before", "after", "fits"), [(1, 6, True), (1, 7, False), (99, 109, True), (99, 110, False)])
async def test_a_family_may_have_grown_a_little(cases: Cases, before: int, after: int, fits: bool) -> None:
    cases.family(before)
    looked = await cases.preview(scope="subtree")
    cases.family(after)
    command = decide(scope="subtree", preview_digest=looked.digest)
    if fits:
        assert (await cases.do(command))["affected"] == after + 1
    else:
        with pytest.raises(IllegalState, match="make a new preview"):
            await cases.do(command)


async def test_a_family_that_lost_somebody_is_another_one(cases: Cases) -> None:
    cases.family(20)
    looked = await cases.preview(scope="subtree")
    cases.family(19)
    with pytest.raises(IllegalState) as refusal:
        await cases.do(decide(scope="subtree", preview_digest=looked.digest))
    assert refusal.value.code == "preview_outdated"
    again = await cases.preview(scope="subtree")
    await cases.do(decide(scope="subtree", preview_digest=again.digest))


async def test_a_list_that_cannot_be_had_decides_nothing(cases: Cases, monkeypatch: pytest.MonkeyPatch) -> None:
    looked = await cases.preview(scope="subtree")

    async def behind(*_: object) -> Recount:
        raise Unavailable("read_model_behind", "behind")

    monkeypatch.setattr(cases.outside, "recount", behind)
    with pytest.raises(Unavailable):
        await cases.do(decide(scope="subtree", preview_digest=looked.digest))
    assert await cases.events() == []


async def test_a_decision_that_restricts_nothing_needs_no_preview(cases: Cases) -> None:
    assert (await cases.do(decide(action="none")))["affected"] == 0


async def test_a_machine_cannot_pass_for_a_person(cases: Cases) -> None:
    await decided_on(cases, moderator_id="system")
    [event] = await cases.events()
    assert (event.automated_decision, event.automated_detection) == (True, True)


async def test_the_author_does_not_decide(cases: Cases) -> None:
    for subject, author in ((VIDEO_ID, OWNER), (COMMENT_ID, OTHER), (OTHER, OTHER)):
        with pytest.raises(Forbidden) as refusal:
            await decided_on(cases, subject=subject, moderator_id=author)
        assert refusal.value.code == "own_subject"


# Reversals and appeals


async def test_a_reversal_is_of_one_decision(cases: Cases) -> None:
    second = an_id("decision", 2)
    await decided_on(cases)
    await decided_on(cases, decision_id=second, policy="hate")
    await cases.do(ReverseDecision(subject=VIDEO_ID, decision_id=second, moderator_id=SENIOR, reason="satire"))
    assert [ruling.stands for ruling in (await cases.case()).file.rulings] == [True, False]
    with pytest.raises(IllegalState) as refusal:
        await cases.do(ReverseDecision(subject=VIDEO_ID, decision_id=second, moderator_id=SENIOR, reason="satire"))
    assert refusal.value.code == "already_reversed"


async def test_a_decision_ends_with_its_time(cases: Cases) -> None:
    await decided_on(cases, until=cases.outside.time + timedelta(days=7))
    await cases.do(EndDecision(subject=VIDEO_ID, decision_id=DECISION_ID))
    made, ended = await cases.events()
    assert isinstance(made, Decided)
    assert isinstance(ended, Reversed)
    assert (ended.decision_id, ended.moderator_id) == (DECISION_ID, "system")
    await cases.do(EndDecision(subject=VIDEO_ID, decision_id=DECISION_ID))
    assert len(await cases.events()) == 2


async def test_the_author_appeals_and_another_moderator_hears(cases: Cases) -> None:
    await decided_on(cases)
    appeal = AppealDecision(subject=VIDEO_ID, decision_id=DECISION_ID, account_id=OWNER, text="it was a joke")
    with pytest.raises(Forbidden):
        await cases.do(AppealDecision(subject=VIDEO_ID, decision_id=DECISION_ID, account_id=OTHER, text="mine"))
    await cases.do(appeal)
    assert moderation.review(await cases.case()) == "open"
    named = {"subject": VIDEO_ID, "decision_id": DECISION_ID, "outcome": "reversed", "reason": "it was"}
    with pytest.raises(Forbidden) as refusal:
        await cases.do(ResolveAppeal(**named, moderator_id=MODERATOR))
    assert refusal.value.code == "own_decision"
    assert (await cases.do(ResolveAppeal(**named, moderator_id=SENIOR)))["outcome"] == "reversed"
    assert not (await cases.case()).file.ruling(DECISION_ID).stands


async def test_authors_of_comments_and_accounts_appeal_too(cases: Cases) -> None:
    for number, subject in enumerate((COMMENT_ID, OTHER)):
        decision = an_id("decision", 10 + number)
        await decided_on(cases, subject=subject, decision_id=decision)
        await cases.do(AppealDecision(subject=subject, decision_id=decision, account_id=OTHER, text="no"))
        assert moderation.review(await cases.case(subject)) == "open"


async def test_an_appeal_has_its_time(cases: Cases) -> None:
    await decided_on(cases)
    cases.outside.passes(days=181)
    with pytest.raises(IllegalState) as refusal:
        await cases.do(AppealDecision(subject=VIDEO_ID, decision_id=DECISION_ID, account_id=OWNER, text="late"))
    assert refusal.value.code == "appeal_too_late"
    assert cases.outside.time > AT
