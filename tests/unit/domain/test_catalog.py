"""The catalog: every event has a wire name of its own, every text is marked, nothing is lost on the wire."""

from __future__ import annotations

import re

import msgspec
import pytest

from domain import catalog
from domain.account import AccountOpened, AccountOpenedV1
from domain.engagement import Followed, Unfollowed
from domain.fields import Id
from domain.policy import RankerChangedV1
from domain.video import VideoPublished
from tests import examples, given

EXAMPLES: list[msgspec.Struct] = [
    Followed(follower_id=given.OWNER, followee_id=given.OTHER),
    Unfollowed(follower_id=given.OWNER, followee_id=given.OTHER),
    given.created(), given.remixed(), given.started(), given.attempt_failed(), given.completed(), given.failed(),
    given.published(), given.unpublished(), given.deleted(), given.liked(), given.unliked(), given.opened(),
    given.registered(), *(example() for example in examples.ALL),
]  # fmt: skip


@pytest.mark.parametrize("entry", catalog.ENTRIES, ids=lambda entry: entry.type)
def test_every_text_is_public_or_sealed(entry: catalog.Entry) -> None:
    assert catalog.unmarked_text(entry.kind) == []
    assert set(entry.sealed.values()) <= set(entry.kind.__struct_fields__)


def test_unmarked_text_is_found_wherever_it_hides() -> None:
    class Inner(msgspec.Struct):
        note: str

    class Event(msgspec.Struct):
        id: Id
        text: str
        maybe: str | None
        many: tuple[Inner, ...]

    # get_type_hints resolves names of the module: hand the local class over.
    Event.__annotations__["many"] = tuple[Inner, ...]
    Event.__annotations__.update(id=Id, text=str, maybe=str | None)
    Inner.__annotations__["note"] = str
    assert catalog.unmarked_text(Event) == ["text", "maybe", "many.note"]


def test_wire_names_are_unique_versioned_and_of_a_known_category() -> None:
    names = [entry.type for entry in catalog.ENTRIES]
    assert len(set(names)) == len(names) == len(catalog.BY_KIND)
    names += [retired.type for retired in catalog.RETIRED]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[a-z]+\.[a-z_]+\.v[1-9]\d*", name) for name in names)
    assert {entry.category for entry in catalog.ENTRIES} <= set(catalog.CATEGORIES)


@pytest.mark.parametrize("event", EXAMPLES, ids=lambda event: type(event).__name__)
def test_an_event_survives_the_wire(event: msgspec.Struct) -> None:
    type_ = catalog.BY_KIND[type(event)].type
    assert catalog.decode(type_, catalog.encode(event)) == event


def test_every_stream_has_a_category() -> None:
    assert catalog.category_of(given.VIDEO_ID) == "video"
    assert catalog.category_of(f"like_{given.VIDEO_ID}_{given.OWNER}") == "engagement"
    with pytest.raises(KeyError):
        catalog.category_of("nobody_knows")


def test_every_event_has_an_example_here() -> None:
    assert {type(event) for event in EXAMPLES} == set(catalog.BY_KIND)


def test_an_account_that_was_opened_under_version_1_is_read_as_version_2() -> None:
    old = AccountOpenedV1(account_id=given.OWNER, name="Ada", region="EU", birth_year=1815)
    read = catalog.decode("account.opened.v1", msgspec.json.encode(old))
    assert read == given.opened(region="EU", birth_year=None, time_zone="UTC")
    assert catalog.entry_of("account.opened.v1") == catalog.BY_KIND[AccountOpened]


@pytest.mark.parametrize("retired", catalog.RETIRED, ids=lambda retired: retired.type)
def test_what_never_was_an_event_is_not_one_in_a_later_version(retired: catalog.Retired) -> None:
    with pytest.raises(msgspec.DecodeError):
        catalog.decode(retired.type, b"{}")


def test_a_text_that_may_be_null_is_sealed_too() -> None:
    assert catalog.BY_KIND[VideoPublished].sealed == {"caption": "owner_id", "description": "owner_id"}


def test_a_ranker_of_version_1_keeps_its_weights_and_the_parameters_of_then() -> None:
    old = RankerChangedV1(ranker="for-you-2", weights={"hot": 1.0}, reason="a test", by=examples.MODERATOR)
    read = catalog.decode("platform.ranker_changed.v1", msgspec.json.encode(old))
    assert read == examples.ranker_changed(weights={"steering": 1.0, "hot": 1.0})
