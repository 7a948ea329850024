"""Water: beach, sea, river, and under the surface."""

from __future__ import annotations

from math import pi, sin
from typing import TYPE_CHECKING

import numpy as np

from inference.world.picture.canvas import Linear
from inference.world.picture.palette import HOURS, WHITE, dark, light, mix, rgb
from inference.world.picture.path import Path, blob, curve, noise, poly, rect, star, taper
from inference.world.picture.places import nature
from inference.world.picture.places.wild import GREENS, _bands, _flowers, _grass, _trees, fireflies
from inference.world.picture.sky import sky, sun_at
from inference.world.picture.swarm import dots, randoms

if TYPE_CHECKING:
    from inference.world.picture.canvas import Colour, Pen
    from inference.world.picture.site import Site

SHALLOW, MIDDLE, DEEP = rgb("6fd6d0"), rgb("35a3c4"), rgb("1f6fa8")


def beach(site: Site) -> None:
    sky(site)
    h = site.horizon
    _islands(site, h)
    water = site.layer(0.85, 0.96)
    low, high = site.view.span(1.0)
    span = (low - 0.3, high + 0.3)
    shore = h + 0.13
    water.fill(rect(low - 0.4, h, high - low + 0.8, 1), _depths(site, h, shore))
    _glitter(site, water, h, shore)
    nature.sparkles(light(SHALLOW, 0.5), site, water.glowing, h + 0.006, shore - 0.02, 26)
    _sailboat(site, h)
    ground = site.layer(1.0, 1.0)
    _surf(site, ground, shore, span)
    sand = site.soil(rgb("f5dba6"))
    site.redraw(ground, lambda p, t: _sand(p.toned(ground.tone), site, t, shore, span, sand))
    deco = site.layer(1.0, 1.0)
    nature.pebbles(deco, site, shore + 0.05, rgb("e3bf85"), 31, 22)
    for x, r, key in site.cells(1.0, 0.3, 33):
        y = shore + 0.10 + 0.24 * r
        kind = key % 3
        if kind == 0:
            deco.fill(star(x, y, 0.016, 0.007, 5, key), rgb("f08a5d"))
        elif kind == 1:
            _shell(deco, x, y, 0.013)
        else:
            nature.tuft(deco, site, x, y, 0.05, rgb("9fae62"), key)
    for x, r, key in site.cells(1.0, 0.9, 34):
        if abs(x) > 0.12:
            nature.palm(deco, site, x, shore + 0.09 + 0.03 * r, 0.50 + 0.12 * r, rgb("4ba35f"), key)
            nature.rock(deco, site, x + 0.06, shore + 0.10 + 0.03 * r, 0.03, rgb("a08f86"), key)
    _parasol(deco, site, 0.20 * site.aspect + 0.10, shore + 0.12, 0.17)
    nature.fringe(site, rgb("2c6b55"))


def _depths(site: Site, top: float, low: float) -> Linear:
    glow = mix(mix(DEEP, site.sky_lit.sky[2][1], 0.4), site.sky_lit.sky[-1][1], 0.3)
    return Linear(0, top, 0, low + 0.02, ((0, glow, 1), (0.25, DEEP, 1), (0.65, MIDDLE, 1), (1, SHALLOW, 1)))


def _islands(site: Site, h: float) -> None:
    pen = site.layer(0.15, 0.25)
    for x, r, key in site.cells(0.15, 0.7, 21):
        w, up = 0.14 + 0.14 * r, 0.03 + 0.05 * r
        pen.fill(
            blob(
                (x - w, h + 0.01),
                (x - w * 0.5, h - up * 0.6),
                (x - w * 0.1, h - up),
                (x + w * 0.4, h - up * 0.5),
                (x + w, h + 0.01),
            ),
            rgb("4f8a86"),
        )
        del key


