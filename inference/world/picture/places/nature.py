"""What grows and lies about outdoors: ridges, trees, bushes, grass, flowers, rocks."""

from __future__ import annotations

from math import cos, pi, sin
from typing import TYPE_CHECKING

from inference.world.picture.canvas import Linear
from inference.world.picture.palette import WHITE, dark, light, mix, rgb
from inference.world.picture.path import Path, blob, curve, noise, poly, rect, taper

if TYPE_CHECKING:
    from inference.world.picture.canvas import Colour, Pen
    from inference.world.picture.site import Site

FLOOR = 2.2  # y below everything visible
HIDDEN = 0.32  # how far a ridge reaches down behind nearer ones: as little as camera moves need, as it costs time


def land(pen: Pen, site: Site, parallax: float, top: float, near: Colour, far: Colour, bump: float = 0.006) -> None:
    """The ground that actors stand on: a gradient from horizon to camera with a softly uneven edge."""
    low, high = site.view.span(parallax)
    points = [(low - 0.1, top)]
    n = int((high - low) / 0.12) + 2
    points += [(low + i * 0.12, top + (noise(site.seed, 11, i) - 0.5) * bump * 2) for i in range(n)]
    path = (
        Path().smooth([*points, (high + 0.3, top)], closed=False).line(high + 0.3, FLOOR).line(low - 0.1, FLOOR).close()
    )
    far, near = site.soil(far), site.soil(near)
    pen.fill(path, Linear(0, top, 0, 1.02, ((0, far, 1), (0.35, mix(far, near, 0.6), 1), (1, near, 1))))


