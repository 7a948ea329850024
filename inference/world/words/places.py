"""Places, weather, time, camera and mood: names, words and the ground line that actors and painter share."""

from __future__ import annotations

PLACES: dict[str, tuple[str, ...]] = {
    "meadow": (
        "field",
        "fields",
        "grass",
        "hill",
        "hills",
        "countryside",
        "grassland",
        "prairie",
        "savanna",
        "savannah",
        "lawn",
        "meadows",
        "valley",
        "outdoors",
        "outside",
    ),
    "forest": ("forests", "woods", "wood", "woodland", "grove"),
    "beach": ("beaches", "seaside", "shore", "coast", "sand", "seashore", "island"),
    "sea": ("ocean", "seas", "lake", "oceans", "pond", "water"),
    "underwater": (
        "under-water",
        "undersea",
        "under-the-sea",
        "under-the-ocean",
        "reef",
        "coral-reef",
        "seabed",
        "deep-sea",
    ),
    "river": ("rivers", "stream", "creek", "riverbank", "brook"),
    "city": ("cities", "skyline", "downtown", "town", "skyscrapers", "rooftop", "buildings", "metropolis"),
    "street": ("road", "streets", "roads", "highway", "sidewalk", "alley", "avenue", "village", "pavement"),
    "room": (
        "bedroom",
        "house",
        "living-room",
        "indoors",
        "inside",
        "home",
        "office",
        "classroom",
        "library",
        "school",
        "apartment",
    ),
    "kitchen": ("bakery", "kitchens"),
    "desert": ("deserts", "dunes", "dune", "canyon", "wild-west", "sahara"),
    "mountains": ("mountain", "peak", "peaks", "alps", "cliff", "summit"),
    "snowfield": ("tundra", "arctic", "antarctica", "ice", "glacier", "north-pole", "iceberg", "winter-landscape"),
    "space": ("outer-space", "galaxy", "cosmos", "universe", "orbit", "starfield"),
    "moon": ("lunar-surface", "planet", "the-moon", "crater"),
    "farm": ("farmyard", "barn", "farms", "barnyard", "ranch"),
    "garden": ("gardens", "backyard", "yard", "flowerbed"),
    "park": ("parks", "playground"),
    "stage": ("theatre", "theater", "concert", "concert-hall", "disco", "nightclub", "club", "dance-floor"),
    "castle": ("castles", "palace", "fortress", "kingdom"),
    "jungle": ("jungles", "rainforest", "tropics", "rain-forest"),
    "sky": ("skies", "clouds-above", "above-the-clouds", "in-the-air", "heavens"),
}

# place -> (y of the horizon, y of the nearest visible ground). Ground actors stand between 0.70 and 0.92, far to near.
# underwater, space and sky have no standing ground for swimmers and fliers; what walks there uses the sea bed or
# floats (`MEDIUM`). On "sea", actors of medium water and boats ride the surface near y = 0.74 to 0.86.
GROUND: dict[str, tuple[float, float]] = {
    "meadow": (0.60, 1.0), "forest": (0.62, 1.0), "beach": (0.52, 1.0), "sea": (0.48, 1.0), "underwater": (0.66, 1.0),
    "river": (0.56, 1.0), "city": (0.66, 1.0), "street": (0.64, 1.0), "room": (0.66, 1.0), "kitchen": (0.66, 1.0),
    "desert": (0.56, 1.0), "mountains": (0.64, 1.0), "snowfield": (0.58, 1.0), "space": (0.50, 1.0),
    "moon": (0.62, 1.0), "farm": (0.60, 1.0), "garden": (0.60, 1.0), "park": (0.60, 1.0), "stage": (0.66, 1.0),
    "castle": (0.62, 1.0), "jungle": (0.64, 1.0), "sky": (0.90, 1.0),
}  # fmt: skip
# What fills the place: "ground" to stand on, "water" to swim in, "surface" of water, "air" (everything floats).
MEDIUM: dict[str, str] = {
    place: {"underwater": "water", "sea": "surface", "space": "air", "sky": "air"}.get(place, "ground")
    for place in PLACES
}

WEATHERS: dict[str, tuple[str, ...]] = {
    "clear": ("sunny", "sunshine", "sunlit", "cloudless", "bright-day", "clear-sky"),
    "clouds": ("cloudy", "overcast", "clouds", "cloud"),
    "rain": ("rainy", "raining", "rains", "drizzle", "wet", "pouring", "shower"),
    "storm": ("stormy", "thunder", "lightning", "thunderstorm", "tempest", "hurricane"),
    "snow": (
        "snowy",
        "snowing",
        "snows",
        "blizzard",
        "snowfall",
        "snowflakes",
        "winter",
        "wintry",
        "christmas",
        "snowstorm",
    ),
    "fog": ("foggy", "mist", "misty", "haze", "hazy", "smoky"),
    "wind": ("windy", "breeze", "breezy", "gale", "gusty"),
}
TIMES: dict[str, tuple[str, ...]] = {
    "dawn": ("sunrise", "morning", "daybreak"),
    "day": ("daytime", "noon", "midday", "afternoon", "daylight"),
    "sunset": ("dusk", "evening", "twilight", "golden-hour", "sundown"),
    "night": (
        "nighttime",
        "midnight",
        "moonlight",
        "moonlit",
        "starry",
        "under-the-stars",
        "tonight",
        "night-time",
        "nights",
        "dark",
    ),
}
CAMERAS: dict[str, tuple[str, ...]] = {
    "still": ("static", "static-shot", "static-camera", "fixed-camera", "locked-off"),
    "pan_left": ("pan-left", "pans-left", "panning-left", "pans-to-the-left", "pan-to-the-left", "moves-left"),
    "pan_right": (
        "pan-right",
        "pans-right",
        "panning-right",
        "pans-to-the-right",
        "pan-to-the-right",
        "moves-right",
        "pan",
        "panning",
        "pans",
    ),
    "zoom_in": (
        "zoom-in",
        "zooms-in",
        "zooming-in",
        "push-in",
        "dolly-in",
        "zoom",
        "zooms",
        "pushes-in",
        "moves-closer",
    ),
    "zoom_out": ("zoom-out", "zooms-out", "zooming-out", "pull-back", "pulls-back", "dolly-out", "pull-out"),
    "close_up": ("close-up", "closeup", "close-up-of", "portrait-of", "close-ups", "macro"),
    "wide": ("wide-shot", "wide-angle", "long-shot", "establishing-shot", "panorama", "panoramic", "wide"),
    "tracking": ("tracking-shot", "tracking", "dolly-shot", "follows-along", "camera-follows", "following-shot"),
    "aerial": (
        "aerial-shot",
        "bird's-eye",
        "birds-eye",
        "drone-shot",
        "from-above",
        "overhead",
        "drone",
        "aerial-view",
    ),
}
MOODS: dict[str, tuple[str, ...]] = {
    "gentle": ("calm", "peaceful", "relaxing", "serene", "soft-music", "cosy", "cozy", "quiet", "tranquil", "dreamy"),
    "happy": ("upbeat", "fun", "funny", "playful", "happy-music", "lively", "festive"),
    "tense": ("scary", "spooky", "suspense", "dramatic", "suspenseful", "creepy", "dangerous", "eerie", "mysterious"),
    "sad": ("melancholy", "melancholic", "sad-music", "sorrow", "wistful"),
    "epic": ("heroic", "majestic", "grand", "adventurous", "triumphant", "glorious"),
}
TEMPO: dict[str, float] = {"gentle": 84.0, "happy": 120.0, "tense": 96.0, "sad": 66.0, "epic": 108.0}