def _glitter(site: Site, pen: Pen, top: float, low: float) -> None:
    """The path of light that sun or moon lays on the water."""
    if site.weather not in ("clear", "clouds", "wind"):
        return
    x, _ = sun_at(site)
    warm = mix(site.lit.sun, HOURS[site.time].sky[-1][1], 0.3)
    glow = pen.glowing

    def draw(p: Pen, t: float) -> None:
        path = Path()
        for i in range(26):
            u = (i + 0.5) / 26
            y = top + (low - top) * u
            w = (0.008 + 0.05 * u) * (0.4 + 0.6 * noise(i, 4)) * (0.7 + 0.3 * sin(t * (1.5 + noise(i, 5)) + i * 2.4))
            dx = 0.012 * (1 + 2 * u) * sin(t * 0.9 + i * 1.9)
            path.rect(x + dx - w, y, 2 * w, 0.0022 + 0.003 * u, 0.002)
        p.fill(path, warm, 0.6 if site.time != "day" else 0.4)

    site.redraw(glow, draw)


def _edge(t: float, x: float, k: float) -> float:
    return 0.014 * sin(t * 0.9 + k) + 0.008 * sin(x * 7 + k * 2 + t * 0.3) + 0.004 * sin(x * 17 - t * 0.5 + k)


def _surf(site: Site, pen: Pen, shore: float, span: tuple[float, float]) -> None:
    """Rolling lines of foam behind the wash."""

    def draw(p: Pen, t: float) -> None:
        q = p.toned(pen.tone)
        for k in range(3):
            u = ((t * 0.10 + k / 3) % 1.0) ** 1.3
            y = shore - 0.075 + 0.075 * u
            points = [
                (span[0] + i * 0.1, y + 0.006 * sin(i * 1.3 + k * 2 + t))
                for i in range(int((span[1] - span[0]) / 0.1) + 2)
            ]
            alpha = sin(min(u * 1.1, 1) * pi) * 0.8
            q.stroke(curve(*points), rgb("f3fffd"), 0.003 + 0.004 * u, alpha)

    site.redraw(pen, draw)


def _sand(p: Pen, site: Site, t: float, shore: float, span: tuple[float, float], sand: Colour) -> None:
    xs = [span[0] + i * 0.09 for i in range(int((span[1] - span[0]) / 0.09) + 2)]
    layers = (
        (0.0, mix(SHALLOW, WHITE, 0.25), 1.0),
        (0.008, rgb("fbfffd"), 1.0),
        (0.020, mix(sand, rgb("b58e62"), 0.5), 1.0),
    )
    for dy, colour, alpha in layers:
        wash = _wash(xs, lambda x, dy=dy: shore + dy + _edge(t, x, 0.0))
        p.fill(wash, colour, alpha)
    dry = _wash(xs, lambda x: shore + 0.040 + 0.006 * sin(x * 6 + site.seed))
    p.fill(dry, Linear(0, shore, 0, 1, ((0, mix(sand, site.lit.haze, 0.15), 1), (1, dark(sand, 0.10), 1))))


def _wash(xs: list[float], y: object) -> Path:
    points = [(x, y(x)) for x in xs]  # type: ignore[operator]
    return Path().smooth(points, closed=False).line(xs[-1], 2.2).line(xs[0], 2.2).close()


def _shell(pen: Pen, x: float, y: float, r: float) -> None:
    pen.fill(blob((x - r, y - r * 0.2), (x, y - r), (x + r, y - r * 0.2), (x, y + r * 0.4)), rgb("f7c9c0"))
    pen.stroke(
        Path()
        .move(x, y + r * 0.3)
        .line(x - r * 0.5, y - r * 0.5)
        .move(x, y + r * 0.3)
        .line(x, y - r * 0.8)
        .move(x, y + r * 0.3)
        .line(x + r * 0.5, y - r * 0.5),
        rgb("d98f8a"),
        r * 0.1,
    )