def ridge(
    pen: Pen, site: Site, parallax: float, base: float, height: float, colour: Colour, salt: int, **kind: float
) -> None:
    """A line of hills (`sharp` 0) or peaks (`sharp` 1), lighter at the top edge that the sun strikes."""
    sharp, step = kind.get("sharp", 0.0), kind.get("step", 0.34)
    low, high = site.view.span(parallax)
    points = []
    for i in range(int(low // step) - 1, int(high // step) + 2):
        peak = noise(site.seed, salt, i)
        points.append(((i + 0.3 * noise(site.seed, salt, i, 1)) * step, base - height * (0.35 + 0.65 * peak)))
        points.append(
            ((i + 0.55 + 0.15 * noise(site.seed, salt, i, 2)) * step, base - height * (0.12 + 0.25 * noise(i, salt)))
        )
    path = Path().smooth(points, closed=False, tension=1.0 - 0.85 * sharp)
    path.line(high + 1, base + HIDDEN).line(low - 1, base + HIDDEN).close()
    top = light(colour, 0.18)
    pen.fill(
        path, Linear(0, base - height, 0, base + 0.08, ((0, top, 1), (0.6, colour, 1), (1, dark(colour, 0.10), 1)))
    )
    if sharp > 0.5:
        _faces(pen, site, points, base, height, colour)


def _faces(pen: Pen, site: Site, points: list[tuple[float, float]], base: float, height: float, colour: Colour) -> None:
    """Shaded sides and snow caps of peaks."""
    away = 1 if site.lit.side < 0 else -1
    shade, snow, blue = Path(), Path(), Path()
    for i in range(2, len(points) - 2, 2):
        (x, y), (bx, by) = points[i], points[i + away]
        mid = (x + (bx - x) * 0.25, (y + base) / 2 + 0.02)
        shade.polygon(
            (
                (x, y),
                (bx, by),
                (bx + (x - bx) * 0.2, base),
                (x - away * 0.02, base),
                mid,
                (x + (bx - x) * 0.04, (y * 2 + by) / 3),
            )
        )
        if base - y > height * 0.62 or site.snowy:
            lx, ly = points[i - 1]
            rx, ry = points[i + 1]
            k = 0.30 + 0.1 * noise(i, 3)
            cap = [(x, y), (x + (rx - x) * k, y + (ry - y) * k), (x + (rx - x) * k * 0.5, y + (ry - y) * k * 0.75)]
            cap += [(x + (rx - x) * 0.1, y + (ry - y) * k * 1.35), (x + (lx - x) * 0.2, y + (ly - y) * k * 0.8)]
            snow.polygon([*cap, (x + (lx - x) * k, y + (ly - y) * k)])
            side = cap[1:4] if away > 0 else [cap[3], cap[4], (x + (lx - x) * k, y + (ly - y) * k)]
            blue.polygon([(x, y), *side])
    pen.fill(shade, dark(colour, 0.24), 0.55)
    pen.fill(snow, rgb("fafcff"), 0.96)
    pen.fill(blue, rgb("b9cbe8"), 0.7)


def crown(cx: float, cy: float, rx: float, ry: float, key: int, lobes: int = 8) -> Path:
    """One outline of round lobes. Circles laid over each other look alike, but take three times as long to fill."""
    bounds = [(i + 0.45 * noise(key, i)) * 2 * pi / lobes for i in range(lobes)]
    valleys = [(a, 0.84 + 0.12 * noise(key, i, 1)) for i, a in enumerate(bounds)]
    points = [(cx + cos(a) * rx * r, cy + sin(a) * ry * r) for a, r in valleys]
    path = Path().move(*points[0])
    for i in range(lobes):
        a = (bounds[i] + (bounds[i + 1] if i + 1 < lobes else bounds[0] + 2 * pi)) / 2
        r = 1.26 + 0.20 * noise(key, i, 2)
        path.quad(cx + cos(a) * rx * r, cy + sin(a) * ry * r, *points[(i + 1) % lobes])
    return path.close()


def foliage(pen: Pen, cx: float, cy: float, rx: float, ry: float, colour: Colour, key: int, site: Site) -> None:
    """A crown of leaves in three tones; the light ones lie towards the sun."""
    side = site.lit.side
    lit, spark = Path(), Path()
    for i in range(4):
        a = (-0.62 - 0.42 * i) * pi if side < 0 else (-0.38 + 0.42 * i - 0.42) * pi
        a += 0.3 * noise(key, i, 3)
        x, y = cx + cos(a) * rx * 0.52, cy + sin(a) * ry * 0.48
        r = 0.30 + 0.08 * noise(key, i, 2)
        lit.ellipse(x + side * rx * 0.06, y - ry * 0.06, rx * r, ry * r * 0.9)
    for i in range(12):
        u, v = noise(key, i, 5) * 2 - 1, noise(key, i, 6) * 2 - 1
        spark.ellipse(cx + u * rx * 0.62 + side * rx * 0.14, cy + v * ry * 0.6 - ry * 0.10, rx * 0.055, ry * 0.032)
    pen.fill(crown(cx, cy + ry * 0.10, rx * 1.02, ry, key), dark(colour, 0.30))
    pen.fill(crown(cx + side * rx * 0.05, cy - ry * 0.04, rx * 0.97, ry * 0.95, key), colour)
    pen.fill(lit, light(colour, 0.16))
    pen.fill(spark, light(colour, 0.34), 0.8)
    if site.snowy:
        cap = Path()
        for i in range(5):
            u = (i - 2) / 2
            cap.ellipse(cx + u * rx * 0.62, cy - ry * (0.80 - 0.28 * u * u), rx * 0.34, ry * 0.20)
        pen.fill(cap, WHITE, 0.96)


def tree(
    pen: Pen, site: Site, x: float, y: float, h: float, colour: Colour, key: int, bark: Colour = (122, 84, 62)
) -> None:
    root = site.sway(pen, x, y, 0.022, 1.1)
    w = h * (0.055 + 0.02 * noise(key, 9))
    lean = (noise(key, 10) - 0.5) * h * 0.08
    trunk = (
        Path()
        .move(-w * 1.5, 0)
        .quad(-w * 0.6, -h * 0.05, -w * 0.55 + lean * 0.5, -h * 0.32)
        .line(-w * 0.3 + lean, -h * 0.62)
    )
    trunk.line(w * 0.35 + lean, -h * 0.62).line(w * 0.6 + lean * 0.5, -h * 0.30).quad(
        w * 0.6, -h * 0.05, w * 1.5, 0
    ).close()
    d, b = dark(bark, 0.28), light(bark, 0.10)
    ends = ((0, b, 1), (1, d, 1)) if site.lit.side < 0 else ((0, d, 1), (1, b, 1))
    pen_ = root
    pen_.dot(0, h * 0.004, h * 0.20, h * 0.022, rgb("1d2a2a"), 0.20)
    pen_.fill(trunk, Linear(-w, 0, w, 0, ends))
    pen_.stroke(curve((lean * 0.5, -h * 0.34), (h * 0.08, -h * 0.48), (h * 0.13, -h * 0.60)), d, w * 0.5)
    pen_.stroke(curve((lean * 0.5, -h * 0.30), (-h * 0.07, -h * 0.44), (-h * 0.13, -h * 0.55)), bark, w * 0.5)
    foliage(pen_, lean, -h * 0.68, h * (0.25 + 0.05 * noise(key, 4)), h * 0.31, site.leaf(colour), key, site)


def pine(pen: Pen, site: Site, x: float, y: float, h: float, colour: Colour, key: int) -> None:
    root = site.sway(pen, x, y, 0.018, 1.3)
    root.dot(0, h * 0.004, h * 0.16, h * 0.02, rgb("1d2a2a"), 0.20)
    root.fill(rect(-h * 0.028, -h * 0.14, h * 0.056, h * 0.14), dark(rgb("7a5440"), 0.1))
    colour = site.leaf(colour)
    tiers = 4
    side = site.lit.side
    for i in range(tiers):
        top, low = -h + i * h * 0.19, -h + h * (0.36 + i * 0.175)
        w = h * (0.13 + 0.052 * i)
        root.fill(_tier(0, top, w, low, 1.0), dark(colour, 0.26) if i % 2 else dark(colour, 0.20))
        root.fill(_tier(side * w * 0.16, top, w * 0.80, low - h * 0.018, 1.0), mix(colour, light(colour, 0.12), i / 4))
        if site.snowy:
            root.fill(_tier(side * w * 0.12, top, w * 0.52, low - h * 0.085, 0.6), WHITE, 0.95)


def _tier(x: float, top: float, w: float, low: float, droop: float) -> Path:
    d = (low - top) * 0.10 * droop
    path = Path().move(x, top).quad(x + w * 0.35, (top + low) / 2 + d, x + w, low)
    path.quad(x + w * 0.72, low + d, x + w * 0.48, low - d).quad(x + w * 0.25, low + d * 1.6, x, low - d * 0.3)
    path.quad(x - w * 0.25, low + d * 1.6, x - w * 0.48, low - d).quad(x - w * 0.72, low + d, x - w, low)
    return path.quad(x - w * 0.35, (top + low) / 2 + d, x, top).close()


def palm(
    pen: Pen, site: Site, x: float, y: float, h: float, colour: Colour, key: int, bark: Colour = (168, 126, 84)
) -> None:
    root = site.sway(pen, x, y, 0.05, 1.0)
    lean = (0.16 + 0.14 * noise(key, 2)) * h * (1 if noise(key, 1) > 0.5 else -1)
    spine = ((0.0, 0.0), (lean * 0.25, -h * 0.34), (lean * 0.62, -h * 0.64), (lean, -h * 0.86))
    root.dot(0, 0, h * 0.12, h * 0.016, rgb("1d2a2a"), 0.2)
    root.fill(taper(spine, (h * 0.034, h * 0.026, h * 0.021, h * 0.019)), bark)
    for i in range(7):
        u = 0.08 + i * 0.125
        tx, ty = lean * u**1.25, -h * 0.86 * u
        root.stroke(
            curve((tx - h * 0.024, ty), (tx, ty + h * 0.012), (tx + h * 0.024, ty)), dark(bark, 0.25), h * 0.008
        )
    cx, cy = lean, -h * 0.87
    for i, a in enumerate((-2.9, -0.2, -2.45, -0.7, -1.95, -1.2, -3.3, 0.16)):
        r = h * (0.34 + 0.05 * noise(key, i))
        frond(root, cx, cy, a, r, mix(dark(colour, 0.25), light(colour, 0.08), (i % 4) / 3), h)
    for dx, dy in ((-0.022, 0.01), (0.02, 0.016), (0.0, 0.03)):
        root.dot(cx + dx * h, cy + dy * h, h * 0.02, h * 0.021, rgb("6d4a34"))


def frond(pen: Pen, cx: float, cy: float, a: float, r: float, colour: Colour, h: float) -> None:
    ex, ey = cx + cos(a) * r, cy + sin(a) * r * 0.8 + r * 0.42
    mx, my = cx + cos(a) * r * 0.55, cy + sin(a) * r * 0.75 - r * 0.05
    path = Path().move(cx, cy).quad(mx, my - h * 0.035, ex, ey)
    steps = 6
    for i in range(steps):
        u = 1 - (i + 1) / steps
        px, py = _quad(cx, mx, ex, u), _quad(cy, my, ey, u)
        path.line(px + cos(a) * h * 0.004, py + h * (0.055 if i < steps - 1 else 0.0)).line(px, py + h * 0.012)
    pen.fill(path.close(), colour)


def _quad(a: float, b: float, c: float, u: float) -> float:
    return a * (1 - u) ** 2 + 2 * b * u * (1 - u) + c * u * u


def bush(
    pen: Pen, site: Site, x: float, y: float, r: float, colour: Colour, key: int, berries: Colour | None = None
) -> None:
    root = site.sway(pen, x, y, 0.03, 1.4)
    colour = site.leaf(colour)
    side = site.lit.side
    shade, body, lit = Path(), Path(), Path()
    for i in range(5):
        u = (i - 2) / 2
        rr = r * (0.52 + 0.18 * noise(key, i)) * (1 - 0.25 * abs(u))
        shade.ellipse(u * r * 0.85, -rr * 0.62, rr, rr * 0.95)
        body.ellipse(u * r * 0.85 + side * r * 0.05, -rr * 0.75, rr * 0.9, rr * 0.84)
        lit.ellipse(u * r * 0.85 + side * r * 0.16, -rr * 0.98, rr * 0.5, rr * 0.42)
    shade.rect(-r * 1.2, -r * 0.3, r * 2.4, r * 0.32, r * 0.15)
    root.fill(shade, dark(colour, 0.28))
    root.fill(body, colour)
    root.fill(lit, WHITE if site.snowy else light(colour, 0.18))
    if berries is not None:
        for i in range(7):
            bx, by = (noise(key, i, 8) - 0.5) * r * 1.9, -r * (0.2 + 0.75 * noise(key, i, 9))
            root.dot(bx, by, r * 0.07, r * 0.07, berries)


def rock(pen: Pen, site: Site, x: float, y: float, r: float, colour: Colour, key: int) -> None:
    n = [noise(key, i) for i in range(6)]
    outline = [(x - r, y), (x - r * (0.9 - 0.2 * n[0]), y - r * 0.4), (x - r * 0.4, y - r * (0.7 + 0.25 * n[1]))]
    outline += ((x + r * 0.25, y - r * (0.75 + 0.3 * n[2])), (x + r * (0.8 + 0.1 * n[3]), y - r * 0.4), (x + r, y))
    pen.dot(x, y, r * 1.2, r * 0.16, rgb("1d2233"), 0.2)
    path = Path().smooth(outline, tension=0.45)
    pen.fill(path, dark(colour, 0.22))
    s = r * 0.28 * site.lit.side
    top = Path().smooth([(px + s, py - r * 0.10) for px, py in outline], tension=0.45)
    pen.fill(top, WHITE if site.snowy else colour, clip=path)
    shine = [(px * 0.55 + (x + s * 1.5) * 0.45, py * 0.5 + (y - r * 0.62) * 0.5 - r * 0.06) for px, py in outline]
    pen.fill(Path().smooth(shine, tension=0.5), light(colour, 0.2), 0.6, clip=path)


def tuft(pen: Pen, site: Site, x: float, y: float, h: float, colour: Colour, key: int) -> None:
    """Blades of grass that bend together."""
    root = site.sway(pen, x, y, 0.16, 2.1)
    blades = Path()
    for i in range(5):
        u = i - 2
        top = h * (0.6 + 0.4 * noise(key, i))
        lean = u * h * 0.16 + (noise(key, i, 2) - 0.5) * h * 0.2
        blades.move(u * h * 0.10 - h * 0.05, 0).quad(u * h * 0.10 + lean * 0.2, -top * 0.6, u * h * 0.10 + lean, -top)
        blades.quad(u * h * 0.12 + lean * 0.3, -top * 0.5, u * h * 0.10 + h * 0.05, 0).close()
    root.fill(blades, colour)


def blossom(pen: Pen, site: Site, x: float, y: float, h: float, colour: Colour, key: int) -> None:
    root = site.sway(pen, x, y, 0.12, 1.9)
    root.stroke(curve((0, 0), (h * 0.05, -h * 0.5), (0, -h)), rgb("5b9150"), h * 0.07)
    root.fill(blob((0, -h * 0.3), (h * 0.18, -h * 0.46), (h * 0.26, -h * 0.42), (h * 0.12, -h * 0.3)), rgb("6aa65a"))
    kind = int(noise(key, 3) * 3)
    if kind == 0:
        petals = Path()
        for i in range(6):
            petals.ellipse(cos(i * pi / 3) * h * 0.15, -h + sin(i * pi / 3) * h * 0.15, h * 0.12, h * 0.12)
        root.fill(petals, colour)
        root.dot(0, -h, h * 0.10, h * 0.10, rgb("f7cf5a"))
    elif kind == 1:
        cup = (
            Path()
            .move(-h * 0.18, -h * 1.12)
            .quad(-h * 0.09, -h * 1.02, 0, -h * 1.2)
            .quad(h * 0.09, -h * 1.02, h * 0.18, -h * 1.12)
        )
        root.fill(
            cup.quad(h * 0.22, -h * 0.8, 0, -h * 0.78).quad(-h * 0.22, -h * 0.8, -h * 0.18, -h * 1.12).close(), colour
        )
        root.fill(
            blob((0, -h * 1.16), (h * 0.09, -h * 0.98), (0, -h * 0.8), (-h * 0.09, -h * 0.98)), light(colour, 0.25)
        )
    else:
        for i in range(4):
            root.dot(
                (i % 2 - 0.5) * h * 0.12,
                -h * (0.7 + i * 0.12),
                h * 0.09,
                h * 0.08,
                mix(colour, light(colour, 0.3), i / 4),
            )


def cactus(pen: Pen, site: Site, x: float, y: float, h: float, colour: Colour, key: int) -> None:
    w, flip = h * 0.13, 1 if noise(key, 1) > 0.5 else -1
    pen.dot(x, y, h * 0.2, h * 0.025, rgb("3a2a20"), 0.22)
    arms = Path().polyline(((x, y), (x, y - h * 0.93)))
    left = curve((x, y - h * 0.32), (x - flip * h * 0.24, y - h * 0.36), (x - flip * h * 0.26, y - h * 0.66))
    right = curve((x, y - h * 0.46), (x + flip * h * 0.2, y - h * 0.5), (x + flip * h * 0.21, y - h * 0.76))
    for path, width in ((arms, w), (left, w * 0.72), (right, w * 0.66)):
        pen.stroke(path, dark(colour, 0.22), width)
    shift = pen.group((1, 0, 0, 1, site.lit.side * w * 0.16, -h * 0.006))
    for path, width in ((arms, w * 0.62), (left, w * 0.42), (right, w * 0.38)):
        shift.stroke(path, colour, width)
    for i in range(6):
        py = y - h * (0.12 + 0.14 * i)
        pen.stroke(curve((x - w * 0.1, py), (x - w * 0.1, py - h * 0.04)), light(colour, 0.45), h * 0.008)
    pen.dot(x, y - h * 0.99, w * 0.3, w * 0.26, rgb("f08aa0"))


def fence(pen: Pen, site: Site, parallax: float, y: float, h: float, colour: Colour) -> None:
    low, high = site.view.span(parallax)
    colour = site.leaf(colour)
    rails, posts, lit = Path(), Path(), Path()
    for k in (0.35, 0.72):
        rails.rect(low, y - h * k - h * 0.06, high - low, h * 0.12)
    step = h * 0.62
    for i in range(int(low / step), int(high / step) + 1):
        x = i * step
        top = y - h * (1 + 0.04 * noise(i, 5))
        posts.polygon(((x, y), (x, top + h * 0.1), (x + h * 0.1, top), (x + h * 0.2, top + h * 0.1), (x + h * 0.2, y)))
        lit.rect(x + (0.02 if site.lit.side < 0 else 0.12) * h, top + h * 0.12, h * 0.06, h * 0.86)
    pen.fill(rails, dark(colour, 0.2))
    pen.fill(posts, colour)
    pen.fill(lit, light(colour, 0.3), 0.7)


def mushroom(pen: Pen, x: float, y: float, h: float, colour: Colour) -> None:
    pen.fill(
        blob((x - h * 0.12, y), (x - h * 0.09, y - h * 0.6), (x + h * 0.09, y - h * 0.6), (x + h * 0.12, y)),
        rgb("f3e7d0"),
    )
    cap = (
        Path()
        .move(x - h * 0.42, y - h * 0.5)
        .cubic(x - h * 0.4, y - h * 1.12, x + h * 0.4, y - h * 1.12, x + h * 0.42, y - h * 0.5)
    )
    pen.fill(cap.quad(x, y - h * 0.4, x - h * 0.42, y - h * 0.5).close(), colour)
    for dx, dy, r in ((-0.2, 0.64, 0.06), (0.05, 0.8, 0.08), (0.22, 0.6, 0.05)):
        pen.dot(x + dx * h, y - dy * h, r * h, r * h * 0.8, rgb("fff3e0"), 0.9)


def fringe(site: Site, colour: Colour, kind: str = "leaves", parallax: float = 1.35) -> None:
    """Dark, soft shapes right before the lens at the lower corners: they frame the picture and give it depth."""
    pen = site.layer(parallax, 1.0, front=True)
    colour = mix(colour, rgb("121a2e"), 0.55)
    half = site.aspect / 2
    for side in (-1, 1):
        root = site.sway(pen, side * (half + 0.02) * 1.0, 1.06, 0.025, 0.8)
        plant = root.group((-side, 0, 0, 1, 0, 0))
        for i in range(7):
            key = site.seed + i * 13 + side
            a = -1.45 + i * 0.21 + 0.12 * noise(key, 1)
            r = (0.13 + 0.10 * noise(key, 2)) * min(1.0, 0.45 + site.aspect * 0.45)
            if kind == "leaves":
                _leaf(plant, a, r, mix(colour, BLUE_NIGHT, 0.08 * (i % 3)))
            else:
                tip = (cos(a) * r * 0.9, sin(a) * r)
                blade = Path().move(-0.012, 0).quad(tip[0] * 0.3 - 0.01, tip[1] * 0.7, *tip)
                plant.fill(blade.quad(tip[0] * 0.3 + 0.02, tip[1] * 0.5, 0.014, 0).close(), colour, 0.93)


BLUE_NIGHT = rgb("101633")


def _leaf(pen: Pen, a: float, r: float, colour: Colour) -> None:
    c, s = cos(a), sin(a)
    w = r * 0.22
    tip = (c * r, s * r)
    mid = (c * r * 0.5 - s * w, s * r * 0.5 + c * w), (c * r * 0.5 + s * w, s * r * 0.5 - c * w)
    path = Path().move(0, 0).quad(*mid[0], *tip).quad(*mid[1], 0, 0).close()
    pen.fill(path, colour, 0.94)
    pen.stroke(curve((0, 0), (c * r * 0.5, s * r * 0.5), tip), light(colour, 0.12), r * 0.012, 0.6)


def pebbles(pen: Pen, site: Site, top: float, colour: Colour, salt: int, n: int = 26) -> None:
    """Small flat marks that give a ground scale: denser and smaller towards the horizon."""
    low, high = site.view.span(1.0)
    shade, lit = Path(), Path()
    for i in range(int(n * (high - low))):
        u = noise(site.seed, salt, i) ** 1.4
        y = top + 0.02 + (1.02 - top) * u
        x = low + (high - low) * noise(site.seed, salt, i, 1)
        r = 0.003 + 0.009 * u
        (shade if noise(i, salt) > 0.5 else lit).ellipse(x, y, r * (1.2 + noise(i, 2)), r * 0.32)
    pen.fill(shade, dark(site.soil(colour), 0.16), 0.6)
    pen.fill(lit, light(site.soil(colour), 0.22), 0.6)


def path_strip(pen: Pen, site: Site, top: float, colour: Colour, x: float) -> None:
    """A path that winds from the camera to the horizon."""
    colour = site.soil(colour)
    left = ((x - 0.30, 1.4), (x - 0.17, 1.0), (x - 0.02, (top + 1) / 2 + 0.03), (x + 0.03, top + 0.07), (x - 0.01, top))
    right = (
        (x + 0.005, top),
        (x + 0.075, top + 0.07),
        (x + 0.11, (top + 1) / 2 + 0.03),
        (x + 0.10, 1.0),
        (x + 0.16, 1.4),
    )
    path = Path().smooth([*left, *right], closed=False).close()
    pen.fill(path, Linear(0, top, 0, 1, ((0, mix(colour, site.lit.haze, 0.2), 0.85), (1, colour, 0.95))))


def sparkles(colour: Colour, site: Site, pen: Pen, top: float, low: float, n: int, speed: float = 0.0) -> None:
    """Short bright dashes on water that come and go."""
    left, right = site.view.span(1.0)

    def draw(p: Pen, t: float) -> None:
        path = Path()
        for i in range(n):
            cycle = t * (0.5 + 0.4 * noise(i, 2)) + noise(site.seed, i)
            k = int(cycle)
            u = noise(site.seed, i, k)
            y = top + (low - top) * u**1.3
            x = left + (right - left) * noise(site.seed, i, k, 1) + speed * t * u
            w = (0.006 + 0.03 * u) * sin((cycle - k) * pi)
            path.rect(x - w, y, 2 * w, 0.0018 + 0.0022 * u, 0.001)
        p.fill(path, colour, 0.65)

    site.redraw(pen, draw)


__all__ = [
    "blossom", "bush", "cactus", "fence", "foliage", "fringe", "land", "mushroom", "palm", "path_strip", "pebbles",
    "pine", "poly", "ridge", "rock", "sparkles", "tree", "tuft",
]  # fmt: skip
