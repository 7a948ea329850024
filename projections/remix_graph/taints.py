"""What videos inherit from a decision about where they come from: (video, decision, source, rule).

A taint follows from two facts, an edge (or a use of a character) and a decision that stands, whichever is known first.
It explains why a family is hidden; what hides each video is a restriction of its own. But a video that came after the
decision may have been missed by whoever restricted the family: its taint is `late`, and hides it at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final

import msgspec

from domain.moderation import AppealResolved, Decided, Reversed
from projections.db import Connection, load_rows, upsert, write_rows
from projections.events import Event
from projections.inserting import Insert

SCOPES: Final = ("subtree", "uses_of_character")


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    decision_id: str
    subject: str
    scope: str
    rule: str
    shard: int
    position: int
    at: datetime
    until_position: int | None = None
    until_at: datetime | None = None


def record_uses(conn: Connection, made: Iterable[Event]) -> None:
    """Of a character that a video uses twice, the lower version counts."""
    rows: dict[tuple[str, str], tuple[Any, ...]] = {}
    for event in made:
        at = event.recorded
        for use in sorted(event.event.characters, key=lambda use: -use.consent_version):
            place = (at.shard, at.position, at.recorded_at)
            rows[use.character_id, at.stream] = (event.event.owner_id, use.consent_version, *place)
    _USES(conn, ((*key, *rest) for key, rest in sorted(rows.items())))


def spread(conn: Connection, made: Sequence[Event], decided: Sequence[Event]) -> set[str]:
    """Follows decisions into families, and new videos to decisions. The pairs of new edges must be there. Returns the
    videos with a late taint more or less."""
    begun, ended = _decide(conn, decided)
    changed: set[str] = set()
    for decision in ended:
        changed |= {id_ for (id_,) in conn.execute(_REMOVE, [decision.decision_id, decision.subject])}
    for decision in begun:
        named = {"decision": decision.decision_id, "source": decision.subject, "rule": decision.rule, "at": decision.at}
        statement = _REACH if decision.scope == "subtree" else _STAR
        changed |= {id_ for (id_,) in conn.execute(statement, named)}
    born = sorted({event.recorded.stream for event in made})
    if born and conn.execute("select from sources where until_position is null limit 1").fetchone() is not None:
        changed |= {id_ for (id_,) in conn.execute(_INHERIT, {"born": born})}
    return changed


def _decide(conn: Connection, changes: Sequence[Event]) -> tuple[list[Decision], list[Decision]]:
    """Records the decisions; returns those that stand now and did not before, and those that do not any more."""
    subjects = {change.event.subject for change in changes}
    before = {_key(row): row for row in _standing(conn, subjects)}
    standing, changed = dict(before), dict[tuple[str, str, int], Decision]()
    for change in changes:
        key = (change.event.subject, change.event.decision_id)
        row = standing.get(key)
        if row is None and _reaches(change.event):
            row = standing[key] = _begun(change)
        elif row is not None and _reverses(change.event):
            del standing[key]
            recorded = change.recorded
            row = msgspec.structs.replace(row, until_position=recorded.position, until_at=recorded.recorded_at)
        else:
            continue
        changed[(*key, row.position)] = row
    write_rows(conn, _DECIDE, (row for _, row in sorted(changed.items())))
    ended = [row for key, row in sorted(before.items()) if standing.get(key) != row]
    return [row for key, row in sorted(standing.items()) if before.get(key) != row], ended


def _key(row: Decision) -> tuple[str, str]:
    return row.subject, row.decision_id


def _standing(conn: Connection, subjects: set[str]) -> list[Decision]:
    rows = load_rows(conn, "sources", Decision, "subject", subjects)
    return [row for row in rows if row.until_position is None]


def _reaches(event: object) -> bool:
    return isinstance(event, Decided) and event.action == "hide" and event.scope in SCOPES


def _reverses(event: object) -> bool:
    return isinstance(event, Reversed) or (isinstance(event, AppealResolved) and event.outcome == "reversed")


def _begun(change: Event) -> Decision:
    return Decision(
        decision_id=change.event.decision_id,
        subject=change.event.subject,
        scope=change.event.scope,
        rule=change.event.policy,
        shard=change.recorded.shard,
        position=change.recorded.position,
        at=change.recorded.recorded_at,
    )


_DECIDE: Final = upsert("sources", Decision, ("subject", "decision_id", "position"))
_USES: Final = Insert(
    "uses",
    {
        "character_id": str,
        "video_id": str,
        "owner_id": str,
        "consent_version": int,
        "shard": int,
        "position": int,
        "at": datetime,
    },
)
_REMOVE: Final = """
    with removed as (delete from taints where decision_id = %s and source_id = %s returning video_id, late)
    select video_id from removed where late
"""
_REACH: Final = """
    with spread as (
        insert into taints (video_id, decision_id, source_id, rule, at, late)
        select n.id, %(decision)s, %(source)s, %(rule)s, %(at)s, n.at > %(at)s
        from closure c join nodes n on n.id = c.descendant where c.ancestor = %(source)s
        order by n.id
        on conflict do nothing returning video_id, late
    )
    select video_id from spread where late
"""
_STAR: Final = """
    with spread as (
        insert into taints (video_id, decision_id, source_id, rule, at, late)
        select video_id, %(decision)s, %(source)s, %(rule)s, %(at)s, at > %(at)s
        from uses where character_id = %(source)s
        order by video_id
        on conflict do nothing returning video_id, late
    )
    select video_id from spread where late
"""
# New videos, and what was known below them before they were. Looked up from below (`offset 0`): a family under a
# decision may have a hundred thousand, the ways up from a new video are few.
_INHERIT: Final = """
    with standing as (select * from sources where until_position is null),
    young as (
        select unnest(%(born)s::text[]) as id
        union select descendant from closure where ancestor = any(%(born)s)
    ),
    spread as (
        insert into taints (video_id, decision_id, source_id, rule, at, late)
        select n.id, d.decision_id, d.subject, d.rule, d.at, n.at > d.at
        from young join nodes n on n.id = young.id
        cross join lateral (select ancestor from closure where descendant = young.id offset 0) as up
        join standing d on d.subject = up.ancestor and d.scope = 'subtree'
        union all
        select u.video_id, d.decision_id, d.subject, d.rule, d.at, u.at > d.at
        from standing d join uses u on u.character_id = d.subject
        where d.scope = 'uses_of_character' and u.video_id = any(%(born)s)
        on conflict do nothing returning video_id, late
    )
    select video_id from spread where late
"""