def _parasol(pen: Pen, site: Site, x: float, y: float, h: float) -> None:
    pen.fill(
        blob((x - h * 0.6, y + h * 0.02), (x - h * 0.1, y - h * 0.01), (x + h * 0.4, y + h * 0.03), (x, y + h * 0.08)),
        rgb("7a5f44"),
        0.22,
    )
    pen.fill(
        poly(
            (x - h * 0.75, y + h * 0.02),
            (x - h * 0.05, y + h * 0.02),
            (x - h * 0.13, y + h * 0.13),
            (x - h * 0.9, y + h * 0.13),
        ),
        rgb("e8655a"),
    )
    pen.fill(
        poly(
            (x - h * 0.62, y + h * 0.02),
            (x - h * 0.5, y + h * 0.02),
            (x - h * 0.61, y + h * 0.13),
            (x - h * 0.75, y + h * 0.13),
        ),
        WHITE,
    )
    group = site.sway(pen, x, y, 0.02, 1.3)
    group.stroke(Path().move(0, 0).line(h * 0.1, -h), rgb("f6efe2"), h * 0.035)
    for i, c in enumerate(("e8655a", "fdf6e8", "e8655a", "fdf6e8", "e8655a")):
        a, b = -0.55 + i * 0.22, -0.55 + (i + 1) * 0.22
        path = (
            Path().move(h * 0.1, -h * 1.08).quad(h * (0.1 + a * 0.9), -h * 0.98, h * (0.1 + a), -h * (0.66 - 0.04 * i))
        )
        path.quad(h * (0.1 + (a + b) / 2), -h * (0.72 - 0.04 * i), h * (0.1 + b), -h * (0.62 - 0.04 * i)).quad(
            h * (0.1 + b * 0.9), -h * 0.98, h * 0.1, -h * 1.08
        )
        group.fill(path.close(), rgb(c))


def _sailboat(site: Site, h: float) -> None:
    pen = site.layer(0.4, 0.7)
    low, high = site.view.span(0.4)
    boat = site.drift(pen, 0.10, h + 0.012, 0.008, (low - 0.1, high + 0.1))
    boat.fill(poly((0, -0.085), (0, -0.012), (0.042, -0.012)), rgb("fdf5e6"))
    boat.fill(poly((-0.006, -0.07), (-0.006, -0.012), (-0.034, -0.012)), rgb("f08a6a"))
    boat.fill(poly((-0.042, -0.010), (0.048, -0.010), (0.032, 0.006), (-0.030, 0.006)), rgb("8a4f43"))


def sea(site: Site) -> None:
    sky(site)
    h = site.horizon
    _islands(site, h)
    back = site.layer(0.4, 0.8)
    low, high = site.view.span(1.0)
    back.fill(rect(low - 0.4, h, high - low + 0.8, 2), _depths(site, h, 1.0))
    _glitter(site, back, h, 0.86)
    _sailboat(site, h)
    rough = {"storm": 2.4, "wind": 1.6, "rain": 1.3}.get(site.weather, 1.0)
    for i in range(4):
        y = h + 0.06 + 0.065 * i
        pen = site.layer(0.5 + 0.14 * i, 0.82 + 0.05 * i)
        _swell(site, pen, y, i, rough, front=False)
    for i in range(2):
        pen = site.layer(1.0 + 0.2 * i, 1.0, front=True)
        _swell(site, pen, 0.90 + 0.085 * i, i + 5, rough, front=True)
    nature.sparkles(rgb("e8fbff"), site, site.layer(1.0, 1.0).glowing, h + 0.02, 0.88, 30)


