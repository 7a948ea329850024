"""Given events, when a command, then events or a refusal: the words in which decisions are tested.

    given(VIDEO, created(), completed()).when(lambda video: delete(VIDEO_ID, video, OWNER)).then(deleted())

The events here are examples: a test names only what it is about, as in `created(prompt="a cat")`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final, Generic, Protocol, TypeVar

import pytest

from commands.work import Kind
from domain.account import AccountOpened
from domain.engagement import Liked, Unliked
from domain.errors import Rejected
from domain.ids import new_id
from domain.model import Model, ModelRegistered
from domain.recorded import Answered, Append, Appended, Change, Condition, Fact, Origin
from domain.video import (
    Asset,
    GenerationAttemptFailed,
    GenerationCompleted,
    GenerationFailed,
    GenerationStarted,
    Parent,
    VideoCreated,
    VideoDeleted,
    VideoPublished,
    VideoRemixed,
    VideoUnpublished,
)

S = TypeVar("S")

AT: Final = datetime(2026, 1, 1, 12, tzinfo=UTC)


def an_id(prefix: str, number: int) -> str:
    """The same id in every run."""
    return new_id(prefix, 1_767_268_800_000, number.to_bytes(10, "big"))


VIDEO_ID: Final = an_id("video", 1)
PARENT_ID: Final = an_id("video", 2)
OWNER: Final = an_id("acct", 1)
OTHER: Final = an_id("acct", 2)


def given(kind: Kind[S], *events: Any) -> Given[S]:
    state = kind.initial
    for event in events:
        state = kind.evolve(state, event, AT)
    return Given(state)


class Given(Generic[S]):
    def __init__(self, state: S) -> None:
        self.state = state

    def when(self, decide: Callable[[S], list[Any]]) -> When:
        return When(lambda: decide(self.state))


class When:
    def __init__(self, decide: Callable[[], list[Any]]) -> None:
        self._decide = decide

    def then(self, *events: Any) -> None:
        assert self._decide() == list(events)

    def then_nothing(self) -> None:
        assert self._decide() == []

    def then_refused(self, kind: type[Rejected], code: str, param: str | None = None) -> Rejected:
        """Exactly this kind of refusal, as its kind is what the caller acts on. Returns it, for its message."""
        with pytest.raises(kind) as caught:
            self._decide()
        assert (type(caught.value), caught.value.code, caught.value.param) == (kind, code, param)
        return caught.value


class Store(Protocol):
    async def append(self, append: Append) -> Appended | Answered: ...
    async def load(self, stream: str, after: int = 0) -> list[Fact]: ...


async def happened(store: Store, stream: str, *events: Any, by: str = OWNER) -> Appended:
    """Records events as if a command had just decided them."""
    version = len(await store.load(stream))
    result = await store.append(appending((stream, version, events), by=by, key=f"{stream} {version}"))
    assert isinstance(result, Appended)
    return result


def appending(
    *changes: tuple[str, int, Any],
    relying_on: dict[str, int] = {},  # noqa: B006 - never changed
    key: str,
    by: str = OWNER,
    answer: bytes = b'{"ok":{}}',
    request_hash: bytes = b"request",
) -> Append:
    """`changes`: (stream, expected version, an event or a tuple of events); `relying_on`: versions by stream."""
    origin = Origin(
        account=by,
        key=key,
        request_hash=request_hash,
        occurred_at=AT,
        causation=f"cause of {key}",
        correlation=f"story of {key}",
        traceparent="00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    )
    return Append(
        origin,
        tuple(Change(stream, at, events if isinstance(events, tuple) else (events,)) for stream, at, events in changes),
        tuple(Condition(stream, version) for stream, version in relying_on.items()),
        answer,
    )


def created(**changes: Any) -> VideoCreated:
    return VideoCreated(**{**_queueing(), **changes})


def remixed(**changes: Any) -> VideoRemixed:
    edge = Parent(video_id=PARENT_ID, relation="remix", owner_id=OTHER)
    return VideoRemixed(**{**_queueing(), "depth": 1, "ancestor_bound": 1, "parents": (edge,), **changes})


def _queueing() -> dict[str, Any]:
    return {
        "owner_id": OWNER,
        "model": "sora-2",
        "resolved_model": "sketch-1",
        "prompt": "a cat on a bicycle",
        "seconds": 4,
        "size": "720x1280",
        "seed": 7,
        "tier": "free",
        "hold_id": None,
        "depth": 0,
        "ancestor_bound": 0,
    }


def started(**changes: Any) -> GenerationStarted:
    return GenerationStarted(**{"owner_id": OWNER, "attempt": 1, "worker": "w1", "engine": "cpu", **changes})


def attempt_failed(**changes: Any) -> GenerationAttemptFailed:
    return GenerationAttemptFailed(**{**_failure("lease_lost"), **changes})


def failed(**changes: Any) -> GenerationFailed:
    return GenerationFailed(**{**_failure("blocked"), **changes})


def _failure(code: str) -> dict[str, Any]:
    return {"owner_id": OWNER, "attempt": 1, "code": code, "message": "it did not work", "worker": "w1"}


def completed(**changes: Any) -> GenerationCompleted:
    fields = {
        "owner_id": OWNER,
        "attempt": 1,
        "assets": (Asset(role="video", key="v/1/video", sha256="00", mime="video/mp4", bytes=1000),),
        "engine": "cpu",
        "model_digest": "d1",
        "seed": 7,
        "understood": ("cat", "bicycle"),
        "ignored": (),
        "mark_id": None,
        "worker": "w1",
    }
    return GenerationCompleted(**{**fields, **changes})


def published(**changes: Any) -> VideoPublished:
    fields = {
        "owner_id": OWNER,
        "visibility": "public",
        "remixable": True,
        "caption": "my cat",
        "topics": ("animals",),
    }
    return VideoPublished(**{**fields, **changes})


def unpublished(**changes: Any) -> VideoUnpublished:
    return VideoUnpublished(**{"owner_id": OWNER, **changes})


def deleted(**changes: Any) -> VideoDeleted:
    return VideoDeleted(**{"owner_id": OWNER, **changes})


def liked(**changes: Any) -> Liked:
    return Liked(**{**_like(), **changes})


def unliked(**changes: Any) -> Unliked:
    return Unliked(**{**_like(), **changes})


def _like() -> dict[str, Any]:
    return {
        "video_id": VIDEO_ID,
        "account_id": OTHER,
        "owner_id": OWNER,
        "served": True,
        "account_opened_at": AT,
    }


def opened(**changes: Any) -> AccountOpened:
    fields = {"account_id": OWNER, "name": "Ada", "region": None, "birth_year": None, "time_zone": "UTC"}
    return AccountOpened(**{**fields, **changes})


def a_model(**changes: Any) -> Model:
    fields = {
        "model": "sketch-1",
        "digest": "d1",
        "description": "vector storyboards with sound",
        "licence": "Apache-2.0",
        "verbs": ("create", "remix"),
        "sizes": ("720x1280", "1280x720"),
        "default_size": "720x1280",
        "seconds": (4, 8, 12),
        "default_seconds": 4,
        "inputs": (),
        "max_characters": 0,
        "price_per_second": 1,
        "rank": 1,
        "by_name_only": False,
        "aliases": ("sora-2",),
        "engines": ("cpu",),
    }
    return Model(**{**fields, **changes})


def registered(**changes: Any) -> ModelRegistered:
    return ModelRegistered(model=a_model(**changes))
