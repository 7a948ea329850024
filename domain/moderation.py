"""A case: all that was said and decided about one subject (a video, a character, an account or a comment). Its stream
is named after the subject, so that there is one."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final, assert_never

import msgspec

from domain.errors import Forbidden, IllegalState, Invalid, NotFound
from domain.fields import AccountText, Id, ModeratorText, ReporterText, Word
from domain.ids import is_id, shown
from domain.text import require_text

SUBJECTS: Final = {"video": "video", "char": "character", "acct": "account", "comment": "comment"}
GROUNDS: Final = ("illegal_content", "terms")
AUTOMATED: Final = "system"
ACTIONS: Final = ("hide", "none")
OUTCOMES: Final = ("upheld", "reversed")
# What a decision rests on.
POLICIES: Final = (
    "child_safety", "sexual_content", "intimate_images", "graphic_violence", "violent_extremism", "self_harm",
    "dangerous_instructions", "hate", "harassment", "privacy", "impersonation", "consent", "illegal_goods", "fraud",
    "election_integrity", "intellectual_property", "spam", "other",
)  # fmt: skip
REASONS: Final = POLICIES  # what somebody may report is what may be decided
LABELS: Final = (
    "satire", "graphic", "sexual", "nudity", "violence", "horror", "medical", "political", "misleading", "sponsored",
    "sensitive", "spam",
)  # fmt: skip
# How far a decision to hide may reach. That of a comment hides it where comments are read. That of an account hides
# none of its videos: it is stated, counts as a strike, and each video is decided for itself.
REACH: Final = {
    "video": ("node", "subtree"),
    "character": ("uses_of_character",),
    "account": ("node",),
    "comment": ("node",),
}
MAX_TEXT: Final = 5_000
APPEAL_DAYS: Final = 180
_TERRITORY: Final = re.compile("[A-Z]{2}")


class Reported(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody asks for a look."""

    subject: Id
    reporter_id: Id
    reason: Word
    text: ReporterText


class Acknowledged(msgspec.Struct, frozen=True, kw_only=True):
    """A moderator has taken the reports so far."""

    subject: Id
    moderator_id: Id
    note: ModeratorText


class Escalated(msgspec.Struct, frozen=True, kw_only=True):
    """Beyond what this moderator may or wants to decide."""

    subject: Id
    moderator_id: Id
    note: ModeratorText


class Labelled(msgspec.Struct, frozen=True, kw_only=True):
    """Labels inform, they do not hide. `automated` when no person has looked."""

    subject: Id
    moderator_id: Id
    add: tuple[Word, ...]
    remove: tuple[Word, ...]
    automated: bool


class Decided(msgspec.Struct, frozen=True, kw_only=True):
    """A decision with what the Digital Services Act wants stated: the restriction and its scope, the ground and the
    rule it rests on, the facts, whether the content was found and the decision made by automated means, territory and
    duration. `affected` and `preview_digest` tell which videos the moderator had seen listed."""

    decision_id: Id
    subject: Id
    moderator_id: Id
    action: Word  # hide | none
    scope: Word
    ground: Word
    policy: Word
    facts: ModeratorText
    automated_detection: bool
    automated_decision: bool
    territory: tuple[Word, ...]
    until: datetime | None
    preview_digest: Word
    affected: int


class Reversed(msgspec.Struct, frozen=True, kw_only=True):
    """The decision does not hold any more; exactly its own restrictions are lifted."""

    decision_id: Id
    subject: Id
    moderator_id: Id
    reason: ModeratorText


class Appealed(msgspec.Struct, frozen=True, kw_only=True):
    """The author disagrees."""

    decision_id: Id
    subject: Id
    account_id: Id
    text: AccountText


class AppealResolved(msgspec.Struct, frozen=True, kw_only=True):
    """Heard: the decision is upheld or reversed."""

    decision_id: Id
    subject: Id
    moderator_id: Id
    outcome: Word  # upheld | reversed
    reason: ModeratorText


Event = Reported | Acknowledged | Escalated | Labelled | Decided | Reversed | Appealed | AppealResolved


class Ruling(msgspec.Struct, frozen=True):
    """A decision and what became of it. It stands until it is reversed, by a moderator or on appeal."""

    event: Decided
    at: datetime
    appeal: Appealed | None = None
    resolution: AppealResolved | None = None
    reversal: Reversed | None = None

    @property
    def stands(self) -> bool:
        return self.reversal is None and (self.resolution is None or self.resolution.outcome != "reversed")

    @property
    def is_appealed(self) -> bool:
        """An appeal that waits to be heard."""
        return self.appeal is not None and self.resolution is None and self.stands


