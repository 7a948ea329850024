"""Outlines: the paths that pens fill and stroke, and the few curves everything here is made of."""

from __future__ import annotations

from array import array
from math import cos, hypot, pi, sin
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

CLOSE, MOVE, LINE, CUBIC = 0, 1, 2, 3  # thorvg's path commands
_SIZE = {CLOSE: 0, MOVE: 2, LINE: 2, CUBIC: 6}  # numbers per command
KAPPA = 0.5523  # handle length of a quarter circle
Point = tuple[float, float]


class Path:
    """Commands and flat x, y points, in the layout that the rasteriser takes."""

    __slots__ = ("commands", "points")

    def __init__(self) -> None:
        self.commands = bytearray()
        self.points = array("f")

    def move(self, x: float, y: float) -> Path:
        self.commands.append(MOVE)
        self.points.extend((x, y))
        return self

    def line(self, x: float, y: float) -> Path:
        self.commands.append(LINE)
        self.points.extend((x, y))
        return self

    def cubic(self, x1: float, y1: float, x2: float, y2: float, x: float, y: float) -> Path:
        self.commands.append(CUBIC)
        self.points.extend((x1, y1, x2, y2, x, y))
        return self

    def parts(self, most: int) -> list[Path]:
        """The same outline as paths of at most `most` sub-paths each."""
        if self.commands.count(MOVE) <= most:
            return [self]
        out, at, moves = [Path()], 0, 0
        for command in self.commands:
            if command == MOVE:
                if moves == most:
                    out.append(Path())
                    moves = 0
                moves += 1
            size = _SIZE[command]
            out[-1].commands.append(command)
            out[-1].points.extend(self.points[at : at + size])
            at += size
        return out

    def quad(self, cx: float, cy: float, x: float, y: float) -> Path:
        px, py = self.points[-2], self.points[-1]
        third = 2 / 3
        return self.cubic(
            px + (cx - px) * third, py + (cy - py) * third, x + (cx - x) * third, y + (cy - y) * third, x, y
        )

    def close(self) -> Path:
        self.commands.append(CLOSE)
        return self

    def ellipse(self, cx: float, cy: float, rx: float, ry: float) -> Path:
        kx, ky = rx * KAPPA, ry * KAPPA
        self.commands.extend(b"\x01\x03\x03\x03\x03\x00")
        self.points.extend((cx + rx, cy, cx + rx, cy + ky, cx + kx, cy + ry, cx, cy + ry, cx - kx, cy + ry, cx - rx))
        self.points.extend((cy + ky, cx - rx, cy, cx - rx, cy - ky, cx - kx, cy - ry, cx, cy - ry, cx + kx, cy - ry))
        self.points.extend((cx + rx, cy - ky, cx + rx, cy))
        return self

    def rect(self, x: float, y: float, w: float, h: float, r: float = 0.0) -> Path:
        if r <= 0:
            return self.polygon(((x, y), (x + w, y), (x + w, y + h), (x, y + h)))
        r = min(r, abs(w) / 2, abs(h) / 2)
        k = r * (1 - KAPPA)
        right, low = x + w, y + h
        self.move(x + r, y).line(right - r, y).cubic(right - k, y, right, y + k, right, y + r)
        self.line(right, low - r).cubic(right, low - k, right - k, low, right - r, low)
        self.line(x + r, low).cubic(x + k, low, x, low - k, x, low - r)
        return self.line(x, y + r).cubic(x, y + k, x + k, y, x + r, y).close()

    def polygon(self, points: Sequence[Point]) -> Path:
        self.commands.append(MOVE)
        self.commands.extend(bytes((LINE,)) * (len(points) - 1))
        self.commands.append(CLOSE)
        for point in points:
            self.points.extend(point)
        return self

    def polyline(self, points: Sequence[Point]) -> Path:
        self.polygon(points)
        self.commands.pop()
        return self

    def smooth(self, points: Sequence[Point], closed: bool = True, tension: float = 1.0) -> Path:
        """A Catmull-Rom curve through the points; tension 0 is a polygon."""
        n, k = len(points), tension / 6
        self.move(*points[0])
        for i in range(n if closed else n - 1):
            if closed:
                a, b, c, d = points[i - 1], points[i], points[(i + 1) % n], points[(i + 2) % n]
            else:
                a, b, c, d = points[max(i - 1, 0)], points[i], points[i + 1], points[min(i + 2, n - 1)]
            self.commands.append(CUBIC)
            self.points.extend((b[0] + (c[0] - a[0]) * k, b[1] + (c[1] - a[1]) * k))
            self.points.extend((c[0] - (d[0] - b[0]) * k, c[1] - (d[1] - b[1]) * k, c[0], c[1]))
        return self.close() if closed else self


