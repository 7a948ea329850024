"""More country: lake, savanna, graveyard, stadium, market."""

from __future__ import annotations

from math import sin
from typing import TYPE_CHECKING

from inference.world.picture.canvas import Linear
from inference.world.picture.palette import WHITE, dark, light, mix, rgb
from inference.world.picture.path import Path, blob, curve, noise, poly, rect
from inference.world.picture.places import nature
from inference.world.picture.places.buildings import WALLS, house, lamp_post
from inference.world.picture.places.growth import GREENS, bands, fireflies, grass, trees
from inference.world.picture.places.water import still_water
from inference.world.picture.sky import sky

if TYPE_CHECKING:
    from inference.world.picture.canvas import Colour, Pen
    from inference.world.picture.site import Site


def lake(site: Site) -> None:
    """Still water between hills; who stands here stands in it."""
    sky(site)
    h = site.horizon
    nature.ridge(site.layer(0.12, 0.12), site, 0.12, h + 0.01, 0.30, rgb("6d86ad"), 1, sharp=1.0, step=0.5)
    nature.ridge(site.layer(0.3, 0.42), site, 0.3, h + 0.02, 0.12, rgb("5c9482"), 2)
    trees(site, 0.45, 0.62, h + 0.015, 0.10, (0.10, 0.17), (rgb("3c7562"), rgb("4a8f68")), make=nature.pine)
    shore = site.layer(0.5, 0.8)
    nature.land(shore, site, 0.5, h + 0.006, rgb("6aa35c"), rgb("86b868"), 0.004)
    still_water(site, h + 0.02)
    reeds = site.layer(1.15, 1.0, front=True)
    for x, r, key in site.cells(1.15, 0.28, 91):
        if abs(x) > site.aspect * 0.30:
            nature.tuft(reeds, site, x, 1.02, 0.10 + 0.08 * r, dark(rgb("4d803f"), 0.25), key)
    for x, r, key in site.cells(1.0, 0.45, 92):
        _lily(site.layer(1.0, 1.0), x, h + 0.20 + 0.16 * r, 0.028 + 0.01 * r, key)
    nature.fringe(site, rgb("2d5a4c"), "grass")
    fireflies(site, h)


def _lily(pen: Pen, x: float, y: float, r: float, key: int) -> None:
    pad = Path().move(x, y).line(x + r, y - r * 0.12).cubic(x + r * 0.6, y + r * 0.45, x - r, y + r * 0.4, x - r, y)
    pen.fill(pad.cubic(x - r, y - r * 0.4, x + r * 0.3, y - r * 0.4, x, y).close(), rgb("4f9a58"))
    if key % 3 == 0:
        pen.dot(x - r * 0.2, y - r * 0.15, r * 0.30, r * 0.24, rgb("f6b4cc"))
        pen.dot(x - r * 0.2, y - r * 0.2, r * 0.12, r * 0.10, rgb("fbe08a"))


def savanna(site: Site) -> None:
    sky(site)
    h = site.horizon
    nature.ridge(site.layer(0.12, 0.12), site, 0.12, h + 0.01, 0.13, rgb("9a8f9c"), 1, step=0.7)
    nature.ridge(site.layer(0.3, 0.42), site, 0.3, h + 0.02, 0.05, rgb("c2a868"), 2, step=0.6)
    far = site.layer(0.5, 0.66)
    for x, r, key in site.cells(0.5, 0.34, 71):
        _acacia(far, site, x, h + 0.03 + 0.01 * r, 0.13 + 0.06 * r, key)
    ground = site.layer(1.0, 1.0)
    nature.land(ground, site, 1.0, h + 0.03, rgb("c79a4a"), rgb("e8c878"))
    bands(ground, site, h + 0.06, rgb("d8b262"))
    grass(ground, site, h + 0.05, rgb("b98f3f"), 60)
    for x, r, key in site.cells(1.0, 0.95, 72):
        if abs(x) > 0.22:
            _acacia(ground, site, x, h + 0.08 + 0.02 * r, 0.42 + 0.10 * r, key)
    for x, r, key in site.cells(1.0, 0.6, 73):
        nature.rock(ground, site, x, h + 0.09 + 0.05 * r, 0.02 + 0.03 * r, rgb("a8805c"), key)
    nature.fringe(site, rgb("6f5a2c"), "grass")