def _swell(site: Site, pen: Pen, y: float, i: int, rough: float, front: bool) -> None:
    colour = mix(mix(DEEP, MIDDLE, 0.2 + 0.12 * i), rgb("123f6e"), 0.25 if front else 0.0)
    colour = mix(colour, site.sky_lit.sky[2][1], 0.34 - 0.05 * i if not front else 0.10)
    crest = mix(rgb("dff7f6"), site.sky_lit.sky[-1][1], 0.4)
    low, high = site.view.span(1.2)
    n = int((high - low) / 0.08) + 3
    size = (0.008 + 0.0035 * i) * rough

    def draw(p: Pen, t: float) -> None:
        q = p.toned(pen.tone)
        points = []
        for j in range(n):
            x = low - 0.1 + j * 0.08
            points.append(
                (
                    x,
                    y
                    + size
                    * (sin(x * (7 - 0.5 * i) + t * (1.0 + 0.1 * i) + i * 2.2) + 0.45 * sin(x * 15 - t * 1.3 + i)),
                )
            )
        path = Path().smooth(points, closed=False).line(high + 0.3, 2.2).line(low - 0.2, 2.2).close()
        q.fill(
            path,
            Linear(
                0,
                y - size,
                0,
                y + 0.14,
                ((0, light(colour, 0.22), 0.95), (0.3, colour, 0.92), (1, dark(colour, 0.12), 0.90)),
            ),
        )
        q.stroke(Path().smooth(points, closed=False), crest, 0.0025 + 0.0006 * i, 0.55)
        for j in range(1, n - 1, 3):
            x, py = points[j]
            if py < y - size * 0.5:
                w = 0.03 * (0.5 + noise(i, j))
                q.fill(
                    blob((x - w, py + 0.006), (x, py - 0.005 * rough), (x + w, py + 0.006), (x, py + 0.010)),
                    rgb("f2fffd"),
                    0.8,
                )

    site.redraw(pen, draw)


def river(site: Site) -> None:
    sky(site)
    h = site.horizon
    nature.ridge(site.layer(0.12, 0.12), site, 0.12, h + 0.01, 0.24, rgb("6b86a8"), 1, sharp=0.8, step=0.5)
    nature.ridge(site.layer(0.3, 0.42), site, 0.3, h + 0.03, 0.10, rgb("639a80"), 2)
    _trees(site, 0.45, 0.62, h + 0.04, 0.13, (0.13, 0.20), (rgb("4a8f68"), rgb("5da461"), rgb("7fb458")))
    ground = site.layer(1.0, 1.0)
    nature.land(ground, site, 1.0, h + 0.04, rgb("5aa052"), rgb("8cc768"))
    _bands(ground, site, h + 0.06, rgb("7cbb5c"))
    low, high = site.view.span(1.0)
    top, deep = h + 0.075, h + 0.175
    bank = _ribbon(low, high, top - 0.006, deep + 0.012)
    ground.fill(bank, site.soil(rgb("b98f63")))
    water = _ribbon(low, high, top, deep)
    sky_in = mix(MIDDLE, site.sky_lit.sky[-1][1], 0.35)
    ground.fill(water, Linear(0, top, 0, deep, ((0, sky_in, 1), (0.6, MIDDLE, 1), (1, dark(MIDDLE, 0.12), 1))))
    _stream(site, ground, low, high, top, deep)
    for x, r, key in site.cells(1.0, 0.22, 43):
        nature.rock(
            ground, site, x, deep + 0.012 + 0.008 * r + 0.006 * sin(x * 5), 0.018 + 0.02 * r, rgb("9a9a9f"), key
        )
        if r > 0.4:
            _reeds(ground, site, x + 0.07, deep + 0.016 + 0.006 * sin(x * 5), 0.10 + 0.05 * r, key)
    nature.land(site.layer(1.0, 1.0), site, 1.0, deep + 0.022, rgb("6aae58"), rgb("93cc69"), 0.010)
    near = site.layer(1.0, 1.0)
    _bands(near, site, deep + 0.05, rgb("7fc05e"))
    for x, r, key in site.cells(1.0, 0.85, 44):
        if abs(x) > 0.15:
            nature.tree(near, site, x, deep + 0.05, 0.5 + 0.08 * r, GREENS[key % 5], key)
    _grass(near, site, deep + 0.03, rgb("5fab53"), 30)
    _flowers(near, site, deep + 0.06, 14)
    fireflies(site, h)
    nature.fringe(site, rgb("2f6a48"), "grass")


