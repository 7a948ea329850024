"""Names of sound effects and ambiences: the closed lists that `sound` implements."""

from __future__ import annotations

EFFECTS: tuple[str, ...] = (
    # contacts and motion
    "step", "paw", "hoof", "hop", "land", "splash", "bubble", "flap", "whoosh", "boing", "thud", "crunch", "pop",
    # voices of people and machines
    "laugh", "sob", "snore", "clap", "beep", "engine", "horn", "whistle", "rocket", "propeller", "click",
    # instruments and magic
    "bell", "strum", "drum", "sparkle", "thunder",
    # animals
    "meow", "bark", "moo", "neigh", "roar", "oink", "baa", "squeak", "trumpet", "howl", "growl", "croak", "chirp",
    "hoot", "quack", "cluck", "squawk", "screech", "buzz", "whale", "dolphin",
)  # fmt: skip

AMBIENCES: tuple[str, ...] = (
    "wind", "birds", "crickets", "waves", "underwater", "city", "room", "kitchen", "farm", "crowd", "space", "rain",
    "storm", "leaves", "stream", "gulls",
)  # fmt: skip

_PLACE: dict[str, tuple[tuple[str, float], ...]] = {
    "meadow": (("birds", 0.6), ("wind", 0.25)),
    "forest": (("leaves", 0.6), ("birds", 0.6)),
    "beach": (("waves", 0.8), ("gulls", 0.3)),
    "sea": (("waves", 1.0), ("wind", 0.3)),
    "underwater": (("underwater", 1.0),),
    "river": (("stream", 0.8), ("birds", 0.4)),
    "city": (("city", 0.8),),
    "street": (("city", 0.6), ("birds", 0.2)),
    "room": (("room", 0.7),),
    "kitchen": (("kitchen", 0.7),),
    "desert": (("wind", 0.7),),
    "mountains": (("wind", 0.6), ("birds", 0.2)),
    "snowfield": (("wind", 0.6),),
    "space": (("space", 0.9),),
    "moon": (("space", 0.7),),
    "farm": (("farm", 0.7), ("birds", 0.3)),
    "garden": (("birds", 0.7), ("leaves", 0.2)),
    "park": (("birds", 0.6), ("leaves", 0.3)),
    "stage": (("crowd", 0.6),),
    "castle": (("wind", 0.4), ("birds", 0.3)),
    "jungle": (("leaves", 0.6), ("crickets", 0.4), ("birds", 0.6)),
    "sky": (("wind", 0.8),),
    "lake": (("stream", 0.4), ("birds", 0.4)),
    "savanna": (("wind", 0.3), ("crickets", 0.5)),
    "graveyard": (("wind", 0.5), ("leaves", 0.3)),
    "stadium": (("crowd", 1.0),),
    "market": (("crowd", 0.7), ("city", 0.3)),
    "cave": (("stream", 0.15), ("space", 0.5)),
    "volcano": (("wind", 0.4), ("storm", 0.5)),
    "library": (("room", 0.6),),
    "bedroom": (("room", 0.6),),
    "classroom": (("room", 0.7),),
}
_WEATHER: dict[str, tuple[tuple[str, float], ...]] = {
    "clear": (), "clouds": (), "fog": (("wind", 0.15),), "snow": (("wind", 0.4),), "wind": (("wind", 0.9),),
    "rain": (("rain", 0.8),), "storm": (("rain", 0.9), ("storm", 0.8)),
}  # fmt: skip
_INDOORS = frozenset(
    {"room", "kitchen", "stage", "underwater", "space", "moon", "library", "bedroom", "classroom", "cave"}
)


def ambiences(place: str, weather: str, time: str) -> tuple[tuple[str, float], ...]:
    """Names with gains for the bed of a scene; at night crickets sing instead of birds, rain silences both."""
    beds: dict[str, float] = {}
    for name, gain in _PLACE[place] + (() if place in _INDOORS else _WEATHER[weather]):
        sung = "crickets" if name == "birds" and time == "night" else name
        beds[sung] = max(beds.get(sung, 0.0), gain)
    if weather in {"rain", "storm"} and place not in _INDOORS:
        beds = {name: gain for name, gain in beds.items() if name not in {"birds", "crickets", "gulls"}}
    return tuple(beds.items())