def _acacia(pen: Pen, site: Site, x: float, y: float, h: float, key: int) -> None:
    root = site.sway(pen, x, y, 0.014, 1.0)
    bark, crown = rgb("6e5240"), site.leaf(mix(rgb("6f8f45"), rgb("8aa452"), noise(key, 3)))
    root.dot(0, 0.003, h * 0.34, h * 0.025, rgb("2a2418"), 0.22)
    for lean in (-0.30, 0.10, 0.34):
        root.stroke(curve((0.0, 0.0), (lean * h * 0.3, -h * 0.45), (lean * h, -h * 0.80)), bark, h * 0.035)
    for dx, dy, w in ((-0.16, 0.80, 0.42), (0.20, 0.84, 0.40), (0.02, 0.94, 0.46)):
        x0, y0, k = dx * h, -dy * h, w * h
        edge = ((x0 - k, y0 + h * 0.05), (x0 - k * 0.5, y0 - h * 0.08), (x0 + k * 0.5, y0 - h * 0.07))
        flat = blob(*edge, (x0 + k, y0 + h * 0.05), tension=0.8)
        root.fill(flat, Linear(0, -h * 1.05, 0, -h * 0.7, ((0, light(crown, 0.2), 1), (1, dark(crown, 0.25), 1))))


def graveyard(site: Site) -> None:
    sky(site)
    h = site.horizon
    nature.ridge(site.layer(0.15, 0.15), site, 0.15, h + 0.02, 0.16, rgb("5a6f86"), 1, step=0.5)
    trees(site, 0.4, 0.5, h + 0.03, 0.22, (0.12, 0.20), (rgb("3f6a5c"), rgb("486f58")), make=nature.pine)
    mid = site.layer(0.7, 0.8)
    _chapel(mid, site, -0.30 * site.aspect, h + 0.05, 0.26)
    ground = site.layer(1.0, 1.0)
    nature.land(ground, site, 1.0, h + 0.03, rgb("3f6a48"), rgb("7c9a66"))
    bands(ground, site, h + 0.06, rgb("62875a"))
    nature.path_strip(ground, site, h + 0.035, rgb("a59a86"), 0.02)
    nature.fence(ground, site, 1.0, h + 0.075, 0.07, rgb("3c4250"))
    for x, r, key in site.cells(1.0, 0.19, 61):
        _stone(ground, site, x, h + 0.115 + 0.03 * r, 0.06 + 0.03 * r, key)
    for x, _r, key in site.cells(1.0, 1.0, 62):
        if abs(x) > 0.2:
            _bare_tree(ground, site, x, h + 0.10, 0.52, key)
    grass(ground, site, h + 0.06, rgb("4f7a4c"), 44)
    _mist(site, h)
    nature.fringe(site, rgb("22332f"))


def _stone(pen: Pen, site: Site, x: float, y: float, h: float, key: int) -> None:
    grey = mix(rgb("9aa2aa"), rgb("7c848e"), noise(key, 1))
    w = h * 0.36
    pen.dot(x, y + 0.002, w * 1.5, h * 0.06, rgb("141c24"), 0.3)
    if key % 4 == 0:
        pen.fill(rect(x - w * 0.22, y - h * 1.2, w * 0.44, h * 1.2), grey)
        pen.fill(rect(x - w * 0.8, y - h * 0.92, w * 1.6, w * 0.42), grey)
    else:
        slab = Path().move(x - w, y).line(x - w, y - h * 0.7).quad(x - w, y - h * 1.05, x, y - h * 1.05)
        slab.quad(x + w, y - h * 1.05, x + w, y - h * 0.7).line(x + w, y).close()
        pen.fill(slab, Linear(x - w, 0, x + w, 0, ((0, light(grey, 0.18), 1), (1, dark(grey, 0.2), 1))))
        for k in (0.72, 0.55, 0.40):
            pen.fill(rect(x - w * 0.55, y - h * k, w * 1.1, h * 0.05), dark(grey, 0.28))
    if site.snowy:
        pen.dot(x, y - h * 1.04, w * 0.8, h * 0.08, WHITE)