def _ribbon(low: float, high: float, top: float, deep: float) -> Path:
    xs = [low - 0.1 + i * 0.12 for i in range(int((high - low) / 0.12) + 3)]
    upper = [(x, top + 0.006 * sin(x * 5)) for x in xs]
    lower = [(x, deep + 0.009 * sin(x * 5)) for x in reversed(xs)]
    path = Path().smooth(upper, closed=False).line(*lower[0])
    for point in lower[1:]:
        path.line(*point)
    return path.close()


def _stream(site: Site, pen: Pen, low: float, high: float, top: float, deep: float) -> None:
    n = int(26 * (high - low))

    def draw(p: Pen, t: float) -> None:
        q = p.toned(pen.tone)
        path = Path()
        for i in range(n):
            u = noise(site.seed, 46, i)
            y = top + 0.012 + (deep - top - 0.024) * u
            speed = 0.05 + 0.08 * u
            x = low + (noise(site.seed, 47, i) * (high - low) + t * speed) % (high - low)
            w = 0.01 + 0.035 * noise(i, 3)
            path.rect(x, y + 0.007 * sin(x * 5), w, 0.002 + 0.002 * u, 0.002)
        q.fill(path, rgb("dcf6fb"), 0.6)

    site.redraw(pen, draw)


def _reeds(pen: Pen, site: Site, x: float, y: float, h: float, key: int) -> None:
    root = site.sway(pen, x, y, 0.08, 1.5)
    for i in range(4):
        dx, up = (i - 1.5) * h * 0.12, h * (0.7 + 0.3 * noise(key, i))
        root.stroke(curve((dx, 0), (dx * 1.3, -up * 0.6), (dx * 2, -up)), rgb("5f9150"), h * 0.03)
        if i % 2:
            root.stroke(Path().move(dx * 1.8, -up * 0.84).line(dx * 2, -up * 1.02), rgb("7d5238"), h * 0.08)


def underwater(site: Site) -> None:
    """The hour filters down from the surface: bright turquoise by day, deep blue with glowing things at night."""
    h = site.horizon
    top = {"day": "4fd0dc", "dawn": "7fc4d8", "sunset": "e39a7e", "night": "1f5a98"}[site.time]
    deep = {"day": "0f5f96", "dawn": "2a5f9a", "sunset": "3a3f86", "night": "08204f"}[site.time]
    sea_tone = site.layer(0.0, 1.0).glowing
    middle = mix(rgb(top), rgb(deep), 0.5)
    sea_tone.fill(
        rect(-3, -1, 6, 3),
        Linear(
            0, -0.05, 0, 0.95, ((0, light(rgb(top), 0.35), 1), (0.2, rgb(top), 1), (0.6, middle, 1), (1, rgb(deep), 1))
        ),
    )
    _shafts(site)
    _bank(site, 0.15, 0.25, h - 0.02, mix(middle, rgb(deep), 0.4), 1, 0.16)
    _fish_school(site, 0.25)
    _bank(site, 0.4, 0.5, h + 0.02, mix(rgb(deep), rgb("1d4f7e"), 0.4), 2, 0.11)
    ground = site.layer(1.0, 1.0)
    sand = rgb("d9c79c")
    nature.land(ground, site, 1.0, h + 0.05, mix(sand, rgb(deep), 0.15), mix(sand, rgb(deep), 0.55), 0.012)
    _caustics(site, ground, h + 0.06)
    for x, r, key in site.cells(1.0, 0.19, 51):
        kind = key % 4
        y = h + 0.07 + 0.05 * r
        if kind == 0:
            _coral(ground, site, x, y, 0.09 + 0.05 * r, rgb(("f0718a", "f79a5b", "b57be0")[key % 3]), key)
        elif kind == 1:
            _weed(ground, site, x, y, 0.16 + 0.14 * r, key)
        elif kind == 2:
            nature.rock(ground, site, x, y, 0.035 + 0.03 * r, rgb("6f7f9c"), key)
        else:
            _sponge(ground, x, y, 0.06 + 0.02 * r, rgb(("f5c65a", "5fc9b8", "f08a9a")[key % 3]))
        if r > 0.6:
            ground.fill(star(x + 0.08, y + 0.06, 0.018, 0.008, 5, key), rgb("f2884f"))
    front = site.layer(1.3, 1.0, front=True)
    for x, r, key in site.cells(1.3, 0.16, 52):
        edge = abs(x) / (site.aspect / 2)
        if edge > 0.55:
            _weed(front, site, x, 1.06, (0.16 + 0.2 * r) * min(edge, 1.2), key, dark(rgb("1f6a6a"), 0.3))
    _bubbles(site)
    _veil(site, rgb(deep))


