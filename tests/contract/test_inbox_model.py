"""The inbox: in every history as its facts say, counted here apart from the read model; and what was read of it."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Iterator
from typing import Any

import psycopg
import pytest

from domain import account, catalog, character, engagement, moderation, process, video, wallet
from domain.ids import case_stream
from domain.recorded import Recorded
from projections.checkpoint import Epochs
from projections.db import AsyncConnection, Connection
from projections.events import hour_of
from projections.inbox import marks, query
from projections.inbox.query import Wanted
from projections.registry import INBOX
from tests.histories import PLAIN, Story, World, make
from tests.projections import Capitals, batches, fill, merged, tell

KEY = b"0123456789abcdef"
SEEDS = (1, 2, 3)
Told = Counter[tuple[Any, ...]]


@pytest.fixture
async def db(read_models_url: str) -> AsyncIterator[AsyncConnection]:
    async with await psycopg.AsyncConnection.connect(read_models_url, autocommit=True) as db:
        yield db


def facts(world: World, *kinds: type) -> Iterator[tuple[Recorded, Any]]:
    for recorded in world.history:
        event = catalog.decode(recorded.type, recorded.data)
        if not kinds or isinstance(event, kinds):
            yield recorded, event


class Recount:
    """(recipient, kind, subject, what tells it apart) of everything that is to be told, from the whole history."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.owners: dict[str, str] = {}
        for recorded, event in facts(world):
            if isinstance(event, video.Queueing | video.VideoImported | character.CharacterCreated):
                self.owners[recorded.stream] = event.owner_id
            elif isinstance(event, engagement.Commented):
                self.owners[event.comment_id] = event.account_id

    def all(self) -> Told:
        parts = [self.likes(), self.listings(), self.comments(), self.follows(), self.generations()]
        parts += [self.restrictions(), self.consents(), self.cases(), self.rest()]
        erased = {event.account_id for _, event in facts(self.world, account.AccountErased)}
        told: Told = sum(parts, Counter())
        return Counter({each: n for each, n in told.items() if each[0] not in erased})

    def likes(self) -> Told:
        standing: dict[tuple[str, str], tuple[str, int]] = {}
        for recorded, event in facts(self.world, engagement.Liked, engagement.Unliked):
            pair = event.video_id, event.account_id
            standing.pop(pair, None)
            if isinstance(event, engagement.Liked) and event.account_id != event.owner_id:
                standing[pair] = event.owner_id, hour_of(recorded)
        counts = Counter((owner, pair[0], hour) for pair, (owner, hour) in standing.items())
        return Counter((owner, "liked", video_id, (hour, count)) for (owner, video_id, hour), count in counts.items())

    def listings(self) -> Told:
        told: Told = Counter()
        for stream, listed in self._listed().items():
            if isinstance(listed, video.VideoImported):
                continue
            for owner in {parent.owner_id for parent in listed.parents} - {listed.owner_id}:
                told[owner, "remixed", stream, None] += 1
            for name in {use.character_id for use in listed.characters}:
                if self.owners[name] != listed.owner_id:
                    told[self.owners[name], "character_used", stream, name] += 1
        return told

    def _listed(self) -> dict[str, Any]:
        made, public, causes = {}, {}, defaultdict(set)
        for recorded, event in facts(self.world):
            stream = recorded.stream
            match event:
                case video.Queueing() | video.VideoImported():
                    made[stream] = event
                case video.VideoPublished():
                    public[stream] = event.visibility == "public"
                case video.VideoUnpublished() | video.VideoDeleted():
                    public[stream] = False
                case video.VideoRestricted():
                    causes[stream].add(event.cause_id)
                case video.RestrictionLifted():
                    causes[stream].discard(event.cause_id)
        return {stream: made[stream] for stream, is_public in public.items() if is_public and not causes[stream]}

    def comments(self) -> Told:
        deleted = {event.comment_id for _, event in facts(self.world, engagement.CommentDeleted)}
        told: Told = Counter()
        for _, said in facts(self.world, engagement.Commented):
            if said.comment_id in deleted:
                continue
            if said.account_id != said.owner_id:
                told[said.owner_id, "commented", said.video_id, said.comment_id] += 1
            if said.parent_id and self.owners[said.parent_id] not in (said.account_id, said.owner_id):
                told[self.owners[said.parent_id], "replied", said.video_id, said.comment_id] += 1
        return told

    def follows(self) -> Told:
        follows: dict[str, Any] = {}
        for recorded, event in facts(self.world, engagement.Followed, engagement.Unfollowed):
            follows[recorded.stream] = event
        standing = [event for event in follows.values() if isinstance(event, engagement.Followed)]
        return Counter((event.followee_id, "followed", event.follower_id, None) for event in standing)

    def generations(self) -> Told:
        told: Told = Counter()
        for recorded, event in facts(
            self.world, video.GenerationCompleted, video.GenerationFailed, video.GenerationCancelled
        ):
            word = type(event).__name__.removeprefix("Generation").lower()
            if getattr(event, "cause", "") != "owner":
                told[event.owner_id, f"generation_{word}", recorded.stream, None] += 1
        return told

    def restrictions(self) -> Told:
        last: dict[tuple[str, str], Any] = {}
        for recorded, event in facts(self.world, video.VideoRestricted, video.RestrictionLifted):
            last[recorded.stream, event.cause_id] = event
        words = {video.VideoRestricted: "video_hidden", video.RestrictionLifted: "video_restored"}
        return Counter((event.owner_id, words[type(event)], stream, cause) for (stream, cause), event in last.items())

    def consents(self) -> Told:
        uses: dict[tuple[str, str], int] = {}
        for _, event in facts(self.world, video.Queueing):
            for use in event.characters:
                pair = use.character_id, event.owner_id
                uses[pair] = min(use.consent_version, uses.get(pair, use.consent_version))
        told: Told = Counter()
        for _, event in facts(self.world, character.ConsentChanged, character.ConsentRevoked):
            kind = "consent_revoked" if isinstance(event, character.ConsentRevoked) else "consent_changed"
            for (name, by), version in uses.items():
                if name == event.character_id and version < event.version and by != event.owner_id:
                    told[by, kind, name, event.version] += 1
        return told

    def cases(self) -> Told:
        told: Told = Counter()
        waiting: dict[str, set[str]] = defaultdict(set)
        for recorded, event in facts(self.world, moderation.Event):
            subject = event.subject
            owner = self.owners.get(subject, subject)
            match event:
                case moderation.Reported():
                    waiting[subject].add(event.reporter_id)
                case moderation.Acknowledged() | moderation.Decided():
                    for reporter in waiting.pop(subject, ()):
                        told[reporter, "report_answered", subject, recorded.event_id] += 1
                    if isinstance(event, moderation.Decided) and event.action == "hide":
                        told[owner, "decided", subject, event.decision_id] += 1
                case moderation.Reversed():
                    told[owner, "decision_reversed", subject, event.decision_id] += 1
                case moderation.AppealResolved():
                    told[owner, "appeal_resolved", subject, event.decision_id] += 1
        return told

    def rest(self) -> Told:
        told: Told = Counter()
        plans = {event.process_id: event for _, event in facts(self.world, process.ProcessStarted)}
        for recorded, event in facts(self.world):
            match event:
                case process.ProcessFinished() if plans[event.process_id].kind == "revocation":
                    plan = plans[event.process_id]
                    told[plan.owner_id, "revocation_finished", plan.subject, event.process_id] += 1
                case wallet.Purchased():
                    told[event.account_id, "credits_added", event.account_id, recorded.event_id] += 1
                case account.ExportRequested():
                    told[event.account_id, "export_ready", event.account_id, event.export_id] += 1
        return told