def _bare_tree(pen: Pen, site: Site, x: float, y: float, h: float, key: int) -> None:
    root, bark = site.sway(pen, x, y, 0.016, 0.9), rgb("40363c")
    root.stroke(curve((0, 0), (0.01, -h * 0.4), (-0.01, -h * 0.75)), bark, h * 0.05)
    for i, (lean, start) in enumerate(((-0.34, 0.35), (0.38, 0.42), (-0.26, 0.55), (0.24, 0.62), (0.05, 0.7))):
        tip = (lean * h, -h * (start + 0.32))
        root.stroke(curve((0, -h * start), (lean * h * 0.6, -h * (start + 0.10)), tip), bark, h * 0.022)
        side = 0.10 * h * (1 if noise(key, i) > 0.5 else -1)
        fork = Path().move(lean * h * 0.6, -h * (start + 0.10)).line(lean * h * 0.6 + side, -h * (start + 0.22))
        root.stroke(fork, bark, h * 0.012)


def _chapel(pen: Pen, site: Site, x: float, y: float, h: float) -> None:
    wall, roof = rgb("b8b0a4"), rgb("4d4a5c")
    pen.fill(rect(x - h * 0.34, y - h * 0.46, h * 0.68, h * 0.5), wall)
    pen.fill(
        poly((x - h * 0.40, y - h * 0.44), (x, y - h * 0.80), (x + h * 0.40, y - h * 0.44)),
        WHITE if site.snowy else roof,
    )
    pen.fill(rect(x - h * 0.10, y - h * 0.95, h * 0.20, h * 0.5), light(wall, 0.08))
    pen.fill(poly((x - h * 0.14, y - h * 0.93), (x, y - h * 1.35), (x + h * 0.14, y - h * 0.93)), roof)
    door = (
        Path().move(x - h * 0.07, y).line(x - h * 0.07, y - h * 0.16).quad(x, y - h * 0.26, x + h * 0.07, y - h * 0.16)
    )
    pen.fill(door.line(x + h * 0.07, y).close(), rgb("4a342c"))
    lit = pen.glowing if site.dark else pen
    for dx in (-0.22, 0.22):
        lit.fill(
            rect(x + dx * h - 0.012, y - h * 0.34, 0.024, h * 0.16, 0.01), rgb("ffd58a") if site.dark else rgb("5f7f98")
        )


def _mist(site: Site, h: float) -> None:
    low, high = site.view.span(1.0)
    for i in range(4):
        pen = site.layer(1.0, 1.0, front=i > 2)
        bank = site.drift(pen, low + (high - low) * noise(site.seed, 63, i), h + 0.10 + 0.07 * i, 0.012 + 0.006 * i,
                          (low - 0.4, high + 0.4))  # fmt: skip
        bank.fill(blob((-0.36, 0.02), (-0.12, -0.014), (0.14, -0.018), (0.36, 0.02), (0.0, 0.034)), rgb("dfe8ee"), 0.22)


