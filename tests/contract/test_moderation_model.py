"""The read model of cases says what the cases say."""

from __future__ import annotations

import contextlib
import random
from collections.abc import AsyncIterator
from datetime import timedelta

import psycopg
import pytest

from commands.work import CASE
from domain import catalog, moderation
from domain.errors import Invalid, Rejected
from domain.ids import case_stream
from domain.moderation import Acknowledged, Appealed, AppealResolved, Decided, Escalated, Reported, Reversed
from projections.checkpoint import Epochs
from projections.db import AsyncConnection, Connection
from projections.moderation import query
from projections.moderation.history import KINDS
from projections.registry import MODERATION
from tests.histories import World
from tests.projections import Capitals, batches, dump, fill, merged

KEY = b"k" * 32
AUTHOR, MODERATOR, SENIOR = "acct_author", "acct_moderator", "acct_senior"


@pytest.fixture
async def db(read_models_url: str) -> AsyncIterator[AsyncConnection]:
    async with await psycopg.AsyncConnection.connect(read_models_url) as db:
        yield db


class Cases(World):
    """Cases by the rules of the domain: what it refuses does not happen."""

    def __init__(self, seed: int) -> None:
        super().__init__(seed)
        self.subjects = [self.new_id(prefix) for prefix in ("video", "video", "comment", "acct", "char")]

    def happens(self, subject: str, event: moderation.Event) -> None:
        """A second after what happened last."""
        self._now += timedelta(seconds=1)
        self.record(CASE, case_stream(subject), [event])

    def go_on(self, steps: int) -> None:
        for _ in range(steps):
            with contextlib.suppress(Rejected):
                self._step(self.dice.choice(self.subjects))

    def _step(self, subject: str) -> None:
        case = self.state(CASE, case_stream(subject))
        self.record(CASE, case_stream(subject), self._decide(case, subject))

    def _decide(self, case: moderation.Case, subject: str) -> list[moderation.Event]:
        by = {"subject": subject, "moderator_id": self.dice.choice((MODERATOR, SENIOR))}
        rulings = [ruling.event.decision_id for ruling in case.file.rulings]
        one = {**by, "decision_id": self.dice.choice(rulings or ["decision_none"])}
        match self.dice.randrange(9):
            case 0 | 1 | 2:
                return moderation.report(case, self._report(subject), AUTHOR)
            case 3:
                return moderation.acknowledge(case, Acknowledged(**by, note=""), AUTHOR)
            case 4:
                return moderation.escalate(case, Escalated(**by, note="hard"))
            case 5:
                words = self.dice.sample(moderation.LABELS, 2)
                return moderation.label(case, subject, MODERATOR, words[:1], words[1:], AUTHOR)
            case 6:
                return moderation.decide(case, self._decision(subject), AUTHOR, self._now)
            case 7:
                return moderation.reverse(case, Reversed(**one, reason="wrong"), AUTHOR)
            case _ if self.dice.random() < 0.5:
                appeal = Appealed(subject=subject, decision_id=one["decision_id"], account_id=AUTHOR, text="no")
                return moderation.appeal(case, appeal, AUTHOR, self._now)
            case _:
                outcome = self.dice.choice(moderation.OUTCOMES)
                return moderation.resolve(case, AppealResolved(**one, outcome=outcome, reason="so"), AUTHOR)

    def _report(self, subject: str) -> Reported:
        reason = self.dice.choice(moderation.REASONS[:3])
        return Reported(subject=subject, reporter_id=self.anybody(), reason=reason, text="")

    def _decision(self, subject: str) -> Decided:
        return Decided(
            decision_id=self.new_id("decision"), subject=subject, moderator_id=MODERATOR,
            action=self.dice.choice(moderation.ACTIONS), scope=moderation.REACH[moderation.kind_of(subject)][0],
            ground="terms", policy="spam", facts="it is", automated_detection=False, automated_decision=False,
            territory=(), until=None, preview_digest="", affected=1,
        )  # fmt: skip

    def counts(self, subject: str) -> dict[str, object]:
        case = self.state(CASE, case_stream(subject))
        return {
            "state": moderation.review(case),
            "reports": len(case.file.reports),
            "reasons": sorted({reason for _, reason in case.file.reports}),
            "appeals": sum(ruling.is_appealed for ruling in case.file.rulings),
            "strikes": case.file.strikes,
            "labels": sorted(case.file.labels),
            "decision_id": case.file.rulings[-1].event.decision_id if case.file.rulings else None,
        }


def told(conn: Connection, world: World) -> None:
    fill(conn, MODERATION, iter([world.history]), Epochs(world.epochs()))


async def everything(db: AsyncConnection) -> list[query.Waiting]:
    return [
        case
        for state in query.STATES
        if state != "waiting"
        for case in (await query.queue(db, key=KEY, state=state, limit=100, cursor=None)).items
    ]


