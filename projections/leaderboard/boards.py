"""The rules of the boards. They are built into the rows: another rule is another version of the read model."""

from __future__ import annotations

from datetime import timedelta
from typing import Final, Literal

import msgspec

CATEGORIES: Final = ("account", "character", "engagement", "platform", "video")

MOST_LIKED: Final = "most_liked"
MOST_REMIXED: Final = "most_remixed"
BIGGEST_FAMILIES: Final = "biggest_families"
MOST_USED_CHARACTERS: Final = "most_used_characters"
TOP_CREATORS: Final = "top_creators"
BOARDS: Final = (MOST_LIKED, MOST_REMIXED, BIGGEST_FAMILIES, MOST_USED_CHARACTERS, TOP_CREATORS)

# A window begins so many hours before the end of the last hour that was closed, and holds the unfinished one, too: it
# is never shorter than its name says. As of a past hour it ends with that hour.
WINDOWS: Final[dict[str, int | None]] = {"hour": 1, "day": 24, "week": 7 * 24, "month": 30 * 24, "all": None}
YOUNG: Final = timedelta(days=1)
# Two authors who like so many of each other's videos.
RING: Final = 5
# So many places are kept of each closed hour.
PLACES: Final = 500

Kind = Literal["video", "character", "account"]
OWN, YOUNG_ACCOUNT, NOT_SERVED, CORRECTED = "own", "young", "not_served", "corrected"


class Definition(msgspec.Struct, frozen=True, kw_only=True):
    """What a board counts. `excludes`: facts for which a vote is left out of `counted`; a vote may have several.
    `pending`: what is told beside the numbers and left in them."""

    board: str
    version: str
    ranks: Kind
    counts: str
    excludes: tuple[str, ...]
    pending: str | None
    ties: str


_TIES: Final = "equal counts share a rank; among them first who reached the count first, then by id"
_OF_LIKES: Final = (OWN, YOUNG_ACCOUNT, NOT_SERVED, CORRECTED)
_OF_VIDEOS: Final = (OWN, YOUNG_ACCOUNT, CORRECTED)
_RINGS: Final = f"likes between two authors who like {RING} or more of each other's videos: counted, until a correction"
DEFINITIONS: Final = {
    MOST_LIKED: Definition(
        board=MOST_LIKED,
        version="most-liked-2",
        ranks="video",
        counts="accounts that like the video, each in the hour in which it liked",
        excludes=_OF_LIKES,
        pending=_RINGS,
        ties=_TIES,
    ),
    MOST_REMIXED: Definition(
        board=MOST_REMIXED,
        version="most-remixed-2",
        ranks="video",
        counts="accounts that remixed the video itself, each in the hour of its first remix that stands",
        excludes=_OF_VIDEOS,
        pending=None,
        ties=_TIES,
    ),
    BIGGEST_FAMILIES: Definition(
        board=BIGGEST_FAMILIES,
        version="biggest-families-1",
        ranks="video",
        counts="videos that come from the video by any path of first parents and stand, each in the hour it was made;"
        " the video itself comes from none. `own`: by the author of the video itself",
        excludes=_OF_VIDEOS,
        pending=None,
        ties=_TIES,
    ),
    MOST_USED_CHARACTERS: Definition(
        board=MOST_USED_CHARACTERS,
        version="most-used-characters-1",
        ranks="character",
        counts="videos in which the character is cast and that stand, inherited casts included, each in the hour it was"
        " made",
        excludes=_OF_VIDEOS,
        pending=None,
        ties=_TIES,
    ),
    TOP_CREATORS: Definition(
        board=TOP_CREATORS,
        version="top-creators-1",
        ranks="account",
        counts="likes of the account's videos, each in the hour in which it was given, whatever became of the video",
        excludes=_OF_LIKES,
        pending=_RINGS,
        ties=_TIES,
    ),
}
