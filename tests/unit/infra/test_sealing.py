"""No event that the catalog knows takes a text of a person into the log in clear."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, get_type_hints

import msgspec
import pytest

from domain import catalog
from domain.engagement import Followed, Unfollowed
from infra.keys import Keyring
from infra.mapper import Mapper
from infra.memory import MASTER, MemoryKeyTable
from infra.needles import Needles
from tests import examples
from tests import given as words

CANARY: Final = "zebrafinch-of-the-catalog"


def followed() -> Followed:
    return Followed(follower_id=words.OWNER, followee_id=words.OTHER)


def unfollowed() -> Unfollowed:
    return Unfollowed(follower_id=words.OWNER, followee_id=words.OTHER)


BASIC: Final = (
    words.opened, words.created, words.remixed, words.started, words.attempt_failed, words.completed, words.failed,
    words.published, words.unpublished, words.deleted, words.liked, words.unliked, words.registered, followed,
    unfollowed,
)  # fmt: skip
EXAMPLES: Final[tuple[Callable[..., Any], ...]] = (*BASIC, *examples.ALL)


def test_there_is_an_example_of_each_event() -> None:
    missing = catalog.BY_KIND.keys() - {type(example()) for example in EXAMPLES}
    assert not missing


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.__name__)
async def test_sealed_fields_are_sealed(example: Callable[..., Any]) -> None:
    event = example()
    texts = {name: _canary(event, name) for name in catalog.BY_KIND[type(event)].sealed}
    event = msgspec.structs.replace(event, **texts)
    mapper = Mapper(Keyring(MemoryKeyTable(), MASTER))
    data = await mapper.seal(event)
    assert Needles(CANARY).forms_in(data) == []
    assert await mapper.open(catalog.BY_KIND[type(event)].type, data) == event


def _canary(event: Any, name: str) -> str | tuple[str, ...]:
    return (CANARY,) if "tuple" in str(get_type_hints(type(event))[name]) else CANARY
