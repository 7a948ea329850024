"""Work that one fact causes elsewhere: pure, and the only place for it. A repeat of a fact repeats the same effects,
so each effect must be harmless twice; `streams/reactor.py` carries them out.

For the same reason the list of categories may grow: a reactor that begins to read one reads it from its beginning, on
a new installation as on an old one, and what it does on the way was either done before (its commands have the ids that
they had then) or is late, never wrong, as every command decides by the situation that it finds.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

import msgspec

from commands.account import RemovePreference
from commands.character import ExpireConsent
from commands.moderation import EndDecision
from commands.process import AdvanceProcess, StartProcess
from commands.wallet import ExpireHold, GrantAllowance, ReleaseHold, SettleHold
from domain.account import AccountErased, PreferenceSet
from domain.character import ConsentChanged, ConsentRevoked
from domain.ids import cascade_of, process_of
from domain.jobs import given_prefix_of
from domain.moderation import AppealResolved, Decided, Reversed
from domain.process import ItemsDone, ProcessStarted
from domain.recorded import Recorded
from domain.video import (
    GenerationAttemptFailed,
    GenerationCancelled,
    GenerationCompleted,
    GenerationFailed,
    VideoCreated,
    VideoDeleted,
    VideoEdited,
    VideoExtended,
    VideoRemixed,
    VideoStitched,
)
from domain.wallet import AllowanceGranted, Held

# A hold whose generation has not ended by then is looked at.
HOLD_EXPIRES: Final = timedelta(days=7)


class Enqueue(msgspec.Struct, frozen=True):
    """Put this attempt into the job table."""

    video_id: str
    attempt: int


class CancelJob(msgspec.Struct, frozen=True):
    """Whoever works on the video is to stop."""

    video_id: str


class CloseJobs(msgspec.Struct, frozen=True):
    """No attempt up to this one needs its row or its key any more."""

    video_id: str
    attempt: int


class DeleteFiles(msgspec.Struct, frozen=True):
    """Remove everything under this prefix of the object store."""

    prefix: str


class After(msgspec.Struct, frozen=True):
    """Give this command, at once or at a time. Its id is made of the event, its name and `number`, which tells several
    commands of one kind and event apart."""

    command: msgspec.Struct
    at: datetime | None = None
    number: int = 0


class WriteLedger(msgspec.Struct, frozen=True):
    """Note outside the database that the account was erased: a restored backup must erase it again."""

    account_id: str
    event_id: str
    erased_at: datetime


class ForgetEdge(msgspec.Struct, frozen=True):
    """What is known of the account outside the log is gone: its keys and name, what the feed remembers of it."""

    account_id: str


Effect = Enqueue | CancelJob | CloseJobs | DeleteFiles | After | WriteLedger | ForgetEdge
# Nothing follows from engagement and from what operators decide for everyone.
CATEGORIES: Final = ("account", "character", "moderation", "video")


def react(recorded: Recorded, event: object) -> list[Effect]:
    """`event` may be in its sealed form: no effect depends on a sealed field."""
    stream = recorded.stream
    match event:
        case VideoCreated() | VideoRemixed() | VideoEdited() | VideoExtended() | VideoStitched():
            return [Enqueue(stream, 1)]
        case GenerationAttemptFailed(attempt=attempt):
            return [CloseJobs(stream, attempt), Enqueue(stream, attempt + 1)]
        case GenerationCompleted(owner_id=owner, attempt=attempt):
            settle = SettleHold(account_id=owner, video_id=stream, cause="completed")
            return [CloseJobs(stream, attempt), After(settle)]
        case GenerationFailed(owner_id=owner, attempt=attempt):
            release = ReleaseHold(account_id=owner, video_id=stream, cause="failed")
            return [CloseJobs(stream, attempt), After(release)]
        case GenerationCancelled(owner_id=owner, attempt=attempt):
            release = ReleaseHold(account_id=owner, video_id=stream, cause="cancelled")
            return [CancelJob(stream), CloseJobs(stream, attempt), After(release)]
        case VideoDeleted(owner_id=owner):
            return [DeleteFiles(f"v/{stream}/"), DeleteFiles(given_prefix_of(owner, stream))]
        case Held(account_id=account, video_id=video):
            expire = ExpireHold(account_id=account, video_id=video)
            return [After(expire, recorded.recorded_at + HOLD_EXPIRES)]
        case AllowanceGranted(account_id=account, day=day, resets_at=resets_at):
            return [After(GrantAllowance(account_id=account, day=day), resets_at)]
        case PreferenceSet(account_id=account, key=key, expires_at=datetime() as expires_at):
            remove = RemovePreference(account_id=account, key=key, cause="expired", set_at=recorded.recorded_at)
            return [After(remove, expires_at)]
        case ConsentChanged(character_id=character, version=version, expires_at=datetime() as expires_at):
            return [After(ExpireConsent(character_id=character, version=version), expires_at)]
        case ConsentRevoked():
            return [After(_revocation(recorded, event))]
        case Decided(action="hide"):
            return _decision(event)
        case Reversed() | AppealResolved(outcome="reversed"):
            return [After(_reversal(recorded, event))] if _is_of_videos(event.subject) else []
        case AccountErased(account_id=account):
            return _erasure(recorded, account)
        case ProcessStarted(process_id=process) | ItemsDone(process_id=process):
            # The first event of a process leads to its first step, and so on.
            return [After(AdvanceProcess(process_id=process, step=recorded.version))]
        case _:
            return []


def _revocation(recorded: Recorded, event: ConsentRevoked) -> StartProcess:
    process = process_of(recorded.event_id)
    return StartProcess(
        process_id=process,
        kind="revocation",
        subject=event.character_id,
        owner_id=event.owner_id,
        cause_id=process,
        policy=event.policy,
        rule="consent_revoked",
    )


def _decision(event: Decided) -> list[Effect]:
    effects: list[Effect] = [After(_cascade(event))] if _is_of_videos(event.subject) else []
    if event.until:
        effects.append(After(EndDecision(subject=event.subject, decision_id=event.decision_id), event.until))
    return effects


def _is_of_videos(subject: str) -> bool:
    """Comments are hidden where they are read, and a decision on an account hides nothing."""
    return subject.partition("_")[0] in ("video", "char")


def _cascade(event: Decided) -> StartProcess:
    """Named after the decision, so that a reversal finds it."""
    return StartProcess(
        process_id=cascade_of(event.decision_id),
        kind="cascade",
        subject=event.subject,
        owner_id=event.moderator_id,
        cause_id=event.decision_id,
        policy=event.scope,
        rule=event.policy,
    )


def _reversal(recorded: Recorded, event: Reversed | AppealResolved) -> StartProcess:
    return StartProcess(
        process_id=process_of(recorded.event_id),
        kind="reversal",
        subject=event.subject,
        owner_id=event.moderator_id,
        cause_id=event.decision_id,
        policy="exact",
        rule="reversed",
    )


def _erasure(recorded: Recorded, account: str) -> list[Effect]:
    process = process_of(recorded.event_id)
    start = StartProcess(
        process_id=process,
        kind="erasure",
        subject=account,
        owner_id=account,
        cause_id=process,
        policy="everything",
        rule="account_erased",
    )
    return [
        WriteLedger(account, recorded.event_id, recorded.recorded_at),
        ForgetEdge(account),
        After(start),
        DeleteFiles(f"a/{account}/"),
    ]
