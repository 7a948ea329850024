"""Who may star in a video: the characters that are named and those of the parents, judged under read conditions."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from commands.casting import cast, verdict_for
from commands.work import VIDEO, Work
from domain.engagement import Followed, Unfollowed
from domain.errors import Conflict, Forbidden, NotFound, Rejected
from domain.ids import case_stream, follow_stream
from domain.recorded import Origin
from domain.video import CharacterUse, Queueing
from infra.memory import MemoryEventStore
from tests.examples import (
    CHARACTER_ID,
    blocked,
    character_created,
    character_deleted,
    consent_changed,
    consent_revoked,
    decided,
    erased,
    reversed_,
    unblocked,
)
from tests.given import AT, OTHER, OWNER, VIDEO_ID, an_id, created, happened, opened
from tests.outside import Outside

SECOND = an_id("char", 2)
ALLOWED = CharacterUse(character_id=CHARACTER_ID, consent_version=2)


class Stage:
    """Two accounts, and whatever was recorded besides."""

    def __init__(self) -> None:
        self.outside = Outside()
        self.store = MemoryEventStore(now=self.outside.now)

    async def has(self, stream: str, *events: Any) -> None:
        await happened(self.store, stream, *events)

    async def opens(self) -> Stage:
        for account in (OWNER, OTHER):
            await self.has(account, opened(account_id=account))
        return self

    async def follows(self, follower: str, followee: str) -> None:
        await self.has(follow_stream(follower, followee), Followed(follower_id=follower, followee_id=followee))

    def work(self) -> Work:
        origin = Origin(account=OTHER, key="k", request_hash=b"", occurred_at=AT, causation="c", correlation="s")
        return Work(self.store, self.outside.world(), origin)

    async def casts(
        self,
        *asked: str,
        by: str = OTHER,
        parents: tuple[Queueing, ...] = (),
        prompt: str = "a dog",
        topics: frozenset[str] = frozenset(),
        work: Work | None = None,
    ) -> tuple[CharacterUse, ...]:
        work = work or self.work()
        return await cast(work, by=by, asked=asked, parents=parents, prompts=[prompt], topics=topics)

    async def refuses(self, kind: type[Rejected], code: str, *asked: str, **how: Any) -> Rejected:
        with pytest.raises(kind) as caught:
            await self.casts(*asked, **how)
        assert (type(caught.value), caught.value.code, caught.value.param) == (kind, code, "characters")
        return caught.value


@pytest.fixture
async def stage() -> Stage:
    return await Stage().opens()


def starring(*characters: str) -> Queueing:
    uses = tuple(CharacterUse(character_id=each, consent_version=1) for each in characters)
    return created(characters=uses)


async def everyone(stage: Stage, **changes: Any) -> None:
    await stage.has(CHARACTER_ID, character_created(), consent_changed(**changes))


async def test_nobody_stars(stage: Stage) -> None:
    assert await stage.casts() == ()


async def test_the_consent_that_is_relied_upon(stage: Stage) -> None:
    await everyone(stage)
    assert await stage.casts(CHARACTER_ID) == (ALLOWED,)


async def test_each_stars_once(stage: Stage) -> None:
    await everyone(stage)
    assert await stage.casts(CHARACTER_ID, CHARACTER_ID, parents=(starring(CHARACTER_ID),)) == (ALLOWED,)


async def test_a_remix_inherits_at_the_present_version(stage: Stage) -> None:
    await everyone(stage)
    assert await stage.casts(parents=(starring(CHARACTER_ID), starring(CHARACTER_ID))) == (ALLOWED,)


async def test_named_ones_come_first(stage: Stage) -> None:
    await everyone(stage)
    await stage.has(SECOND, character_created(character_id=SECOND), consent_changed(character_id=SECOND))
    cast_of = await stage.casts(SECOND, parents=(starring(CHARACTER_ID),))
    assert [use.character_id for use in cast_of] == [SECOND, CHARACTER_ID]


async def test_an_inherited_one_is_judged_for_whoever_remixes(stage: Stage) -> None:
    await stage.has(CHARACTER_ID, character_created())
    refused = await stage.refuses(Forbidden, "consent_denied", parents=(starring(CHARACTER_ID),))
    assert "its owner only" in refused.message
    assert await stage.casts(by=OWNER, parents=(starring(CHARACTER_ID),))


async def test_a_revoked_one_is_refused_to_its_owner_too(stage: Stage) -> None:
    await stage.has(CHARACTER_ID, character_created(), consent_changed(), consent_revoked())
    await stage.refuses(Forbidden, "consent_denied", CHARACTER_ID, by=OWNER)
    await stage.refuses(Forbidden, "consent_denied", by=OWNER, parents=(starring(CHARACTER_ID),))


async def test_one_that_does_not_exist(stage: Stage) -> None:
    await stage.refuses(NotFound, "character_not_found", CHARACTER_ID)


@pytest.mark.parametrize("asked", ["", "rex", "acct_1", VIDEO_ID, "char_"])
async def test_what_is_no_id_never_reaches_a_store(stage: Stage, asked: str) -> None:
    await stage.refuses(NotFound, "character_not_found", asked)


async def test_a_deleted_one(stage: Stage) -> None:
    await stage.has(CHARACTER_ID, character_created(), consent_changed(), character_deleted())
    await stage.refuses(NotFound, "character_not_found", CHARACTER_ID)
    await stage.refuses(Forbidden, "consent_denied", parents=(starring(CHARACTER_ID),))


@pytest.mark.parametrize(("who", "whom"), [(OWNER, OTHER), (OTHER, OWNER)])
async def test_blocks_keep_apart_in_both_directions(stage: Stage, who: str, whom: str) -> None:
    await everyone(stage)
    await stage.has(who, blocked(account_id=who, blocked_id=whom))
    await stage.refuses(NotFound, "character_not_found", CHARACTER_ID)
    await stage.refuses(Forbidden, "consent_denied", parents=(starring(CHARACTER_ID),))
    await stage.has(who, unblocked(account_id=who, blocked_id=whom))
    assert await stage.casts(CHARACTER_ID) == (ALLOWED,)


async def test_the_character_of_an_erased_account(stage: Stage) -> None:
    await everyone(stage)
    await stage.has(OWNER, erased())
    await stage.refuses(NotFound, "character_not_found", CHARACTER_ID)


async def test_mutuals(stage: Stage) -> None:
    await everyone(stage, audience="mutuals")
    await stage.refuses(Forbidden, "consent_denied", CHARACTER_ID)
    await stage.follows(OTHER, OWNER)
    await stage.refuses(Forbidden, "consent_denied", CHARACTER_ID)
    await stage.follows(OWNER, OTHER)
    assert await stage.casts(CHARACTER_ID) == (ALLOWED,)
    ended = Unfollowed(follower_id=OWNER, followee_id=OTHER)
    await stage.has(follow_stream(OWNER, OTHER), ended)
    await stage.refuses(Forbidden, "consent_denied", CHARACTER_ID)


async def test_time_ends_a_consent_before_any_timer_does(stage: Stage) -> None:
    await everyone(stage, expires_at=AT + timedelta(hours=1))
    assert await stage.casts(CHARACTER_ID) == (ALLOWED,)
    stage.outside.passes(hours=1)
    await stage.refuses(Forbidden, "consent_denied", CHARACTER_ID)
    assert await stage.casts(CHARACTER_ID, by=OWNER) == (ALLOWED,)


async def test_what_the_video_is_about(stage: Stage) -> None:
    await everyone(stage, rules=("topic:politics", "word:foo", "setting:beach"))
    assert await stage.casts(CHARACTER_ID, topics=frozenset({"crime"})) == (ALLOWED,)
    await stage.refuses(Forbidden, "consent_denied", CHARACTER_ID, topics=frozenset({"politics"}))
    await stage.refuses(Forbidden, "consent_denied", CHARACTER_ID, prompt="a foo")
    await stage.refuses(Forbidden, "consent_denied", CHARACTER_ID, prompt="at the seaside")


async def test_two_that_do_not_go_together(stage: Stage) -> None:
    await everyone(stage, rules=(f"character:{SECOND}",))
    await stage.has(SECOND, character_created(character_id=SECOND), consent_changed(character_id=SECOND))
    assert await stage.casts(CHARACTER_ID) == (ALLOWED,)
    await stage.refuses(Forbidden, "consent_denied", CHARACTER_ID, SECOND)
    await stage.refuses(Forbidden, "consent_denied", CHARACTER_ID, parents=(starring(SECOND),))


# A decision that hides the uses of a character is on those to come, too.


async def test_nobody_uses_a_character_that_was_decided_on(stage: Stage) -> None:
    await everyone(stage)
    case = case_stream(CHARACTER_ID)
    await stage.has(case, decided(subject=CHARACTER_ID, scope="uses_of_character"))
    for by in (OTHER, OWNER):
        await stage.refuses(Forbidden, "consent_denied", CHARACTER_ID, by=by)
        await stage.refuses(Forbidden, "consent_denied", by=by, parents=(starring(CHARACTER_ID),))
    await stage.has(case, reversed_(subject=CHARACTER_ID))
    assert await stage.casts(CHARACTER_ID) == (ALLOWED,)


async def test_a_decision_that_hides_nothing_keeps_nobody_away(stage: Stage) -> None:
    await everyone(stage)
    await stage.has(case_stream(CHARACTER_ID), decided(subject=CHARACTER_ID, action="none"))
    assert await stage.casts(CHARACTER_ID) == (ALLOWED,)


# Read conditions: whatever was looked at must not move before the video is recorded.


async def relied_on(stage: Stage) -> set[str]:
    work = stage.work()
    await stage.casts(CHARACTER_ID, work=work)
    await work.read(VIDEO, VIDEO_ID)
    work.change(VIDEO_ID, [created()])
    return {condition.stream for condition in work.effect().conditions}


async def test_character_accounts_and_nothing_else_are_relied_on(stage: Stage) -> None:
    await everyone(stage)
    assert await relied_on(stage) == {CHARACTER_ID, case_stream(CHARACTER_ID), OWNER, OTHER}


async def test_follows_are_relied_on_where_they_matter(stage: Stage) -> None:
    await everyone(stage, audience="mutuals")
    await stage.follows(OTHER, OWNER)
    await stage.follows(OWNER, OTHER)
    assert await relied_on(stage) == {
        CHARACTER_ID,
        case_stream(CHARACTER_ID),
        OWNER,
        OTHER,
        follow_stream(OWNER, OTHER),
        follow_stream(OTHER, OWNER),
    }


CHANGES = {
    "consent": (CHARACTER_ID, consent_changed(version=3, audience="only_me")),
    "revocation": (CHARACTER_ID, consent_revoked()),
    "decision": (case_stream(CHARACTER_ID), decided(subject=CHARACTER_ID, scope="uses_of_character")),
    "block": (OWNER, blocked(account_id=OWNER, blocked_id=OTHER)),
    "block back": (OTHER, blocked(account_id=OTHER, blocked_id=OWNER)),
    "unfollow": (follow_stream(OWNER, OTHER), Unfollowed(follower_id=OWNER, followee_id=OTHER)),
}


@pytest.mark.parametrize("change", CHANGES)
async def test_what_changes_in_between_is_a_conflict(stage: Stage, change: str) -> None:
    await everyone(stage, audience="mutuals")
    await stage.follows(OTHER, OWNER)
    await stage.follows(OWNER, OTHER)
    work = stage.work()
    uses = await stage.casts(CHARACTER_ID, work=work)
    await work.read(VIDEO, VIDEO_ID)
    work.change(VIDEO_ID, [created(owner_id=OTHER, characters=uses)])
    stream, event = CHANGES[change]
    await stage.has(stream, event)
    with pytest.raises(Conflict):
        await stage.store.append(work.effect())


async def test_a_look_without_a_purpose(stage: Stage) -> None:
    await everyone(stage, rules=("word:foo",))
    verdict = await verdict_for(stage.work(), CHARACTER_ID, OTHER)
    assert (verdict.allowed, verdict.rule, verdict.version) == (True, "audience:everyone", 2)


async def test_all_verdicts_are_kept_for_whoever_asks_beforehand(stage: Stage) -> None:
    await everyone(stage)
    await stage.has(SECOND, character_created(character_id=SECOND))
    work = stage.work()
    await stage.refuses(Forbidden, "consent_denied", CHARACTER_ID, SECOND, work=work)
    assert [(verdict.character_id, verdict.allowed) for verdict in work.verdicts] == [
        (CHARACTER_ID, True),
        (SECOND, False),
    ]