def apart(kind: str, id_: str, about: dict[str, Any], comment: str | None, cause: str | None) -> Any:
    match kind:
        case "liked":
            return about["hour"], about["count"]
        case "commented" | "replied":
            return comment
        case "video_hidden" | "video_restored":
            return cause
        case "report_answered":
            return id_.removeprefix("report_").partition("_")[0]
        case "credits_added":
            return id_.removeprefix("credits_")
        case _:
            for name in ("character_id", "decision_id", "process_id", "export_id", "version"):
                if name in about:
                    return about[name]
            return None


@pytest.mark.parametrize("seed", SEEDS)
def test_everybody_is_told_what_the_facts_say(read_models: Connection, seed: int) -> None:
    world, dice = make(seed, 2_500), random.Random(seed)
    fill(read_models, INBOX, batches(merged(world.logs(), dice), dice, 30), Epochs(world.epochs()))
    rows = read_models.execute(
        f"select recipient, kind, subject, id, about, comment_id, cause from {INBOX.schema}.notifications".encode()
    ).fetchall()
    found = Counter((to, kind, subject, apart(kind, *rest)) for to, kind, subject, *rest in rows if to)
    assert found == Recount(world).all()


def test_the_histories_tell_of_everything() -> None:
    kinds = {kind for seed in SEEDS for _, kind, _, _ in Recount(make(seed, 2_500)).all()}
    assert kinds == set(query.KINDS)


