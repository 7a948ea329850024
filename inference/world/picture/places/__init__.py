"""Places: one builder per name of the vocabulary."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inference.world.picture.places import (
    beyond,
    castle,
    cloudscape,
    country,
    deep,
    depths,
    galley,
    indoor,
    rooms,
    tended,
    theatre,
    urban,
    water,
    wild,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from inference.world.picture.site import Site

PLACES: dict[str, Callable[[Site], None]] = {
    "meadow": wild.meadow,
    "forest": wild.forest,
    "beach": water.beach,
    "sea": water.sea,
    "underwater": deep.underwater,
    "river": water.river,
    "city": urban.city,
    "street": urban.street,
    "room": indoor.room,
    "kitchen": galley.kitchen,
    "desert": wild.desert,
    "mountains": wild.mountains,
    "snowfield": wild.snowfield,
    "space": beyond.space,
    "moon": beyond.moon,
    "farm": tended.farm,
    "garden": tended.garden,
    "park": tended.park,
    "stage": theatre.stage,
    "castle": castle.castle,
    "jungle": wild.jungle,
    "sky": cloudscape.above_clouds,
    "lake": country.lake,
    "savanna": country.savanna,
    "graveyard": country.graveyard,
    "stadium": country.stadium,
    "market": country.market,
    "cave": depths.cave,
    "volcano": depths.volcano,
    "library": rooms.library,
    "bedroom": rooms.bedroom,
    "classroom": rooms.classroom,
}
INDOORS = frozenset(
    {"room", "kitchen", "stage", "library", "bedroom", "classroom", "cave"}
)  # what falls outside is seen through a window or not at all
AIRLESS = frozenset({"space", "moon", "underwater"})  # no weather
