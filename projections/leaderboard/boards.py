"""The rules of the boards. They are built into the rows: another rule is another version of the read model."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

import msgspec

MOST_LIKED: Final = "most_liked"
MOST_REMIXED: Final = "most_remixed"
# A window is the unfinished hour and so many whole hours before it: never less than its name says.
WINDOWS: Final[dict[str, int | None]] = {"hour": 1, "day": 24, "week": 7 * 24, "month": 30 * 24, "all": None}
YOUNG: Final = timedelta(days=1)


class Definition(msgspec.Struct, frozen=True, kw_only=True):
    """What a board counts. `excludes`: facts for which something is left out of `counted`; `reports`: facts that are
    told with each row, whether or not they exclude."""

    board: str
    version: str
    counts: str
    excludes: tuple[str, ...]
    reports: tuple[str, ...]
    ties: str


_TIES: Final = "equal counts share a rank; among them first who reached the count first, then by id"
DEFINITIONS: Final = {
    MOST_LIKED: Definition(
        board=MOST_LIKED,
        version="most-liked-1",
        counts="accounts that like the video, each in the hour in which it liked",
        excludes=("own",),
        reports=("own", "young", "not_served"),
        ties=_TIES,
    ),
    MOST_REMIXED: Definition(
        board=MOST_REMIXED,
        version="most-remixed-1",
        counts="accounts that remixed the video itself, each in the hour of its first remix that stands",
        excludes=("own",),
        reports=("own",),
        ties=_TIES,
    ),
}