def ellipse(cx: float, cy: float, rx: float, ry: float) -> Path:
    return Path().ellipse(cx, cy, rx, ry)


def rect(x: float, y: float, w: float, h: float, r: float = 0.0) -> Path:
    return Path().rect(x, y, w, h, r)


def poly(*points: Point) -> Path:
    return Path().polygon(points)


def blob(*points: Point, tension: float = 1.0) -> Path:
    return Path().smooth(points, True, tension)


def curve(*points: Point) -> Path:
    return Path().smooth(points, False)


def taper(points: Sequence[Point], radii: Sequence[float]) -> Path:
    """The outline of a limb, tail or trunk: a spine of points with a radius at each, round at both ends."""
    left: list[Point] = []
    right: list[Point] = []
    last = len(points) - 1
    for i, ((x, y), r) in enumerate(zip(points, radii, strict=True)):
        (x0, y0), (x1, y1) = points[max(i - 1, 0)], points[min(i + 1, last)]
        dx, dy = x1 - x0, y1 - y0
        length = hypot(dx, dy) or 1.0
        nx, ny = -dy / length * r, dx / length * r
        left.append((x + nx, y + ny))
        right.append((x - nx, y - ny))
    head, tail = _cap(points[1], points[0], radii[0]), _cap(points[-2], points[-1], radii[-1])
    return Path().smooth([head, *left, tail, *reversed(right)])


def _cap(before: Point, end: Point, radius: float) -> Point:
    dx, dy = end[0] - before[0], end[1] - before[1]
    length = hypot(dx, dy) or 1.0
    return end[0] + dx / length * radius, end[1] + dy / length * radius


def star(cx: float, cy: float, outer: float, inner: float, tips: int = 5, turn: float = -pi / 2) -> Path:
    points = []
    for i in range(tips * 2):
        r, a = (outer, inner)[i % 2], turn + i * pi / tips
        points.append((cx + cos(a) * r, cy + sin(a) * r))
    return Path().polygon(points)


def heart(cx: float, cy: float, r: float) -> Path:
    path = Path().move(cx, cy + r)
    path.cubic(cx - r * 0.5, cy + r * 0.55, cx - r * 1.1, cy + r * 0.1, cx - r, cy - r * 0.4)
    path.cubic(cx - r * 0.9, cy - r, cx - r * 0.2, cy - r, cx, cy - r * 0.4)
    path.cubic(cx + r * 0.2, cy - r, cx + r * 0.9, cy - r, cx + r, cy - r * 0.4)
    return path.cubic(cx + r * 1.1, cy + r * 0.1, cx + r * 0.5, cy + r * 0.55, cx, cy + r).close()


def bend(x0: float, y0: float, x1: float, y1: float, upper: float, lower: float, side: float) -> Point:
    """The knee or elbow of a two-bone limb from a root to an end (moved nearer if out of reach); `side` is +-1."""
    dx, dy = x1 - x0, y1 - y0
    d = max(min(hypot(dx, dy), (upper + lower) * 0.999), abs(upper - lower) + 1e-4, 1e-4)
    along = (upper * upper - lower * lower + d * d) / (2 * d)
    out = max(upper * upper - along * along, 0.0) ** 0.5 * side
    length = hypot(dx, dy) or 1.0
    ux, uy = dx / length, dy / length
    return x0 + ux * along - uy * out, y0 + uy * along + ux * out


def noise(*key: int) -> float:
    """A hash of integers, uniform in [0, 1)."""
    h = 0x9E3779B9
    for k in key:
        h = ((h ^ (k & 0xFFFFFFFF)) * 0x85EBCA6B) & 0xFFFFFFFF
        h ^= h >> 13
        h = (h * 0xC2B2AE35) & 0xFFFFFFFF
        h ^= h >> 16
    return h / 4294967296