class File(msgspec.Struct, frozen=True):
    """What lies in a case. `reports`: (reporter, reason) of those that no moderator has dealt with yet."""

    reports: frozenset[tuple[str, str]] = frozenset()
    labels: frozenset[str] = frozenset()
    rulings: tuple[Ruling, ...] = ()

    def ruling(self, decision_id: str) -> Ruling:
        for ruling in self.rulings:
            if ruling.event.decision_id == decision_id:
                return ruling
        raise NotFound(
            "decision_not_found", f"There is no decision {shown(decision_id, 'decision')} in this case.", "decision_id"
        )

    @property
    def strikes(self) -> int:
        """Decisions against the subject that stand."""
        return sum(ruling.stands and ruling.event.action == "hide" for ruling in self.rulings)

    @property
    def waits(self) -> bool:
        return bool(self.reports) or any(ruling.is_appealed for ruling in self.rulings)


class Untouched(msgspec.Struct, frozen=True):
    """Nobody has asked for a look. Labels and decisions of a moderator's own accord do not change that."""

    file: File = File()


class Open(msgspec.Struct, frozen=True):
    """Somebody waits: one who reported, or an author who appeals."""

    file: File


class AtSenior(msgspec.Struct, frozen=True):
    """Escalated: waits for somebody who may or wants to decide."""

    file: File


class Closed(msgspec.Struct, frozen=True):
    """All that was asked is answered."""

    file: File


Case = Untouched | Open | AtSenior | Closed


def review(state: Case) -> str:
    """The name under which the world knows the situation."""
    match state:
        case Untouched():
            return "none"
        case Open():
            return "open"
        case AtSenior():
            return "escalated"
        case Closed():
            return "closed"
        case _:
            assert_never(state)


def evolve(state: Case, event: Event, at: datetime) -> Case:
    match event:
        case Reported():
            return _waits(state, _with(state, reports=state.file.reports | {(event.reporter_id, event.reason)}))
        case Acknowledged():
            return _answered(_with(state, reports=frozenset()))
        case Escalated():
            return AtSenior(state.file)
        case Labelled():
            labels = (state.file.labels | frozenset(event.add)) - frozenset(event.remove)
            return msgspec.structs.replace(state, file=_with(state, labels=labels))
        case Decided():
            rulings = (*state.file.rulings, Ruling(event, at))
            return _answered(_with(state, reports=frozenset(), rulings=rulings))
        case Reversed():
            return _settled(state, _ruled(state, event.decision_id, reversal=event))
        case Appealed():
            return _waits(state, _ruled(state, event.decision_id, appeal=event))
        case AppealResolved():
            return _settled(state, _ruled(state, event.decision_id, resolution=event))
        case _:
            assert_never(event)


def _with(state: Case, **changes: object) -> File:
    return msgspec.structs.replace(state.file, **changes)


def _ruled(state: Case, decision_id: str, **changes: object) -> File:
    return _with(
        state,
        rulings=tuple(
            msgspec.structs.replace(ruling, **changes) if ruling.event.decision_id == decision_id else ruling
            for ruling in state.file.rulings
        ),
    )


def _waits(state: Case, file: File) -> Case:
    return AtSenior(file) if isinstance(state, AtSenior) else Open(file)


def _answered(file: File) -> Case:
    return Open(file) if file.waits else Closed(file)


def _settled(state: Case, file: File) -> Case:
    """One decision less to think about; what was escalated stays so."""
    return _answered(file) if isinstance(state, Open) else msgspec.structs.replace(state, file=file)


def kind_of(subject: str) -> str:
    """What the subject is. Raises `NotFound` for an id of something that has no case."""
    prefix = subject.partition("_")[0]
    if prefix not in SUBJECTS or not is_id(subject, prefix):
        raise no_such_subject()
    return SUBJECTS[prefix]


def no_such_subject() -> NotFound:
    return NotFound("subject_not_found", "There is no such thing that could be reported.", "subject")


def report(state: Case, reported: Reported, author_id: str) -> list[Event]:
    """Anybody may, but not on oneself. Said once by somebody while nobody has looked, a reason is known."""
    _require_one_of(reported.reason, REASONS, "reason")
    _check_text(reported.text, "text", required=False)
    if reported.reporter_id == author_id:
        raise Forbidden("own_subject", "This is your own: you can change or delete it yourself.", "subject")
    is_known = (reported.reporter_id, reported.reason) in state.file.reports
    return [] if is_known else [reported]


def acknowledge(state: Case, seen: Acknowledged, author_id: str) -> list[Event]:
    """Looked at, nothing to decide. With no report that waits there is nothing to look at."""
    _check_text(seen.note, "note", required=False)
    _not_own(seen.moderator_id, author_id)
    waits = isinstance(state, AtSenior) or state.file.reports
    return [seen] if waits else []


def escalate(state: Case, escalated: Escalated) -> list[Event]:
    _check_text(escalated.note, "note")
    return [] if isinstance(state, AtSenior) else [escalated]


def label(
    state: Case, subject: str, moderator_id: str, add: Iterable[str], remove: Iterable[str], author_id: str
) -> list[Event]:
    """Labels that are there already, or not there any more, are no news."""
    add, remove = frozenset(add), frozenset(remove)
    for word in sorted(add | remove):
        _require_one_of(word, LABELS, "add" if word in add else "remove")
    if add & remove:
        raise Invalid("invalid_labels", f"{', '.join(sorted(add & remove))}: added and removed at once.", "remove")
    _not_own(moderator_id, author_id)
    new, gone = add - state.file.labels, remove & state.file.labels
    if not new and not gone:
        return []
    automated = moderator_id == AUTOMATED
    return [
        Labelled(
            subject=subject,
            moderator_id=moderator_id,
            add=tuple(sorted(new)),
            remove=tuple(sorted(gone)),
            automated=automated,
        )
    ]


