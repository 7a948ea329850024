"""Everything that happens when a generation is queued: words, characters, credits and parents, in one append."""

from __future__ import annotations

from typing import Any

import pytest

from commands.account import BlockAccount
from commands.bus import Bus, Outcome
from commands.lineage import chain
from commands.video import (
    CancelVideo,
    CreateVideo,
    EditVideo,
    ExtendVideo,
    Part,
    PublishVideo,
    RemixVideo,
    StitchVideo,
)
from commands.work import VIDEO, WALLET, Work, fold
from domain.errors import Forbidden, Invalid, NotFound, PaymentRequired, Unavailable
from domain.ids import hold_of, model_stream, wallet_stream
from domain.recorded import Answered, Append, Appended, Origin
from domain.video import CharacterUse, Parent, Queued, Queueing
from infra.memory import MemoryEventStore
from tests.examples import (
    CHARACTER_ID,
    character_created,
    consent_changed,
    consent_revoked,
    restricted,
    spike_policy_changed,
)
from tests.given import (
    AT,
    OTHER,
    OWNER,
    PARENT_ID,
    VIDEO_ID,
    a_model,
    an_id,
    completed,
    created,
    happened,
    opened,
    registered,
)
from tests.given import published as published_
from tests.outside import Outside

VERBS = {"verbs": ("create", "remix", "edit", "extend", "stitch"), "max_characters": 2}
SECOND, THIRD = an_id("video", 3), an_id("video", 4)
CREATE = CreateVideo(video_id=VIDEO_ID, account_id=OWNER, model="sora-2", prompt="a cat", seed=7)
REMIX = RemixVideo(video_id=VIDEO_ID, parent_id=PARENT_ID, account_id=OWNER, prompt="make it night")


class Platform:
    """Two accounts, an able model, and a finished video of the other one that is free for remixes."""

    def __init__(self, store: MemoryEventStore | None = None) -> None:
        self.store, self.outside = store or MemoryEventStore(), Outside()
        self.outside.models = [a_model(**VERBS)]
        self.bus = Bus(self.store, self.outside.world())
        self._count = 0

    async def open(self) -> Platform:
        for account in (OWNER, OTHER):
            await self.has(account, opened(account_id=account))
        await self.has(model_stream("sketch-1"), registered(**VERBS))
        await self.has(PARENT_ID, created(owner_id=OTHER), completed(owner_id=OTHER), published_(owner_id=OTHER))
        return self

    async def has(self, stream: str, *events: Any) -> None:
        await happened(self.store, stream, *events)

    async def send(self, command: Any, by: str = OWNER) -> Outcome:
        self._count += 1
        origin = Origin(
            account=by, key=f"k{self._count}", request_hash=b"", occurred_at=AT, causation="", correlation=""
        )
        return await self.bus.dispatch(command, origin)

    async def queued(self, video_id: str = VIDEO_ID) -> Queueing:
        state, _ = await fold(self.store, VIDEO, video_id)
        assert isinstance(state, Queued)
        return state.request

    async def held(self, account: str = OWNER) -> dict[str, tuple[str, int]]:
        state, _ = await fold(self.store, WALLET, wallet_stream(account))
        return {video_id: (hold.tier, hold.price) for video_id, hold in state.holds.items()}


@pytest.fixture
async def platform() -> Platform:
    return await Platform().open()


async def test_what_is_queued_is_paid_for_and_says_by_which_rules(platform: Platform) -> None:
    await platform.send(CREATE)
    queued = await platform.queued()
    assert (queued.tier, queued.hold_id, queued.ruleset) == ("free", hold_of(VIDEO_ID), "test-1")
    assert await platform.held() == {VIDEO_ID: ("free", 4)}


async def test_of_an_extension_only_what_is_added_is_paid(platform: Platform) -> None:
    await platform.send(ExtendVideo(video_id=VIDEO_ID, parent_id=PARENT_ID, account_id=OWNER, prompt="more", seconds=8))
    assert (await platform.queued()).seconds == 12
    assert await platform.held() == {VIDEO_ID: ("free", 8)}


async def test_joining_costs_little(platform: Platform) -> None:
    clips = (Part(video_id=PARENT_ID), Part(video_id=PARENT_ID, start=1, end=3))
    await platform.send(StitchVideo(video_id=VIDEO_ID, account_id=OWNER, clips=clips))
    queued = await platform.queued()
    spans = [(0.0, 4.0), (1.0, 3.0)]
    edges = tuple(Parent(video_id=PARENT_ID, relation="stitch", owner_id=OTHER, span=span) for span in spans)
    assert (queued.seconds, queued.parents, queued.ancestor_bound) == (6, edges, 2)
    assert await platform.held() == {VIDEO_ID: ("free", 1)}


