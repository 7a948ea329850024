"""Colour: named colours, the light of an hour and a weather, and the tones that pull a picture together."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

    from inference.world.picture.canvas import Colour, Stop


def rgb(code: str) -> Colour:
    return int(code[0:2], 16), int(code[2:4], 16), int(code[4:6], 16)


def mix(a: Colour, b: Colour, t: float) -> Colour:
    return (
        round(a[0] + (b[0] - a[0]) * t),
        round(a[1] + (b[1] - a[1]) * t),
        round(a[2] + (b[2] - a[2]) * t),
    )


def dark(c: Colour, t: float = 0.22) -> Colour:
    """The same colour in shade: darker, and cooler, as skylight fills it."""
    return round(c[0] * (1 - t * 1.1)), round(c[1] * (1 - t * 1.08)), min(255, round(c[2] * (1 - t * 0.72)))


def light(c: Colour, t: float = 0.22) -> Colour:
    """The same colour in the sun: lighter and a little warmer."""
    return mix(c, (255, 248, 226), t)


def luma(c: Colour) -> float:
    return (c[0] * 0.3 + c[1] * 0.59 + c[2] * 0.11) / 255


WHITE, BLACK, INK = rgb("fdfbf6"), rgb("22202c"), rgb("2b2536")


class Light(NamedTuple):
    """What hour and weather do to a scene."""

    sky: tuple[Stop, ...]  # top to horizon
    tint: tuple[float, float, float]  # multiplies every lit colour
    lift: Colour  # what shadows are mixed towards
    lift_by: float
    haze: Colour  # what distance is mixed towards
    haze_by: float  # how much, at depth 0
    sun: Colour
    side: float  # where the light comes from: -1 left .. 1 right
    height: float  # of the sun or moon, stage units from the top
    dim: float  # 0 full day .. 1 dark: lamps, stars and windows follow it
    grey: float  # desaturation by cloud
    shade: float  # opacity of cast shadows


def _sky(*codes: str) -> tuple[Stop, ...]:
    last = len(codes) - 1
    return tuple((i / last, rgb(code), 1.0) for i, code in enumerate(codes))


HOURS: dict[str, Light] = {
    "dawn": Light(
        _sky("5f7fc4", "9aa6dc", "f3b8c4", "ffd9b0", "fff0d2"),
        (1.0, 0.91, 0.93),
        rgb("7a6fb0"),
        0.10,
        rgb("f6cdc6"),
        0.72,
        rgb("fff0c4"),
        -1.0,
        0.42,
        0.15,
        0.0,
        0.20,
    ),
    "day": Light(
        _sky("3f97e0", "6bb8ee", "a5dbf6", "dff4f6"),
        (1.0, 1.0, 0.98),
        rgb("6f8fd0"),
        0.04,
        rgb("cfeaf5"),
        0.62,
        rgb("fff7d6"),
        -0.75,
        0.15,
        0.0,
        0.0,
        0.26,
    ),
    "sunset": Light(
        _sky("473b83", "8c4f95", "e06a77", "fb9c5c", "ffd58a"),
        (1.0, 0.80, 0.72),
        rgb("7b3f86"),
        0.14,
        rgb("f6a069"),
        0.60,
        rgb("ffe2a0"),
        0.8,
        0.45,
        0.35,
        0.0,
        0.26,
    ),
    "night": Light(
        _sky("0a1034", "141c52", "24336f", "3c5190"),
        (0.60, 0.68, 0.94),
        rgb("202c70"),
        0.20,
        rgb("33488a"),
        0.62,
        rgb("eef3ff"),
        0.7,
        0.16,
        1.0,
        0.0,
        0.34,
    ),
}

# weather -> (sky mixed towards, by how much, grey, tint, extra haze, shadow factor)
_WEATHERS: dict[str, tuple[str, float, float, float, float, float]] = {
    "clear": ("ffffff", 0.0, 0.0, 1.0, 0.0, 1.0),
    "clouds": ("b9c6d6", 0.30, 0.12, 0.97, 0.03, 0.75),
    "rain": ("64748c", 0.66, 0.36, 0.80, 0.12, 0.45),
    "storm": ("3a4259", 0.78, 0.46, 0.64, 0.10, 0.35),
    "snow": ("cdd8e6", 0.55, 0.12, 0.98, 0.14, 0.5),
    "fog": ("cfd6da", 0.66, 0.34, 0.95, 0.26, 0.3),
    "wind": ("cfe0e8", 0.16, 0.04, 0.99, 0.0, 0.95),
}


def light_of(time: str, weather: str) -> Light:
    hour = HOURS[time]
    code, towards, grey, tint, haze, shadow = _WEATHERS[weather]
    veil = _at_hour(rgb(code), hour)
    return hour._replace(
        sky=tuple((at, mix(c, veil, towards), a) for at, c, a in hour.sky),
        tint=(hour.tint[0] * tint, hour.tint[1] * tint, hour.tint[2] * tint),
        haze=mix(hour.haze, veil, min(towards * 1.2, 0.9)),
        haze_by=min(hour.haze_by + haze, 0.92),
        grey=grey,
        shade=hour.shade * shadow,
        dim=max(hour.dim, {"storm": 0.6, "rain": 0.35, "fog": 0.2}.get(weather, 0.0)),
    )


def _at_hour(veil: Colour, hour: Light) -> Colour:
    """A cloud's colour under the light of the hour: half its own, half the horizon's."""
    lit = tuple(round(v * t) for v, t in zip(veil, hour.tint, strict=True))
    return mix((lit[0], lit[1], lit[2]), hour.sky[-2][1], 0.22 if hour.dim < 1 else 0.5)


def tone(lit: Light, depth: float = 1.0, share: float = 1.0) -> Callable[[Colour], Colour]:
    """How a surface's own colour looks at a depth (0 at the horizon .. 1 here); `share` weakens the hour's tint."""
    haze = lit.haze_by * (1 - depth) ** 1.15

    @lru_cache(maxsize=512)
    def graded(colour: Colour) -> Colour:
        grey = (luma(colour) * 255) * lit.grey
        keep = 1 - lit.grey
        r, g, b = ((c * keep + grey) * (1 + (t - 1) * share) for c, t in zip(colour, lit.tint, strict=True))
        lifted = mix((round(r), round(g), round(b)), lit.lift, lit.lift_by * share)
        return mix(lifted, lit.haze, haze)

    return graded


def lamp_lit(lit: Light) -> Light:
    """The light indoors: lamps take over what the hour lacks, so a room at night is warm and not blue."""
    if lit.dim < 0.3:
        return lit._replace(tint=(1.0, 0.97, 0.93), lift_by=0.03, grey=lit.grey * 0.4, haze_by=lit.haze_by * 0.3)
    warm = (0.93, 0.77, 0.62)
    return lit._replace(tint=warm, lift=rgb("3b2350"), lift_by=0.08, grey=0.0, haze=rgb("7a4a3a"), haze_by=0.15)