def decide(state: Case, decided: Decided, author_id: str, now: datetime) -> list[Event]:
    """`decided` as the moderator wants it. Several decisions may stand on one subject: each is reversed by itself."""
    if any(ruling.event.decision_id == decided.decision_id for ruling in state.file.rulings):
        raise IllegalState("decision_exists", "This decision id is taken.")
    _require_one_of(decided.action, ACTIONS, "action")
    _require_one_of(decided.ground, GROUNDS, "ground")
    _require_one_of(decided.policy, POLICIES, "policy")
    require_scope(decided.subject, decided.scope, decided.action)
    _check_text(decided.facts, "facts")
    _check_reach(decided, now)
    _not_own(decided.moderator_id, author_id)
    return [decided]


def require_scope(subject: str, scope: str, action: str = "hide") -> None:
    """A decision that restricts nothing is about its subject alone."""
    reach = REACH[kind_of(subject)] if action == "hide" else ("node",)
    if scope not in reach:
        raise Invalid("invalid_scope", f"`scope` of this decision is one of {', '.join(reach)}.", "scope")


def _check_reach(decided: Decided, now: datetime) -> None:
    for place in decided.territory:
        if not _TERRITORY.fullmatch(place):
            raise Invalid("invalid_territory", "`territory` lists countries by two capital letters.", "territory")
    if decided.until is None:
        return
    if decided.action == "none" or decided.until <= now:
        raise Invalid("invalid_until", "`until` is a moment to come, at which a restriction ends.", "until")


def reverse(state: Case, reversed_: Reversed, author_id: str) -> list[Event]:
    """Gives back exactly what this decision has taken; what others have taken stays."""
    ruling = state.file.ruling(reversed_.decision_id)
    _check_text(reversed_.reason, "reason")
    _not_own(reversed_.moderator_id, author_id)
    _require_standing(ruling)
    if ruling.event.action == "none":
        raise IllegalState("nothing_to_reverse", "This decision restricts nothing. Decide again instead.")
    return [reversed_]


def appeal(state: Case, appealed: Appealed, author_id: str, now: datetime) -> list[Event]:
    if appealed.account_id != author_id:
        raise Forbidden("not_the_author", "Only the author of what was decided on can appeal.")
    ruling = state.file.ruling(appealed.decision_id)
    _check_text(appealed.text, "text")
    _require_standing(ruling)
    if ruling.event.action == "none":
        raise IllegalState("nothing_to_appeal", "This decision restricts nothing.")
    if ruling.appeal is not None:
        raise IllegalState("already_appealed", "There is one appeal for each decision, and it was made.")
    if now - ruling.at > timedelta(days=APPEAL_DAYS):
        raise IllegalState("appeal_too_late", f"A decision can be appealed for {APPEAL_DAYS} days.")
    return [appealed]


def resolve(state: Case, resolved: AppealResolved, author_id: str) -> list[Event]:
    """Never by whoever decided, and never by a machine."""
    ruling = state.file.ruling(resolved.decision_id)
    _require_one_of(resolved.outcome, OUTCOMES, "outcome")
    _check_text(resolved.reason, "reason")
    if ruling.appeal is None:
        raise IllegalState("not_appealed", "Nobody has appealed this decision.")
    if ruling.resolution is not None:
        raise IllegalState("already_resolved", f"This appeal was heard: {ruling.resolution.outcome}.")
    _require_standing(ruling)
    if resolved.moderator_id == ruling.event.moderator_id:
        raise Forbidden("own_decision", "An appeal is heard by somebody who did not make the decision.")
    if resolved.moderator_id == AUTOMATED:
        raise Forbidden("needs_a_person", "An appeal is heard by a person.")
    _not_own(resolved.moderator_id, author_id)
    return [resolved]


def _require_standing(ruling: Ruling) -> None:
    if not ruling.stands:
        raise IllegalState("already_reversed", "This decision was reversed before: it does not hold any more.")


def _not_own(moderator_id: str, author_id: str) -> None:
    if moderator_id == author_id:
        raise Forbidden("own_subject", "Nobody moderates what is their own: leave it to another moderator.")


def _require_one_of(word: str, known: tuple[str, ...], param: str) -> None:
    if word not in known:
        raise Invalid(f"invalid_{param}", f"`{param}` is one of {', '.join(known)}.", param)


def _check_text(text: str, param: str, *, required: bool = True) -> None:
    require_text(text, param)
    if required and not text.strip():
        raise Invalid(f"invalid_{param}", f"`{param}` must not be empty: others have to understand why.", param)
    if len(text) > MAX_TEXT:
        raise Invalid(f"invalid_{param}", f"`{param}` has at most {MAX_TEXT} characters.", param)