async def test_who_cannot_pay_queues_nothing(platform: Platform) -> None:
    await platform.has("policy_spike", spike_policy_changed(allowance=3, price_percent=100))
    with pytest.raises(PaymentRequired):
        await platform.send(CREATE)
    assert await platform.store.load(VIDEO_ID) == []
    assert await platform.store.load(wallet_stream(OWNER)) == []


async def test_a_harmful_idea_that_was_split_over_remixes_is_seen_whole(platform: Platform) -> None:
    await platform.has(SECOND, created(prompt="a bomb"), completed())
    await platform.send(RemixVideo(video_id=THIRD, parent_id=SECOND, account_id=OWNER, prompt="beautiful"))
    await platform.has(THIRD, completed())
    platform.outside.blocked = {"a bomb beautiful in the park": "weapons-1"}
    with pytest.raises(Forbidden) as caught:
        await platform.send(RemixVideo(video_id=VIDEO_ID, parent_id=THIRD, account_id=OWNER, prompt="in the park"))
    assert caught.value.code == "prompt_blocked"


async def test_the_chain_has_each_ancestor_once_oldest_first(platform: Platform) -> None:
    def child(prompt: str, *parents: str) -> Any:
        edges = tuple(Parent(video_id=id_, relation="remix", owner_id=OWNER) for id_ in parents)
        return created(prompt=prompt, parents=edges)

    a, b, c = (an_id("video", number) for number in range(20, 23))
    await platform.has(a, created(prompt="a"))
    await platform.has(b, child("b", a))
    await platform.has(c, child("c", a, b))
    work = Work(platform.store, platform.outside.world(), _origin())
    parents = [child("d", c, b), child("e", b, an_id("video", 99))]
    assert sorted(await chain(work, parents)) == ["a", "b", "c", "d", "e"]
    assert (await chain(work, parents))[-2:] == ["d", "e"]
    assert (await chain(work, parents))[0] == "a"
    assert work.effect().conditions == ()


def _origin() -> Origin:
    return Origin(account=OWNER, key="k", request_hash=b"", occurred_at=AT, causation="", correlation="")


async def a_star(platform: Platform) -> None:
    await platform.has(CHARACTER_ID, character_created(owner_id=OTHER), consent_changed(owner_id=OTHER))


async def test_characters_are_cast_and_inherited_at_their_present_version(platform: Platform) -> None:
    await a_star(platform)
    await platform.send(CreateVideo(**{**_fields(CREATE), "characters": (CHARACTER_ID,)}))
    assert (await platform.queued()).characters == (CharacterUse(character_id=CHARACTER_ID, consent_version=2),)
    await platform.has(VIDEO_ID, completed())
    await platform.has(CHARACTER_ID, consent_changed(owner_id=OTHER, version=3, rules=("word:foo",)))
    await platform.send(EditVideo(video_id=SECOND, parent_id=VIDEO_ID, account_id=OWNER, prompt="at night"))
    assert (await platform.queued(SECOND)).characters == (CharacterUse(character_id=CHARACTER_ID, consent_version=3),)


async def test_a_remix_launders_no_consent(platform: Platform) -> None:
    await a_star(platform)
    await platform.send(CreateVideo(**{**_fields(CREATE), "characters": (CHARACTER_ID,)}))
    await platform.has(VIDEO_ID, completed())
    await platform.has(CHARACTER_ID, consent_revoked(owner_id=OTHER, policy="freeze"))
    for verb in (EditVideo, ExtendVideo):
        with pytest.raises(Forbidden) as caught:
            await platform.send(verb(video_id=SECOND, parent_id=VIDEO_ID, account_id=OWNER, prompt="at night"))
        assert caught.value.code == "consent_denied"


async def test_a_model_takes_only_so_many_characters(platform: Platform) -> None:
    await platform.has(model_stream("sketch-1"), registered(**{**VERBS, "max_characters": 0}))
    await a_star(platform)
    with pytest.raises(Invalid) as caught:
        await platform.send(CreateVideo(**{**_fields(CREATE), "characters": (CHARACTER_ID,)}))
    assert caught.value.code == "too_many_characters"


def _fields(command: Any) -> dict[str, Any]:
    return {name: getattr(command, name) for name in command.__struct_fields__}