ADA, BOB, CAT = "acct_ada", "acct_bob", "acct_cat"


@pytest.fixture
def story() -> Story:
    """Ada's video, which Bob and Cat like and Bob remixes."""
    story = Story(ADA, BOB, CAT)
    story.create("video_a", by=ADA)
    story.wait(minutes=1)
    story.like("video_a", by=BOB)
    story.like("video_a", by=CAT)
    story.remix("video_b", "video_a", by=BOB)
    return story


async def read(db: AsyncConnection, who: str = ADA, **wanted: Any) -> list[query.Notification]:
    found: list[query.Notification] = []
    cursor = None
    while True:
        page = await query.page(
            db, Capitals(), key=KEY, account_id=who, wanted=Wanted(**wanted), limit=2, cursor=cursor
        )
        found += page.items
        cursor = page.next_cursor
        if cursor is None:
            return found


async def kinds(db: AsyncConnection, who: str = ADA, **wanted: Any) -> list[str]:
    return [each.kind for each in await read(db, who, **wanted)]


async def test_the_newest_comes_first(read_models: Connection, db: AsyncConnection, story: Story) -> None:
    tell(read_models, story)
    found = await read(db)
    assert [each.kind for each in found] == ["remixed", "liked", "generation_completed"]
    assert (found[0].actor, found[0].subject, found[0].about["parents"]) == (BOB, "video_b", ["video_a"])
    assert (found[1].actor, found[1].subject, found[1].about["count"]) == (None, "video_a", 2)
    assert await kinds(db, BOB) == ["generation_completed"]


async def test_likes_are_counted_by_the_hour(read_models: Connection, db: AsyncConnection, story: Story) -> None:
    story.opened["acct_dan"] = story.opened[ADA]
    story.wait(hours=1)
    story.like("video_a", by="acct_dan")
    tell(read_models, story)
    assert [each.about["count"] for each in await read(db) if each.kind == "liked"] == [1, 2]
    story.unlike("video_a", by="acct_dan")
    story.unlike("video_a", by=BOB)
    tell(read_models, story)
    assert [each.about["count"] for each in await read(db) if each.kind == "liked"] == [1]


async def test_a_draft_tells_nobody(read_models: Connection, db: AsyncConnection, story: Story) -> None:
    story.unpublish("video_b")
    tell(read_models, story)
    assert await kinds(db) == ["liked", "generation_completed"]
    story.publish("video_b")
    story.restrict("video_b")
    tell(read_models, story)
    assert await kinds(db) == ["liked", "generation_completed"]
    assert await kinds(db, BOB) == ["video_hidden", "generation_completed"]


async def test_what_is_deleted_is_not_told_of(read_models: Connection, db: AsyncConnection, story: Story) -> None:
    story.comment("comment_1", "video_a", by=BOB)
    story.delete("video_a")
    tell(read_models, story)
    assert await kinds(db) == ["remixed"]


async def test_a_comment_is_opened_and_a_hidden_one_is_not_told_of(
    read_models: Connection, db: AsyncConnection, story: Story
) -> None:
    story.comment("comment_1", "video_a", by=BOB, text="well said")
    tell(read_models, story)
    found = (await read(db))[0]
    assert (found.kind, found.actor, found.text, found.comment_id) == ("commented", BOB, "WELL SAID", "comment_1")
    story.hide_comment("comment_1")
    tell(read_models, story)
    assert "commented" not in await kinds(db)
    assert (await kinds(db, BOB))[0] == "decided"


