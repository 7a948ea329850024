"""The look at prompts: first the rules, then the classifier if there is one, and nothing passes unseen."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import msgspec
import pytest

from commands import safety
from commands.ports import Classifier
from commands.safety import screen
from commands.work import Work
from domain.errors import Forbidden, Unavailable
from domain.safety import Screening
from infra.memory import MemoryEventStore
from tests.given import OWNER, appending
from tests.outside import Outside


class Opinion:
    """A classifier that has made up its mind."""

    def __init__(self, opinion: Screening | Exception) -> None:
        self.opinion = opinion
        self.asked: list[tuple[str, ...]] = []

    async def classify(self, prompts: Sequence[str]) -> Screening:
        self.asked.append(tuple(prompts))
        if isinstance(self.opinion, Exception):
            raise self.opinion
        return self.opinion


class Silent:
    async def classify(self, prompts: Sequence[str]) -> Screening:
        await asyncio.Event().wait()
        raise AssertionError("nobody sets the event")


def work(outside: Outside, classifier: Classifier | None = None) -> Work:
    world = msgspec.structs.replace(outside.world(), classifier=classifier)
    return Work(MemoryEventStore(), world, appending(key="1", by=OWNER).origin)


@pytest.fixture
def outside() -> Outside:
    outside = Outside()
    outside.blocked["poison"] = "no-poison"
    outside.topics["church"] = "religion"
    return outside


async def test_the_topics_of_the_whole_chain_are_found(outside: Outside) -> None:
    found = await screen(work(outside), ["a church", "at night"])
    assert found == Screening("test-1", frozenset({"religion"}))


async def test_a_blocked_prompt_is_refused_with_the_rule_and_what_to_change(outside: Outside) -> None:
    with pytest.raises(Forbidden, match=r"Rule no-poison forbids this\. \(rule no-poison\)") as caught:
        await screen(work(outside), ["a church", "poison"])
    assert (caught.value.code, caught.value.param) == ("prompt_blocked", "prompt")


async def test_a_classifier_adds_topics(outside: Outside) -> None:
    classifier = Opinion(Screening("guard-7", frozenset({"horror"})))
    found = await screen(work(outside, classifier), ["a church", "at night"])
    assert found == Screening("test-1+guard-7", frozenset({"religion", "horror"}))
    assert classifier.asked == [("a church", "at night")]


async def test_a_classifier_blocks(outside: Outside) -> None:
    classifier = Opinion(Screening("guard-7", frozenset(), "guard-gore", "Show less."))
    with pytest.raises(Forbidden, match="Show less") as caught:
        await screen(work(outside, classifier), ["a church"])
    assert caught.value.code == "prompt_blocked"


async def test_a_classifier_is_not_told_what_the_rules_have_blocked(outside: Outside) -> None:
    classifier = Opinion(Screening("guard-7", frozenset()))
    with pytest.raises(Forbidden):
        await screen(work(outside, classifier), ["poison"])
    assert classifier.asked == []


@pytest.mark.parametrize("failure", [OSError("no route"), ValueError("not JSON"), TimeoutError(), KeyError("topics")])
async def test_a_classifier_that_fails_lets_nothing_pass(outside: Outside, failure: Exception) -> None:
    with pytest.raises(Unavailable) as caught:
        await screen(work(outside, Opinion(failure)), ["a church"])
    assert caught.value.code == "classifier_unavailable"


async def test_a_classifier_that_says_when_to_come_again_is_believed(outside: Outside) -> None:
    busy = Unavailable("classifier_busy", "Too much to look at.", retry_after=30)
    with pytest.raises(Unavailable) as caught:
        await screen(work(outside, Opinion(busy)), ["a church"])
    assert caught.value is busy


async def test_a_classifier_with_topics_of_its_own_is_not_understood(outside: Outside) -> None:
    with pytest.raises(Unavailable):
        await screen(work(outside, Opinion(Screening("guard-7", frozenset({"cheese"})))), ["a church"])


async def test_a_silent_classifier_lets_nothing_pass(outside: Outside, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(safety, "CLASSIFIER_SECONDS", 0.01)
    with pytest.raises(Unavailable):
        await screen(work(outside, Silent()), ["a church"])
