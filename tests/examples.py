"""Examples of the events around videos: characters, wallets, cases, processes, policies, accounts, comments. As in
`given.py`, a test names only what it is about."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final, TypeVar

import msgspec

from domain.account import (
    AccountBlocked,
    AccountErased,
    AccountUnblocked,
    ExportRequested,
    PreferenceRemoved,
    PreferenceSet,
    ProfileChanged,
)
from domain.character import (
    CharacterCreated,
    CharacterDeleted,
    CharacterVerified,
    ConsentChanged,
    ConsentRevoked,
    HandleReleased,
    HandleReserved,
)
from domain.engagement import CommentDeleted, Commented, Shared
from domain.ids import hold_of, process_of
from domain.moderation import (
    Acknowledged,
    Appealed,
    AppealResolved,
    Decided,
    Escalated,
    Labelled,
    Reported,
    Reversed,
)
from domain.policy import HourClosed, LeaderboardCorrected, RankerChanged, RankerParameters, Reach, SpikePolicyChanged
from domain.process import Item, ItemsDone, ProcessFinished, ProcessStarted
from domain.steering import AccountMuted, AccountUnmuted, Rule, RulesUndone, WishMade
from domain.video import (
    Asset,
    GenerationCancelled,
    Parent,
    RestrictionLifted,
    VideoEdited,
    VideoExtended,
    VideoImported,
    VideoRestricted,
    VideoStitched,
)
from domain.wallet import AllowanceGranted, Held, Line, Purchased, Released, Settled
from tests.given import AT, OTHER, OWNER, PARENT_ID, VIDEO_ID, an_id, created

E = TypeVar("E", bound=msgspec.Struct)

CHARACTER_ID: Final = an_id("char", 1)
HANDLE: Final = "handle_00ff"
MODERATOR: Final = an_id("acct", 9)
COMMENT_ID: Final = an_id("comment", 1)
DECISION_ID: Final = an_id("decision", 1)
WISH_ID: Final = an_id("wish", 1)
RULE_ID: Final = an_id("rule", 1)
PROCESS_ID: Final = process_of("0190b2c4-5f00-7000-8000-000000000001")


def _example(event: type[E], changes: dict[str, Any], /, **fields: Any) -> E:
    return event(**{**fields, **changes})


def _queueing(kind: type[E], relation: str, changes: dict[str, Any], **fields: Any) -> E:
    edge = Parent(video_id=PARENT_ID, relation=relation, owner_id=OWNER, span=(0.0, 4.0))
    request = msgspec.structs.asdict(created(depth=1, ancestor_bound=1, parents=(edge,)))
    return _example(kind, changes, **{**request, **fields})


def edited(**changes: Any) -> VideoEdited:
    return _queueing(VideoEdited, "edit", changes)


def extended(**changes: Any) -> VideoExtended:
    return _queueing(VideoExtended, "extend", changes, seconds=8, extensions=1)


def stitched(**changes: Any) -> VideoStitched:
    return _queueing(VideoStitched, "stitch", changes)


def cancelled(**changes: Any) -> GenerationCancelled:
    return _example(GenerationCancelled, changes, owner_id=OWNER, attempt=1, cause="owner")


def restricted(**changes: Any) -> VideoRestricted:
    return _example(VideoRestricted, changes, owner_id=OWNER, cause_id=DECISION_ID, rule="harassment")


def lifted(**changes: Any) -> RestrictionLifted:
    return _example(RestrictionLifted, changes, owner_id=OWNER, cause_id=DECISION_ID)


def imported(**changes: Any) -> VideoImported:
    asset = Asset(role="video", key="a/1/upload", sha256="00", mime="video/mp4", bytes=1000)
    return _example(
        VideoImported, changes, owner_id=OWNER, assets=(asset,), seconds=4, size="720x1280", attestation="own_work"
    )


def character_created(**changes: Any) -> CharacterCreated:
    return _example(
        CharacterCreated,
        changes,
        character_id=CHARACTER_ID,
        owner_id=OWNER,
        kind="persona",
        handle="rex",
        handle_stream=HANDLE,
        name="Rex",
        description="a brown dog with a red collar",
        rig="quadruped",
        rig_version=1,
        parameters="{}",
        frames=(),
        challenge=None,
    )


def verified(**changes: Any) -> CharacterVerified:
    return _example(
        CharacterVerified,
        changes,
        character_id=CHARACTER_ID,
        owner_id=OWNER,
        method="moderator",
        evidence="00",
        moderator_id=MODERATOR,
    )


def consent_changed(**changes: Any) -> ConsentChanged:
    return _example(
        ConsentChanged,
        changes,
        character_id=CHARACTER_ID,
        owner_id=OWNER,
        version=2,
        audience="everyone",
        allowed=(),
        rules=(),
        text="",
        unclear=(),
        expires_at=None,
        cause="owner",
    )


def consent_revoked(**changes: Any) -> ConsentRevoked:
    return _example(ConsentRevoked, changes, character_id=CHARACTER_ID, owner_id=OWNER, version=3, policy="hide_all")


def character_deleted(**changes: Any) -> CharacterDeleted:
    return _example(CharacterDeleted, changes, character_id=CHARACTER_ID, owner_id=OWNER, handle_stream=HANDLE)


def handle_reserved(**changes: Any) -> HandleReserved:
    return _example(HandleReserved, changes, character_id=CHARACTER_ID, owner_id=OWNER)


def handle_released(**changes: Any) -> HandleReleased:
    return _example(HandleReleased, changes, character_id=CHARACTER_ID, owner_id=OWNER)


def lines(source: str, target: str, amount: int) -> tuple[Line, Line]:
    return Line(account=source, amount=-amount), Line(account=target, amount=amount)


def allowance_granted(**changes: Any) -> AllowanceGranted:
    amount = changes.get("allowance", 10)
    return _example(
        AllowanceGranted,
        changes,
        account_id=OWNER,
        lines=lines("allowance", "free", amount),
        cause="new_day",
        day="2026-01-01",
        resets_at=AT.replace(hour=0) + timedelta(days=1),
        allowance=amount,
        policy_version=0,
    )


def purchased(**changes: Any) -> Purchased:
    amount = changes.get("credits", 100)
    return _example(
        Purchased,
        changes,
        account_id=OWNER,
        lines=lines("sales", "paid", amount),
        cause="purchase",
        provider="manual",
        payment="payment-1",
        credits=amount,
    )


def held(**changes: Any) -> Held:
    tier, price = changes.get("tier", "free"), changes.get("price", 4)
    return _example(
        Held,
        changes,
        account_id=OWNER,
        lines=lines(tier, "held", price),
        cause="generation",
        hold_id=hold_of(changes.get("video_id", VIDEO_ID)),
        video_id=VIDEO_ID,
        tier=tier,
        price=price,
        factor_percent=100,
        policy_version=0,
    )


def settled(**changes: Any) -> Settled:
    return _example(
        Settled,
        changes,
        account_id=OWNER,
        lines=lines("held", "spent", 4),
        cause="completed",
        hold_id=hold_of(VIDEO_ID),
        video_id=VIDEO_ID,
    )


def released(**changes: Any) -> Released:
    return _example(
        Released,
        changes,
        account_id=OWNER,
        lines=lines("held", "free", 4),
        cause="failed",
        hold_id=hold_of(VIDEO_ID),
        video_id=VIDEO_ID,
    )


def spike_policy_changed(**changes: Any) -> SpikePolicyChanged:
    return _example(
        SpikePolicyChanged,
        changes,
        version=1,
        allowance=10,
        zone="UTC",
        paid_share=80,
        price_percent=150,
        free_concurrency=2,
        paid_concurrency=5,
        free_queue_limit=None,
        reason="holiday peak",
        by=MODERATOR,
    )


def ranker_changed(**changes: Any) -> RankerChanged:
    return _example(
        RankerChanged,
        changes,
        ranker="for-you-2",
        weights={"hot": 1.0},
        parameters=RankerParameters(),
        reason="a test",
        by=MODERATOR,
    )


def leaderboard_corrected(**changes: Any) -> LeaderboardCorrected:
    return _example(
        LeaderboardCorrected,
        changes,
        correction_id=an_id("correction", 1),
        accounts=(OTHER,),
        since=AT,
        undo=False,
        reason="a ring",
        by=MODERATOR,
    )


def hour_closed(**changes: Any) -> HourClosed:
    return _example(HourClosed, changes, ended_at=AT, positions=(Reach(category="video", shard=0, position=3),))


def reported(**changes: Any) -> Reported:
    return _example(
        Reported, changes, subject=VIDEO_ID, reporter_id=OTHER, reason="harassment", text="this is about me"
    )


def acknowledged(**changes: Any) -> Acknowledged:
    return _example(Acknowledged, changes, subject=VIDEO_ID, moderator_id=MODERATOR, note="I look at it")


def escalated(**changes: Any) -> Escalated:
    return _example(Escalated, changes, subject=VIDEO_ID, moderator_id=MODERATOR, note="a legal question")


def labelled(**changes: Any) -> Labelled:
    return _example(
        Labelled, changes, subject=VIDEO_ID, moderator_id=MODERATOR, add=("satire",), remove=(), automated=False
    )


def decided(**changes: Any) -> Decided:
    return _example(
        Decided,
        changes,
        decision_id=DECISION_ID,
        subject=VIDEO_ID,
        moderator_id=MODERATOR,
        action="hide",
        scope="node",
        ground="terms",
        policy="harassment",
        facts="insults a person",
        automated_detection=False,
        automated_decision=False,
        territory=(),
        until=None,
        preview_digest="00",
        affected=1,
    )


def reversed_(**changes: Any) -> Reversed:
    return _example(
        Reversed, changes, decision_id=DECISION_ID, subject=VIDEO_ID, moderator_id=MODERATOR, reason="it was satire"
    )


def appealed(**changes: Any) -> Appealed:
    return _example(Appealed, changes, decision_id=DECISION_ID, subject=VIDEO_ID, account_id=OWNER, text="it is satire")


def appeal_resolved(**changes: Any) -> AppealResolved:
    return _example(
        AppealResolved,
        changes,
        decision_id=DECISION_ID,
        subject=VIDEO_ID,
        moderator_id=MODERATOR,
        outcome="reversed",
        reason="it is",
    )


def process_started(**changes: Any) -> ProcessStarted:
    return _example(
        ProcessStarted,
        changes,
        process_id=PROCESS_ID,
        kind="revocation",
        subject=CHARACTER_ID,
        owner_id=OWNER,
        cause_id=PROCESS_ID,
        policy="hide_all",
        rule="consent_revoked",
    )


def items_done(**changes: Any) -> ItemsDone:
    item = Item(id=VIDEO_ID, was="completed", action="hidden")
    return _example(ItemsDone, changes, process_id=PROCESS_ID, items=(item,))


def process_finished(**changes: Any) -> ProcessFinished:
    return _example(ProcessFinished, changes, process_id=PROCESS_ID, total=1, digest="00")


def profile_changed(**changes: Any) -> ProfileChanged:
    return _example(ProfileChanged, changes, account_id=OWNER, name="Ada L.", bio="numbers", time_zone="Europe/London")


def preference_set(**changes: Any) -> PreferenceSet:
    return _example(PreferenceSet, changes, account_id=OWNER, key="personalised_feed", value="false", expires_at=None)


def preference_removed(**changes: Any) -> PreferenceRemoved:
    return _example(PreferenceRemoved, changes, account_id=OWNER, key="personalised_feed", cause="owner")


def blocked(**changes: Any) -> AccountBlocked:
    return _example(AccountBlocked, changes, account_id=OWNER, blocked_id=OTHER)


def unblocked(**changes: Any) -> AccountUnblocked:
    return _example(AccountUnblocked, changes, account_id=OWNER, blocked_id=OTHER)


def rule(**changes: Any) -> Rule:
    until = AT + timedelta(days=7)
    return _example(Rule, changes, id=RULE_ID, effect="boost", kind="topic", value="animals", weight=2, until=until)


def wish_made(**changes: Any) -> WishMade:
    return _example(
        WishMade,
        changes,
        account_id=OWNER,
        wish_id=WISH_ID,
        words="more dogs, more unicycles",
        rules=(rule(),),
        sources=("more dogs",),
        ignored=("more unicycles",),
        reasons=("unknown_word",),
    )


def rules_undone(**changes: Any) -> RulesUndone:
    return _example(RulesUndone, changes, account_id=OWNER, rule_ids=(RULE_ID,))


def muted(**changes: Any) -> AccountMuted:
    return _example(AccountMuted, changes, account_id=OWNER, muted_id=OTHER)


def unmuted(**changes: Any) -> AccountUnmuted:
    return _example(AccountUnmuted, changes, account_id=OWNER, muted_id=OTHER)


def export_requested(**changes: Any) -> ExportRequested:
    return _example(ExportRequested, changes, account_id=OWNER, export_id=an_id("export", 1))


def erased(**changes: Any) -> AccountErased:
    return _example(AccountErased, changes, account_id=OWNER, by=OWNER)


def commented(**changes: Any) -> Commented:
    return _example(
        Commented,
        changes,
        comment_id=COMMENT_ID,
        video_id=VIDEO_ID,
        owner_id=OWNER,
        account_id=OTHER,
        parent_id=None,
        text="what a cat",
    )


def comment_deleted(**changes: Any) -> CommentDeleted:
    return _example(CommentDeleted, changes, comment_id=COMMENT_ID, video_id=VIDEO_ID, account_id=OTHER, by=OTHER)


def shared(**changes: Any) -> Shared:
    return _example(
        Shared, changes, share_id=an_id("share", 1), video_id=VIDEO_ID, owner_id=OWNER, account_id=OTHER, channel="link"
    )


ALL: Final = (
    edited, extended, stitched, cancelled, restricted, lifted, imported, character_created, verified, consent_changed,
    consent_revoked, character_deleted, handle_reserved, handle_released, allowance_granted, purchased, held, settled,
    released, spike_policy_changed, ranker_changed, leaderboard_corrected, hour_closed, reported, acknowledged,
    escalated, labelled, decided, reversed_, appealed, appeal_resolved, process_started, items_done, process_finished,
    profile_changed, preference_set, preference_removed, blocked, unblocked, wish_made, rules_undone, muted,
    unmuted, export_requested, erased, commented, comment_deleted, shared,
)  # fmt: skip