async def test_nobody_is_told_of_what_is_muted_or_by_whom_is_blocked(
    read_models: Connection, db: AsyncConnection, story: Story
) -> None:
    tell(read_models, story)
    assert await kinds(db, muted=("generation_completed", "liked")) == ["remixed"]
    found = await read(db, blocked=(BOB,))
    assert [(each.kind, each.about.get("count")) for each in found] == [("liked", 1), ("generation_completed", None)]
    assert await kinds(db, blocked=(BOB, CAT)) == ["generation_completed"]
    assert await query.unread(db, ADA, Wanted(blocked=(BOB, CAT))) == 1


async def test_what_was_read_stays_read(read_models: Connection, db: AsyncConnection, story: Story) -> None:
    tell(read_models, story)
    assert await query.unread(db, ADA, Wanted()) == 3
    newest, liked, _ = await read(db)
    await marks.mark_read(db, ADA, [newest.id])
    await marks.mark_read(db, BOB, [liked.id])  # another's: nothing happens
    assert await kinds(db, unread_only=True) == ["liked", "generation_completed"]
    await marks.mark_up_to(db, ADA, liked.id)
    assert await kinds(db, unread_only=True) == []
    assert [each.read for each in await read(db)] == [True, True, True]
    assert await query.unread(db, BOB, Wanted()) == 1


async def test_what_is_added_is_unread(read_models: Connection, db: AsyncConnection, story: Story) -> None:
    story.opened["acct_dan"] = story.opened[ADA]
    tell(read_models, story)
    liked = (await read(db))[1]
    await marks.mark_read(db, ADA, [liked.id])
    assert "liked" not in await kinds(db, unread_only=True)
    story.like("video_a", by="acct_dan")
    tell(read_models, story)
    assert "liked" in await kinds(db, unread_only=True)
    await marks.mark_all(db, ADA)
    assert await query.unread(db, ADA, Wanted()) == 0
    story.follow(BOB, ADA)
    tell(read_models, story)
    assert await kinds(db, unread_only=True) == ["followed"]


async def test_marks_only_go_forward(read_models: Connection, db: AsyncConnection, story: Story) -> None:
    tell(read_models, story)
    await marks.mark_all(db, ADA)
    await marks.mark_up_to(db, ADA, (await read(db))[-1].id)
    assert await query.unread(db, ADA, Wanted()) == 0


async def test_a_decision_says_better_than_the_restriction(
    read_models: Connection, db: AsyncConnection, story: Story
) -> None:
    hidden = moderation.Decided(
        decision_id="decision_9", subject="video_a", moderator_id="acct_mod", action="hide", scope="subtree",
        ground="terms", policy="harassment", facts="seen", automated_detection=False, automated_decision=True,
        territory=(), until=None, preview_digest="", affected=2,
    )  # fmt: skip
    story.record(PLAIN, case_stream("video_a"), [hidden])
    story.restrict("video_a", cause="decision_9")
    story.restrict("video_b", cause="decision_9")
    tell(read_models, story)
    found = (await read(db))[0]
    assert (found.kind, found.text, found.about["policy"], found.about["automated"]) == (
        "decided", "SEEN", "harassment", True,
    )  # fmt: skip
    assert "video_hidden" not in await kinds(db)
    assert (await kinds(db, BOB))[0] == "video_hidden"


async def test_an_erased_account_is_told_nothing(read_models: Connection, db: AsyncConnection, story: Story) -> None:
    tell(read_models, story)
    await marks.mark_read(db, ADA, [each.id for each in await read(db)])
    await marks.mark_up_to(db, ADA, (await read(db))[-1].id)
    story.record(PLAIN, ADA, [account.AccountErased(account_id=ADA, by=ADA)])
    story.follow(CAT, ADA)
    tell(read_models, story)
    assert await read(db) == []
    await marks.forget(db, ADA)
    left = read_models.execute(
        b"select account_id from inbox_state.marks union all select account_id from inbox_state.reads"
    )
    assert left.fetchall() == []
    found = read_models.execute(f"select count(*) from {INBOX.schema}.notifications where recipient = '{ADA}'".encode())
    assert found.fetchall() == [(0,)]