@pytest.mark.parametrize("blocker", [OWNER, OTHER])
async def test_who_blocked_whom_does_not_matter(platform: Platform, blocker: str) -> None:
    blocked = OTHER if blocker == OWNER else OWNER
    await platform.send(BlockAccount(account_id=blocker, blocked_id=blocked), by=blocker)
    clips = (Part(video_id=PARENT_ID),) * 2
    for command in (
        REMIX,
        ExtendVideo(video_id=VIDEO_ID, parent_id=PARENT_ID, account_id=OWNER, prompt="more"),
        StitchVideo(video_id=VIDEO_ID, account_id=OWNER, clips=clips),
    ):
        with pytest.raises(NotFound) as caught:
            await platform.send(command)
        assert caught.value.code == "video_not_found"


async def test_nothing_is_made_of_what_is_restricted(platform: Platform) -> None:
    await platform.has(PARENT_ID, restricted(owner_id=OTHER))
    with pytest.raises(NotFound):
        await platform.send(REMIX)
    with pytest.raises(Forbidden):
        await platform.send(RemixVideo(**{**_fields(REMIX), "account_id": OTHER}), by=OTHER)


async def test_a_bad_request_is_told_so_even_without_a_worker_and_nothing_is_held_for_nobody(
    platform: Platform,
) -> None:
    platform.outside.workers_live = False
    with pytest.raises(Unavailable) as caught:
        await platform.send(CREATE)
    assert caught.value.code == "no_worker"
    assert await platform.held() == {}


class Meanwhile(MemoryEventStore):
    """Just before the first append that queues the remix, something else happens."""

    def __init__(self, stream: str, *events: Any) -> None:
        super().__init__()
        self.stream, self.events = stream, events

    async def append(self, append: Append) -> Appended | Answered:
        if self.events and any(change.stream == VIDEO_ID for change in append.changes):
            events, self.events = self.events, ()
            await happened(self, self.stream, *events)
        return await super().append(append)


@pytest.mark.parametrize(
    ("stream", "event"),
    [(PARENT_ID, restricted(owner_id=OTHER)), (CHARACTER_ID, consent_revoked(owner_id=OTHER, policy="freeze"))],
)
async def test_what_changes_between_decision_and_append_is_seen(stream: str, event: Any) -> None:
    platform = await Platform(Meanwhile(stream, event)).open()
    await a_star(platform)
    use = CharacterUse(character_id=CHARACTER_ID, consent_version=2)
    await platform.has(
        SECOND, created(owner_id=OTHER, characters=(use,)), completed(owner_id=OTHER), published_(owner_id=OTHER)
    )
    parent = SECOND if stream == CHARACTER_ID else PARENT_ID
    with pytest.raises((Forbidden, NotFound)):
        await platform.send(RemixVideo(**{**_fields(REMIX), "parent_id": parent}))
    assert await platform.store.load(VIDEO_ID) == []


async def test_cancel_and_publish_with_a_description(platform: Platform) -> None:
    await platform.send(CREATE)
    with pytest.raises(NotFound):
        await platform.send(CancelVideo(video_id=VIDEO_ID, account_id=OTHER), by=OTHER)
    await platform.send(CancelVideo(video_id=VIDEO_ID, account_id=OWNER))
    types = [fact.recorded.type for fact in await platform.store.load(VIDEO_ID)]
    assert types == ["video.created.v1", "video.generation_cancelled.v1"]
    await platform.send(PublishVideo(video_id=PARENT_ID, account_id=OTHER, description="a surprise"), by=OTHER)
    last = (await platform.store.load(PARENT_ID))[-1].event
    assert last.description == "a surprise"


@pytest.mark.parametrize(
    "change",
    [
        consent_revoked(owner_id=OTHER, policy="freeze"),
        consent_changed(owner_id=OTHER, version=3, audience="only_me"),
    ],
)
async def test_a_draft_is_published_with_consent_only(platform: Platform, change: Any) -> None:
    await a_star(platform)
    await platform.send(CreateVideo(**{**_fields(CREATE), "characters": (CHARACTER_ID,)}))
    await platform.has(VIDEO_ID, completed())
    await platform.has(CHARACTER_ID, change)
    with pytest.raises(Forbidden) as caught:
        await platform.send(PublishVideo(video_id=VIDEO_ID, account_id=OWNER))
    assert caught.value.code == "consent_denied"


async def test_how_a_published_one_is_published_is_changed_without_asking_again(platform: Platform) -> None:
    await a_star(platform)
    await platform.send(CreateVideo(**{**_fields(CREATE), "characters": (CHARACTER_ID,)}))
    await platform.has(VIDEO_ID, completed())
    await platform.send(PublishVideo(video_id=VIDEO_ID, account_id=OWNER))
    await platform.has(CHARACTER_ID, consent_revoked(owner_id=OTHER, policy="freeze", version=3))
    await platform.send(PublishVideo(video_id=VIDEO_ID, account_id=OWNER, caption="another one"))
    assert (await platform.store.load(VIDEO_ID))[-1].event.caption == "another one"
