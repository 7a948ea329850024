"""What a page of the feed is, and what is asked for."""

from __future__ import annotations

from datetime import datetime

import msgspec

from domain.steering import Active


class Why(msgspec.Struct, frozen=True):
    """The sum of terms times weights is the item's score; a term that is missing is 0. The cuts by time have neither.
    `version` is that of the ranker."""

    source: str
    terms: dict[str, float]
    weights: dict[str, float]
    ranker: str
    version: int = 0


class Item(msgspec.Struct, frozen=True):
    video_id: str
    author_id: str
    why: Why


class FeedPage(msgspec.Struct, frozen=True):
    """`session`: the frozen ranking that the page is of, if it was ranked for somebody. `personalised`: by what that
    account has liked and seen, too."""

    items: list[Item]
    next_cursor: str | None
    session: str | None = None
    personalised: bool = False


class Ask(msgspec.Struct, frozen=True):
    """One page, for somebody or (None) for anybody. `key` signs cursors. `personalised` False: by what the account has
    said only (whom it follows, its rules), not by what it has done. `character`: for the cut of its videos."""

    key: bytes
    viewer: str | None
    limit: int
    cursor: str | None
    now: datetime
    wishes: Active = Active()
    personalised: bool = True
    character: str | None = None