def stadium(site: Site) -> None:
    sky(site)
    h = site.horizon
    _stands(site, h)
    ground = site.layer(1.0, 1.0)
    nature.land(ground, site, 1.0, h + 0.03, rgb("4a9a4a"), rgb("7cc25e"), 0.0)
    low, high = site.view.span(1.0)
    for i in range(-9, 10):
        if i % 2:
            x = i * 0.16
            ground.fill(poly((x, h + 0.03), (x + 0.16, h + 0.03), (2.6 * (x + 0.16), 1.2), (2.6 * x, 1.2)),
                        site.soil(rgb("56a552")), 0.45)  # fmt: skip
    white = rgb("f6f8f0")
    ground.fill(rect(low, h + 0.075, high - low, 0.005), white, 0.9)
    ground.stroke(Path().ellipse(0, h + 0.24, 0.26, 0.085), white, 0.007, 0.85)
    ground.stroke(Path().move(0, h + 0.075).line(0, 1.1), white, 0.007, 0.85)
    for side in (-1, 1):
        _goal(ground, side * min(0.66 * site.aspect / 1.2, 0.66), h + 0.085, 0.16)
    grass(ground, site, h + 0.14, rgb("4f9a4a"), 18)


def _stands(site: Site, h: float) -> None:
    pen = site.layer(0.55, 0.8)
    low, high = site.view.span(0.55)
    pen.fill(rect(low - 0.2, h - 0.20, high - low + 0.4, 0.24), rgb("8a93a6"))
    pen.fill(rect(low - 0.2, h - 0.235, high - low + 0.4, 0.02), rgb("5f6880"))
    tints = ("e2635a", "f0c14c", "5f9ad0", "f3f0e6", "7fb46a", "d987b0")
    for row in range(5):
        crowd = site.pulse(pen, 0.75, 1.0, 3.0 + row, row * 1.7)
        for k, tint in enumerate(tints):
            heads = Path()
            for i in range(int((high - low) / 0.026) + 2):
                if int(noise(site.seed, 64, row, i) * 6) == k:
                    x = low + i * 0.026 + 0.013 * (row % 2)
                    heads.ellipse(x, h - 0.17 + 0.036 * row, 0.0095, 0.012)
            crowd.fill(heads, rgb(tint))
    board = site.layer(0.8, 0.95)
    left, right = site.view.span(0.8)
    for i in range(int(left / 0.3) - 1, int(right / 0.3) + 2):
        board.fill(rect(i * 0.3, h + 0.0, 0.29, 0.045, 0.004), rgb(("3f6fb0", "e9b44c", "c9524c", "3f8f6a")[i % 4]))
    for x in (-0.42 * site.aspect, 0.42 * site.aspect):
        mast = site.layer(0.5, 0.8)
        mast.fill(rect(x - 0.006, h - 0.46, 0.012, 0.30), rgb("6a7286"))
        mast.fill(rect(x - 0.05, h - 0.50, 0.10, 0.05, 0.006), rgb("4d566c"))
        lamps = mast.glowing if site.dark else mast
        for dx in (-0.03, 0.0, 0.03):
            lamps.dot(x + dx, h - 0.475, 0.011, 0.014, rgb("fff6d0"))
        if site.dark:
            lamps.glow(x, h - 0.47, 0.34, rgb("fff0c0"), 0.55)


def _goal(pen: Pen, x: float, y: float, w: float) -> None:
    white, net = rgb("fbfbf6"), Path()
    for i in range(9):
        net.move(x - w / 2 + w * i / 8, y).line(x - w / 2 + w * i / 8, y - w * 0.48)
    for i in range(5):
        net.move(x - w / 2, y - w * 0.12 * i).line(x + w / 2, y - w * 0.12 * i)
    pen.stroke(net, white, 0.0016, 0.6)
    pen.stroke(
        Path().move(x - w / 2, y).line(x - w / 2, y - w * 0.5).line(x + w / 2, y - w * 0.5).line(x + w / 2, y),
        white,
        0.008,
    )


