"""Water seen from above: beach, sea, river."""

from __future__ import annotations

from math import pi, sin
from typing import TYPE_CHECKING

from inference.world.picture.canvas import Linear
from inference.world.picture.palette import HOURS, WHITE, dark, light, mix, rgb
from inference.world.picture.path import Path, blob, curve, noise, poly, rect, star
from inference.world.picture.places import nature
from inference.world.picture.places.growth import GREENS, bands, fireflies, flowers, grass, trees
from inference.world.picture.sky import sky, sun_at

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
    trees(site, 0.45, 0.62, h + 0.04, 0.13, (0.13, 0.20), (rgb("4a8f68"), rgb("5da461"), rgb("7fb458")))
    ground = site.layer(1.0, 1.0)
    nature.land(ground, site, 1.0, h + 0.04, rgb("5aa052"), rgb("8cc768"))
    bands(ground, site, h + 0.06, rgb("7cbb5c"))
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
    bands(near, site, deep + 0.05, rgb("7fc05e"))
    for x, r, key in site.cells(1.0, 0.85, 44):
        if abs(x) > 0.15:
            nature.tree(near, site, x, deep + 0.05, 0.5 + 0.08 * r, GREENS[key % 5], key)
    grass(near, site, deep + 0.03, rgb("5fab53"), 30)
    flowers(near, site, deep + 0.06, 14)
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


def still_water(site: Site, top: float) -> None:
    """A lake: the sky upside down, long glints and slow rings."""
    back = site.layer(0.6, 0.9)
    low, high = site.view.span(1.0)
    near, far = mix(DEEP, rgb("2f6f78"), 0.4), mix(MIDDLE, site.sky_lit.sky[-1][1], 0.55)
    back.fill(
        rect(low - 0.4, top, high - low + 0.8, 2), Linear(0, top, 0, 1.0, ((0, far, 1), (0.3, MIDDLE, 1), (1, near, 1)))
    )
    _glitter(site, back, top, 0.86)
    n = int(30 * (high - low))

    def draw(p: Pen, t: float) -> None:
        q, path = p.toned(back.tone), Path()
        for i in range(n):
            u = noise(site.seed, 46, i)
            y = top + 0.01 + (0.98 - top) * u**1.4
            x = low + (noise(site.seed, 47, i) * (high - low) + t * 0.012 * (1 + u)) % (high - low)
            w = (0.02 + 0.07 * u) * (0.6 + 0.4 * sin(t * 0.8 + i * 2.1))
            path.rect(x, y, w, 0.0014 + 0.0022 * u, 0.001)
        q.fill(path, rgb("e6f8fb"), 0.42)

    site.redraw(back, draw)
    nature.sparkles(rgb("f2fdff"), site, site.layer(1.0, 1.0).glowing, top + 0.02, 0.86, 18)