def _veil(site: Site, deep: Colour) -> None:
    site.screen.fill(rect(-2, -0.1, 4, 1.2), Linear(0, 0, 0, 1, ((0, deep, 0.0), (1, deep, 0.22))))


def _shafts(site: Site) -> None:
    pen = site.layer(0.3, 1.0).glowing
    colour = {"night": rgb("7fb0f0"), "sunset": rgb("ffd0a0")}.get(site.time, rgb("e6fff8"))
    left, right = site.view.span(0.3)
    for i in range(int((right - left) / 0.17)):
        x, w = left + (i + noise(site.seed, 53, i)) * 0.17, 0.015 + 0.035 * noise(i, 2)
        shaft = poly((x, -0.1), (x + w, -0.1), (x + w * 3 - 0.16, 0.95), (x - w - 0.16, 0.95))
        group = site.pulse(pen, 0.15, 1.0, 0.5 + 0.5 * noise(i, 3), i * 2.3)
        group.fill(shaft, Linear(x, -0.1, x - 0.16, 0.95, ((0, colour, 0.34), (1, colour, 0.0))))


def _bank(site: Site, parallax: float, depth: float, base: float, colour: Colour, salt: int, up: float) -> None:
    pen = site.layer(parallax, 1.0).glowing
    nature.ridge(pen, site, parallax, base, up, colour, salt, step=0.3)
    for x, r, key in site.cells(parallax, 0.12, 54 + salt):
        if r > 0.35:
            _weed(pen, site, x, base + 0.02, 0.10 + 0.12 * r, key, light(colour, 0.08))
    del depth


def _weed(pen: Pen, site: Site, x: float, y: float, h: float, key: int, colour: Colour | None = None) -> None:
    ink = colour or mix(rgb("3a9a6a"), rgb("8fbf4f"), noise(key, 1))

    def draw(p: Pen, t: float) -> None:
        q = p.toned(pen.tone)
        for k in range(3):
            up = h * (1 - 0.22 * k)
            x0 = x + (k - 1) * h * 0.13
            spine = [(x0 + up * 0.16 * sin(t * 1.1 + key + k + j * 1.1) * j / 4, y - up * j / 4) for j in range(5)]
            q.fill(
                taper(spine, (h * 0.035, h * 0.05, h * 0.045, h * 0.035, h * 0.008)), light(ink, 0.10 * k) if k else ink
            )

    site.redraw(pen, draw)


def _coral(pen: Pen, site: Site, x: float, y: float, h: float, colour: Colour, key: int) -> None:
    for shade, dx in ((dark(colour, 0.28), 0.0), (colour, site.lit.side * h * 0.02)):
        w = h * (0.13 if dx == 0 else 0.085)
        for k, (bx, by, tip) in enumerate(
            ((-0.34, 0.62, 0.9), (0.0, 0.7, 1.0), (0.34, 0.58, 0.85), (-0.15, 0.5, 0.62), (0.2, 0.45, 0.6))
        ):
            sway = h * 0.04 * noise(key, k)
            pen.stroke(
                curve((x + dx, y), (x + dx + bx * h * 0.5, y - h * by * 0.5), (x + dx + bx * h + sway, y - h * tip)),
                shade,
                w,
            )