@pytest.mark.parametrize("seed", range(5))
async def test_it_agrees_with_the_domain(read_models: Connection, db: AsyncConnection, seed: int) -> None:
    world = Cases(seed)
    world.go_on(150)
    told(read_models, world)
    cases = {case.subject: case for case in await everything(db)}
    assert cases.keys() == set(world.subjects)
    for subject, case in cases.items():
        expected = world.counts(subject)
        assert {name: getattr(case, name) for name in expected} == expected
        assert case.version == len([each for each in world.history if each.stream == case_stream(subject)])
        query_ = f"select decision_id from {MODERATION.schema}.decisions where subject = %s and ended_at is null"
        rows = read_models.execute(query_.encode(), [subject]).fetchall()
        standing = {r.event.decision_id for r in world.state(CASE, case_stream(subject)).file.rulings if r.stands}
        assert {decision for (decision,) in rows} == standing


@pytest.mark.parametrize("seed", range(3))
def test_any_batches_give_the_same_rows(read_models: Connection, seed: int) -> None:
    world = Cases(seed)
    world.go_on(100)
    told(read_models, world)
    expected = dump(read_models, MODERATION.schema)
    tables = ", ".join(f"{MODERATION.schema}.{name}" for name in ("cases", "decisions", "history"))
    read_models.execute(f"truncate {tables}".encode())
    read_models.execute(f"truncate {MODERATION.schema}.checkpoints".encode())
    dice = random.Random(seed)
    fill(read_models, MODERATION, batches(merged(world.logs(), dice), dice, 7), Epochs(world.epochs()))
    assert dump(read_models, MODERATION.schema) == expected


async def test_the_queue_is_by_waiting_time_and_goes_on(read_models: Connection, db: AsyncConnection) -> None:
    world = Cases(1)
    for subject in world.subjects:
        world.happens(subject, world._report(subject))
    first, second, *rest = world.subjects
    world.happens(first, world._report(first))  # known before: it keeps its place
    world.happens(second, Acknowledged(subject=second, moderator_id=MODERATOR, note=""))
    world.happens(rest[-1], Escalated(subject=rest[-1], moderator_id=MODERATOR, note="hard"))
    told(read_models, world)
    page = await query.queue(db, key=KEY, state="waiting", limit=2, cursor=None)
    assert [case.subject for case in page.items] == [first, rest[0]]
    after = await query.queue(db, key=KEY, state="waiting", limit=2, cursor=page.next_cursor)
    assert [case.subject for case in after.items] == rest[1:]
    assert after.next_cursor is None
    assert [c.subject for c in (await query.queue(db, key=KEY, state="closed", limit=9, cursor=None)).items] == [second]
    with pytest.raises(Invalid):
        await query.queue(db, key=KEY, state="open", limit=2, cursor=page.next_cursor)


@pytest.mark.parametrize("seed", range(2))
async def test_the_history_of_a_case_has_all_that_was_said(
    read_models: Connection, db: AsyncConnection, seed: int
) -> None:
    world = Cases(seed)
    world.go_on(150)
    told(read_models, world)
    for subject in world.subjects:
        facts = [each for each in world.history if each.stream == case_stream(subject)]
        entries, cursor = [], None
        while True:
            page = await query.history(db, Capitals(), key=KEY, subject=subject, kinds=KINDS, limit=3, cursor=cursor)
            entries += page.items
            cursor = page.next_cursor
            if cursor is None:
                break
        assert [each.event_id for each in entries] == [each.event_id for each in reversed(facts)]
        for entry, recorded in zip(entries, reversed(facts), strict=True):
            event = catalog.decode(recorded.type, recorded.data)
            assert f"moderation.{entry.kind}.v1" == recorded.type
            assert entry.by in (AUTHOR, MODERATOR, SENIOR) or entry.kind in ("reported", "labelled")
            said = next((getattr(event, name) for name in ("text", "note", "facts") if hasattr(event, name)), None)
            assert entry.text == (said.upper() if said is not None else getattr(event, "reason", "").upper() or None)
            assert (entry.added, entry.removed) == (list(getattr(event, "add", ())), list(getattr(event, "remove", ())))
    only = await query.history(
        db, Capitals(), key=KEY, subject=world.subjects[0], kinds=["decided"], limit=100, cursor=None
    )
    assert {each.kind for each in only.items} == {"decided"}


async def test_decisions_lead_to_their_subjects(read_models: Connection, db: AsyncConnection) -> None:
    world = Cases(2)
    subject = world.subjects[0]
    decided = world._decision(subject)
    world.happens(subject, decided)
    told(read_models, world)
    found = await query.subjects(db, [decided.decision_id, "decision_of_nobody"])
    assert found == {decided.decision_id: subject}
