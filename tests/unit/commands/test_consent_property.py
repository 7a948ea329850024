"""Over random histories, some of them at once: no video relied on a consent that did not allow it at that moment; and
what a revocation has to hide, is hidden, and stands in its receipt."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain import video
from domain.character import AUDIENCES, REVOCATIONS
from domain.errors import NotFound
from domain.process import Finished, receipt
from tests.consenting import ACCOUNTS, CHARACTERS, PROMPTS, RULES, Act, Life
from tests.given import an_id

STRANGER = an_id("acct", 8)

# How often each is tried. Deletions and erasures are rare: little happens after them.
VERBS = {
    "create": 12, "remix": 8, "edit": 3, "extend": 4, "stitch": 4, "consent": 8, "revoke": 3, "follow": 6,
    "unfollow": 1, "block": 1, "unblock": 3, "expire": 2, "hour": 5, "leave": 3, "verify": 1, "delete": 1, "erase": 1,
}  # fmt: skip
few = st.integers(0, 2)
rules = st.lists(st.sampled_from([*RULES, "character"]), max_size=2, unique=True)
terms = st.tuples(st.sampled_from([*AUDIENCES, "everyone", "everyone"]), rules, st.sampled_from([0, 0, 1]))
acts = st.builds(
    Act,
    verb=st.sampled_from([verb for verb, often in VERBS.items() for _ in range(often)]),
    by=few,
    on=st.integers(0, 60),
    other=st.integers(0, 60),
    prompt=st.sampled_from([PROMPTS[0], *PROMPTS]),
    asked=st.lists(few, max_size=2),
    terms=terms,
    policy=st.sampled_from([*REVOCATIONS, "hide_all"]),
)
histories = st.lists(st.lists(acts, min_size=1, max_size=5), min_size=12, max_size=24)
# Where everything is allowed at first, so that there is something to lose.
OPEN_HOUSE = [Act("verify"), *(Act("consent", on=each, terms=("everyone", [], 0)) for each in range(3))]


async def live(history: list[list[Act]], seed: int, *, follow_up: bool) -> Life:
    life = await Life(seed).begins()
    for act in OPEN_HOUSE:
        await life.together([act])
    for acts in history:
        if any(act.verb == "hour" for act in acts):
            life.passes()
        await life.together(acts)
        if follow_up:
            await life.follow_up()
    return life


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(histories, st.integers(0, 1_000))
def test_no_video_relied_on_a_consent_that_did_not_allow_it(history: list[list[Act]], seed: int) -> None:
    life = asyncio.run(live(history, seed, follow_up=False))
    assert life.witness.wrong == []


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(histories, st.integers(0, 1_000))
def test_what_a_revocation_hides_is_hidden_and_in_its_receipt(history: list[list[Act]], seed: int) -> None:
    asyncio.run(_revocations(history, seed))


async def _revocations(history: list[list[Act]], seed: int) -> None:
    life = await live(history, seed, follow_up=True)
    assert life.witness.wrong == []
    runs = await life.processes("revocation")
    assert all(isinstance(run, Finished) for run in runs)
    receipts = [receipt(run) for run in runs if isinstance(run, Finished)]
    for each, version, policy in life.witness.revocations:
        before = {video_id for video_id in life.witness.stars(each) if life.witness.made[video_id].uses[each] < version}
        listed = [
            {item.id for item in found.items}
            for found in receipts
            if (found.plan.subject, found.plan.policy) == (each, policy)
        ]
        assert any(before <= items for items in listed)
        for video_id in before:
            mine = life.witness.made[video_id].owner == life.witness.owner[each]
            if policy == "hide_all" or (policy == "hide_mine" and mine):
                _unseen(video_id, await life.video(video_id))


def _unseen(video_id: str, state: video.Video) -> None:
    """Neither in the queue nor to be seen by anybody else."""
    assert not isinstance(state, video.Queued | video.InProgress)
    with pytest.raises(NotFound):
        video.visible(video_id, state, STRANGER)


def test_the_histories_are_worth_it() -> None:
    """Enough is made and refused in them; and what is hidden was seen before."""
    everything: list[Any] = []
    refused: list[str] = []

    @settings(max_examples=20, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(histories, st.integers(0, 1_000))
    def count(history: list[list[Act]], seed: int) -> None:
        life = asyncio.run(live(history, seed, follow_up=False))
        everything.extend(made for made in life.witness.made.values() if made.uses)
        refused.extend(life.refused)

    count()
    assert len(everything) >= 60
    assert len({made.owner for made in everything}) == len(ACCOUNTS)
    assert {each for made in everything for each in made.uses} == set(CHARACTERS)
    assert refused.count("consent_denied") >= 30


def test_a_video_of_everybody_is_seen_until_its_character_is_revoked() -> None:
    async def story() -> None:
        life = await live([[Act("create", by=1, asked=[0])]], 0, follow_up=True)
        [made] = life.witness.made
        video.visible(made, await life.video(made), STRANGER)
        await life.together([Act("revoke", policy="hide_all")])
        await life.follow_up()
        _unseen(made, await life.video(made))

    asyncio.run(story())