def market(site: Site) -> None:
    sky(site)
    h = site.horizon
    houses = site.layer(0.6, 0.78)
    low, high = site.view.span(0.6)
    x, i = low - 0.1, 0
    while x < high + 0.2:
        w = 0.15 + 0.08 * site.rand(20, i)
        house(houses, site, x, h + 0.03, w, 0.30 + 0.12 * site.rand(21, i), WALLS[(i + site.seed) % 7], i + site.seed)
        x, i = x + w + 0.004, i + 1
    ground = site.layer(1.0, 1.0)
    nature.land(ground, site, 1.0, h + 0.02, rgb("b59a7c"), rgb("d6c2a4"), 0.0)
    left, right = site.view.span(1.0)
    stones = Path()
    for row in range(9):
        y = h + 0.05 + 0.012 * row * (1 + row * 0.32)
        for k in range(int(left / 0.07) - 1, int(right / 0.07) + 1):
            stones.ellipse(k * 0.07 + 0.035 * (row % 2), y, 0.020 + 0.002 * row, 0.005 + 0.001 * row)
    ground.fill(stones, site.soil(rgb("a58a6c")), 0.5)
    for x, _r, key in site.cells(0.9, 0.36, 66):
        _stall(site.layer(0.9, 0.97), site, x, h + 0.075, 0.26, key)
    for x, r, key in site.cells(1.0, 0.9, 67):
        if abs(x) > 0.2:
            lamp_post(ground, site, x, h + 0.10 + 0.01 * r, 0.34)
        del key
    _bunting(site, h)
    nature.fringe(site, GREENS[3])


def _stall(pen: Pen, site: Site, x: float, y: float, w: float, key: int) -> None:
    wood, cloth = rgb("9a6a45"), rgb(("d9534a", "3f8fa0", "e0a040", "6a9a52")[key % 4])
    pen.dot(x, y + 0.003, w * 0.56, 0.012, rgb("1d1a20"), 0.25)
    for dx in (-0.46, 0.46):
        pen.fill(rect(x + dx * w - 0.006, y - w * 0.86, 0.012, w * 0.86), dark(wood, 0.2))
    pen.fill(rect(x - w / 2, y - w * 0.34, w, w * 0.34, 0.004), wood)
    pen.fill(rect(x - w * 0.53, y - w * 0.37, w * 1.06, w * 0.05, 0.004), light(wood, 0.2))
    goods = ("e2483d", "f29a3c", "8fbf4f", "f2d04c", "a86fc0")
    for i in range(9):
        for j in range(2):
            pen.dot(
                x - w * 0.42 + w * 0.105 * i,
                y - w * (0.40 + 0.05 * j),
                w * 0.042,
                w * 0.042,
                rgb(goods[(i // 2 + key) % 5]),
            )
    for i in range(6):
        a, b = x - w * 0.56 + w * 1.12 * i / 6, x - w * 0.56 + w * 1.12 * (i + 1) / 6
        tint = cloth if i % 2 else rgb("f8f2e2")
        awning = (
            Path().move(a * 0.9 + x * 0.1, y - w * 1.02).line(b * 0.9 + x * 0.1, y - w * 1.02).line(b, y - w * 0.80)
        )
        pen.fill(awning.quad((a + b) / 2, y - w * 0.72, a, y - w * 0.80).close(), tint)
    if site.dark:
        pen.glowing.glow(x, y - w * 0.66, w * 0.7, rgb("ffc878"), 0.5)


def _bunting(site: Site, h: float) -> None:
    pen = site.layer(0.8, 0.95)
    low, high = site.view.span(0.8)
    tints: tuple[Colour, ...] = tuple(rgb(c) for c in ("e2635a", "f0c14c", "5f9ad0", "7fb46a"))
    for i in range(int((high - low) / 0.05) + 2):
        x = low + i * 0.05
        y = h - 0.40 + 0.02 * sin(x * 9)
        pen.fill(poly((x, y), (x + 0.034, y + 0.001), (x + 0.017, y + 0.036)), tints[i % 4])
