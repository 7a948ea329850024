"""What follows from each event, all of it: an event class that is missing here fails the test."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Final

import msgspec
import pytest

from commands.account import RemovePreference
from commands.character import ExpireConsent
from commands.deferred import KNOWN, decode, encode, name_of, subject_of
from commands.moderation import EndDecision
from commands.process import AdvanceProcess, StartProcess
from commands.reactions import (
    CATEGORIES,
    After,
    CancelJob,
    CloseJobs,
    DeleteFiles,
    Enqueue,
    ForgetEdge,
    WriteLedger,
    react,
)
from commands.wallet import ExpireHold, GrantAllowance, ReleaseHold, SettleHold
from domain import catalog
from domain.engagement import Followed, Unfollowed
from domain.ids import cascade_of, process_of
from domain.recorded import Recorded
from streams.reactor import timer_of
from tests import examples, given
from tests.examples import CHARACTER_ID, COMMENT_ID, DECISION_ID, MODERATOR, PROCESS_ID
from tests.given import AT, OTHER, OWNER, VIDEO_ID

EVENT_ID: Final = "0190b2c4-5f00-7000-8000-000000000001"
NOW: Final = datetime(2026, 11, 22, 12, tzinfo=UTC)
PROCESS: Final = process_of(EVENT_ID)


def recorded(event: Any, stream: str = VIDEO_ID, version: int = 3) -> Recorded:
    entry = catalog.BY_KIND[type(event)]
    return Recorded(
        epoch="e",
        category=entry.category,
        shard=0,
        position=1,
        event_id=EVENT_ID,
        stream=stream,
        version=version,
        type=entry.type,
        occurred_at=AT,
        recorded_at=NOW,
        actor=OWNER,
        causation="c",
        correlation="story",
        traceparent="trace",
        data=b"",
    )


def starts(kind: str, **fields: str) -> After:
    defaults = {"process_id": PROCESS, "cause_id": PROCESS}
    return After(StartProcess(**{**defaults, "kind": kind, **fields}))


CASCADE: Final = starts(
    "cascade",
    process_id=cascade_of(DECISION_ID),
    subject=VIDEO_ID,
    owner_id=MODERATOR,
    cause_id=DECISION_ID,
    policy="node",
    rule="harassment",
)
FOLLOWS: Final[list[tuple[Any, list[Any]]]] = [
    (given.created(), [Enqueue(VIDEO_ID, 1)]),
    (given.remixed(), [Enqueue(VIDEO_ID, 1)]),
    (examples.edited(), [Enqueue(VIDEO_ID, 1)]),
    (examples.extended(), [Enqueue(VIDEO_ID, 1)]),
    (examples.stitched(), [Enqueue(VIDEO_ID, 1)]),
    (given.attempt_failed(attempt=2), [CloseJobs(VIDEO_ID, 2), Enqueue(VIDEO_ID, 3)]),
    (
        given.completed(attempt=2),
        [CloseJobs(VIDEO_ID, 2), After(SettleHold(account_id=OWNER, video_id=VIDEO_ID, cause="completed"))],
    ),
    (
        given.failed(attempt=3),
        [CloseJobs(VIDEO_ID, 3), After(ReleaseHold(account_id=OWNER, video_id=VIDEO_ID, cause="failed"))],
    ),
    (
        examples.cancelled(attempt=2),
        [
            CancelJob(VIDEO_ID),
            CloseJobs(VIDEO_ID, 2),
            After(ReleaseHold(account_id=OWNER, video_id=VIDEO_ID, cause="cancelled")),
        ],
    ),
    (given.deleted(), [DeleteFiles(f"v/{VIDEO_ID}/"), DeleteFiles(f"a/{OWNER}/{VIDEO_ID}/")]),
    (examples.held(), [After(ExpireHold(account_id=OWNER, video_id=VIDEO_ID), NOW + timedelta(days=7))]),
    (
        examples.allowance_granted(resets_at=AT),
        [After(GrantAllowance(account_id=OWNER, day="2026-01-01"), AT)],
    ),
    (
        examples.preference_set(key="mood", expires_at=AT),
        [After(RemovePreference(account_id=OWNER, key="mood", cause="expired", set_at=NOW), AT)],
    ),
    (
        examples.consent_changed(version=2, expires_at=AT),
        [After(ExpireConsent(character_id=CHARACTER_ID, version=2), AT)],
    ),
    (
        examples.consent_revoked(policy="hide_mine"),
        [starts("revocation", subject=CHARACTER_ID, owner_id=OWNER, policy="hide_mine", rule="consent_revoked")],
    ),
    (
        examples.decided(scope="subtree"),
        [
            starts(
                "cascade",
                process_id=cascade_of(DECISION_ID),
                subject=VIDEO_ID,
                owner_id=MODERATOR,
                cause_id=DECISION_ID,
                policy="subtree",
                rule="harassment",
            )
        ],
    ),
    (
        examples.decided(until=AT + timedelta(days=30)),
        [
            CASCADE,
            After(EndDecision(subject=VIDEO_ID, decision_id=DECISION_ID), AT + timedelta(days=30)),
        ],
    ),
    (
        examples.decided(subject=COMMENT_ID, until=AT),
        [After(EndDecision(subject=COMMENT_ID, decision_id=DECISION_ID), AT)],
    ),
    (
        examples.reversed_(),
        [
            starts(
                "reversal",
                subject=VIDEO_ID,
                owner_id=MODERATOR,
                cause_id=DECISION_ID,
                policy="exact",
                rule="reversed",
            )
        ],
    ),
    (
        examples.appeal_resolved(outcome="reversed"),
        [
            starts(
                "reversal",
                subject=VIDEO_ID,
                owner_id=MODERATOR,
                cause_id=DECISION_ID,
                policy="exact",
                rule="reversed",
            )
        ],
    ),
    (
        examples.erased(),
        [
            WriteLedger(OWNER, EVENT_ID, NOW),
            ForgetEdge(OWNER),
            starts("erasure", subject=OWNER, owner_id=OWNER, policy="everything", rule="account_erased"),
            DeleteFiles(f"a/{OWNER}/"),
        ],
    ),
    (examples.process_started(), [After(AdvanceProcess(process_id=PROCESS_ID, step=3))]),
    (examples.items_done(), [After(AdvanceProcess(process_id=PROCESS_ID, step=3))]),
]

NOTHING: Final[list[Any]] = [
    given.started(),
    given.published(),
    given.unpublished(),
    given.liked(),
    given.unliked(),
    given.opened(),
    given.registered(),
    examples.restricted(),
    examples.lifted(),
    examples.imported(),
    examples.character_created(),
    examples.verified(),
    examples.consent_changed(expires_at=None),
    examples.character_deleted(),
    examples.handle_reserved(),
    examples.handle_released(),
    examples.purchased(),
    examples.settled(),
    examples.released(),
    examples.spike_policy_changed(),
    examples.ranker_changed(),
    examples.leaderboard_corrected(),
    examples.hour_closed(),
    examples.reported(),
    examples.acknowledged(),
    examples.escalated(),
    examples.labelled(),
    examples.decided(action="none"),
    examples.decided(subject=COMMENT_ID),
    examples.decided(subject=OTHER),
    examples.reversed_(subject=COMMENT_ID),
    examples.appeal_resolved(subject=COMMENT_ID, outcome="reversed"),
    examples.appealed(),
    examples.appeal_resolved(outcome="upheld"),
    examples.process_finished(),
    examples.profile_changed(),
    examples.preference_set(expires_at=None),
    examples.preference_removed(),
    examples.blocked(),
    examples.unblocked(),
    examples.wish_made(),
    examples.rules_undone(),
    examples.muted(),
    examples.unmuted(),
    examples.export_requested(),
    examples.commented(),
    examples.comment_deleted(),
    examples.shared(),
    Followed(follower_id=OWNER, followee_id=OTHER),
    Unfollowed(follower_id=OWNER, followee_id=OTHER),
]


def name(event: Any) -> str:
    return type(event).__name__


@pytest.mark.parametrize(("event", "effects"), FOLLOWS, ids=[name(event) for event, _ in FOLLOWS])
def test_what_follows(event: Any, effects: list[Any]) -> None:
    assert react(recorded(event), event) == effects


@pytest.mark.parametrize("event", NOTHING, ids=name)
def test_from_these_nothing_follows(event: Any) -> None:
    assert react(recorded(event), event) == []


def test_every_event_is_in_one_of_the_two_lists() -> None:
    listed = {type(event) for event, _ in FOLLOWS} | {type(event) for event in NOTHING}
    assert listed == {entry.kind for entry in catalog.ENTRIES}


def test_whatever_has_effects_is_read() -> None:
    assert {catalog.BY_KIND[type(event)].category for event, _ in FOLLOWS} == set(CATEGORIES)


@pytest.mark.parametrize("event", [*(event for event, _ in FOLLOWS), *NOTHING], ids=name)
def test_no_effect_depends_on_a_sealed_field(event: Any) -> None:
    sealed = {
        field: ("sealed:x:y",) if isinstance(getattr(event, field), tuple) else "sealed:x:y"
        for field in catalog.BY_KIND[type(event)].sealed
    }
    blind = msgspec.structs.replace(event, **sealed)
    assert react(recorded(event), blind) == react(recorded(event), event)


AFTERS: Final = [(event, effect) for event, effects in FOLLOWS for effect in effects if isinstance(effect, After)]


@pytest.mark.parametrize(("event", "after"), AFTERS, ids=[name(event) for event, _ in AFTERS])
def test_a_command_waits_as_a_name_and_ids_and_comes_back_as_it_was(event: Any, after: After) -> None:
    timer = timer_of(recorded(event), after)
    assert decode(timer.command, timer.payload) == after.command
    assert timer.key == f"{EVENT_ID}:{name_of(after.command)}:{after.number}"
    assert timer.subject == subject_of(after.command)
    assert timer.due_at == (after.at or NOW)
    assert (timer.event_id, timer.correlation, timer.traceparent) == (EVENT_ID, "story", "trace")
    assert timer == timer_of(recorded(event), after)


def test_every_known_command_is_given_by_a_reaction() -> None:
    assert {type(after.command) for _, after in AFTERS} == {known.kind for known in KNOWN}


def test_no_two_known_commands_share_a_name() -> None:
    assert len({known.name for known in KNOWN}) == len(KNOWN)


def test_a_name_that_nobody_knows_is_an_error() -> None:
    with pytest.raises(KeyError):
        decode("fly_to_the_moon", encode(AdvanceProcess(process_id=PROCESS, step=1)))