def _sponge(pen: Pen, x: float, y: float, h: float, colour: Colour) -> None:
    for dx, up, w in ((-0.4, 0.8, 0.26), (0.35, 0.7, 0.24), (0.0, 1.1, 0.3)):
        pen.fill(
            rect(x + (dx - w / 2) * h, y - up * h, w * h, up * h, w * h * 0.35),
            Linear(x, y - up * h, x, y, ((0, light(colour, 0.15), 1), (1, dark(colour, 0.25), 1))),
        )
        pen.dot(x + dx * h, y - up * h + w * h * 0.18, w * h * 0.34, w * h * 0.16, dark(colour, 0.45))


def _caustics(site: Site, pen: Pen, top: float) -> None:
    low, high = site.view.span(1.0)

    def draw(p: Pen, t: float) -> None:
        path = Path()
        for i in range(18):
            u = noise(site.seed, 56, i)
            x, y = low + (high - low) * noise(site.seed, 57, i), top + (1 - top) * u
            w = (0.05 + 0.08 * u) * (0.8 + 0.2 * sin(t * 1.3 + i))
            path.smooth(
                [
                    (x - w, y + 0.004 * sin(t + i)),
                    (x - w * 0.3, y - 0.006),
                    (x + w * 0.3, y + 0.005),
                    (x + w, y - 0.003 * sin(t * 1.2 + i)),
                ],
                closed=False,
            )
        p.stroke(path, rgb("e9fff2"), 0.003, 0.20 if site.dark else 0.34)

    site.redraw(pen.glowing, draw)


def _bubbles(site: Site) -> None:
    pen = site.layer(1.1, 1.0, front=True).glowing
    u, v, w = randoms(site.seed + 58, 34, 3)
    half = site.aspect / 2 + 0.1

    def draw(p: Pen, t: float) -> None:
        ys = 1.05 - (v + t * (0.06 + 0.08 * w)) % 1.0 * 1.15
        xs = (np.floor(u * 9) / 9 + 0.03 * w) * 2 * half - half + 0.012 * np.sin(t * 2 + u * 40)
        r = 0.003 + 0.009 * w
        p.stroke(dots(xs, ys, r), rgb("dffcff"), 0.0016, 0.6)
        p.fill(dots(xs - r * 0.35, ys - r * 0.35, r * 0.25), WHITE, 0.8)

    site.redraw(pen, draw)


def _fish_school(site: Site, parallax: float) -> None:
    pen = site.layer(parallax, 1.0).glowing
    low, high = site.view.span(parallax)
    colour = mix(rgb("2f7fae"), rgb("0d3f70"), 0.5 if not site.dark else 0.9)

    def draw(p: Pen, t: float) -> None:
        path = Path()
        for k in range(2):
            cx = low - 0.3 + ((noise(site.seed, 59, k) + t * 0.035 * (1 + k)) % 1.0) * (high - low + 0.6)
            for i in range(12):
                x = cx + 0.16 * (noise(i, k) - 0.5) + 0.01 * sin(t * 1.6 + i)
                y = 0.22 + 0.2 * k + 0.08 * (noise(i, k, 2) - 0.5)
                path.move(x + 0.014, y).quad(x + 0.003, y - 0.007, x - 0.009, y).line(
                    x - 0.016, y - 0.005 - 0.002 * sin(t * 9 + i)
                )
                path.line(x - 0.016, y + 0.005 + 0.002 * sin(t * 9 + i)).line(x - 0.009, y).quad(
                    x + 0.003, y + 0.007, x + 0.014, y
                ).close()
        p.fill(path, colour, 0.75)

    site.redraw(pen, draw)
