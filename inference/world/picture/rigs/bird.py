"""Birds."""

from __future__ import annotations

from math import cos, pi, sin
from typing import TYPE_CHECKING, NamedTuple

from inference.world.picture.palette import WHITE, dark, light, mix, rgb
from inference.world.picture.path import Path, blob, curve, ellipse, taper
from inference.world.picture.rigs.base import Head, jump_arc, shaded, stepping
from inference.world.picture.rigs.extras import notes, snores
from inference.world.picture.rigs.face import INK, INSIDE, TONGUE, Features, draw_brows, draw_eye, tears
from inference.world.picture.rigs.insects import INSECTS
from inference.world.picture.rigs.pattern import patterned
from inference.world.picture.rigs.plumage import draw_front, draw_tail, draw_wing
from inference.world.picture.rigs.wardrobe import draw_eyewear, draw_hat, draw_neckwear

if TYPE_CHECKING:
    from inference.world.picture.canvas import Pen
    from inference.world.picture.rigs.base import Looks, Pose


Point = tuple[float, float]


class Kind(NamedTuple):
    body: tuple[float, float, float, float] = (-0.02, -0.40, 0.34, 0.27)  # x, y, half length, half height
    tilt: float = -0.30  # of the body, nose up
    head: tuple[float, float, float] = (0.26, -0.72, 0.235)
    neck: float = 0.16
    leg: float = 0.14  # length
    beak: str = "small"
    tail: str = "fan"
    wing: float = 0.42  # length
    crest: str = ""
    feet: str = "twig"
    eye: float = 0.20


KINDS: dict[str, Kind] = {
    "bird": Kind(crest="tuft"),
    "owl": Kind(
        (0, -0.42, 0.33, 0.31), -1.45, (0.02, -0.70, 0.30), 0.30, 0.08, "hook", "short", 0.40, "horns", "claw", 0.30
    ),
    "duck": Kind(
        (-0.05, -0.34, 0.40, 0.24), -0.12, (0.26, -0.76, 0.215), 0.12, 0.10, "bill", "up", 0.38, "", "web", 0.17
    ),
    "penguin": Kind(
        (0, -0.40, 0.36, 0.265), -1.5, (0.03, -0.76, 0.215), 0.2, 0.03, "small", "short", 0.40, "", "web", 0.19
    ),
    "parrot": Kind(
        (-0.04, -0.44, 0.33, 0.20),
        -0.95,
        (0.12, -0.78, 0.20),
        0.16,
        0.10,
        "parrot",
        "long",
        0.44,
        "crest",
        "claw",
        0.20,
    ),
    "chicken": Kind(
        (-0.05, -0.38, 0.34, 0.25),
        -0.35,
        (0.22, -0.74, 0.165),
        0.14,
        0.14,
        "small",
        "plume",
        0.32,
        "comb",
        "twig",
        0.22,
    ),
    "eagle": Kind(
        (-0.04, -0.44, 0.36, 0.21), -0.70, (0.20, -0.79, 0.185), 0.17, 0.11, "hook", "fan", 0.58, "", "claw", 0.19
    ),
    "seagull": Kind(
        (-0.05, -0.40, 0.38, 0.20), -0.22, (0.29, -0.70, 0.195), 0.13, 0.18, "long", "fan", 0.56, "", "web", 0.19
    ),
    "crow": Kind(
        (-0.05, -0.40, 0.36, 0.21), -0.32, (0.26, -0.70, 0.195), 0.14, 0.16, "long", "fan", 0.46, "", "twig", 0.20
    ),
    "flamingo": Kind(
        (-0.08, -0.50, 0.22, 0.135),
        -0.15,
        (0.16, -0.90, 0.082),
        0.035,
        0.40,
        "flamingo",
        "short",
        0.24,
        "",
        "twig",
        0.22,
    ),
}


class Bird:
    def __init__(self, looks: Looks) -> None:
        self.looks, self.kind = looks, looks.subject.name
        self.body, self.belly, self.beak = looks.colour("body"), looks.colour("belly"), looks.colour("beak")
        self.fat = {"thin": 0.88, "fat": 1.2}.get(looks.kind("build"), 1.0)
        self.features = Features(eye_y=-0.1, spread=0.4, size=0.2, shift=0.2, brows=False)
        self._draw = INSECTS.get(self.kind)

    def draw(self, pen: Pen, pose: Pose) -> None:
        if self.looks.kind("texture") == "glowing":
            pen.glowing.glow(0, 0 if pose.aloft else -0.45, 0.8, light(self.body, 0.4), 0.45)
        if self._draw is not None:
            self._draw(self, pen if pose.aloft else pen.group((1, 0, 0, 1, 0, -0.5)), pose)
        else:
            _bird(self, pen, pose)


def _bird(b: Bird, pen: Pen, pose: Pose) -> None:
    k = KINDS[b.kind]
    flying = pose.action == "fly" or (pose.action == "float" and pose.aloft)
    x, y, rx, ry = k.body
    rx, ry = rx, ry * b.fat
    tilt = k.tilt * (0.3 if flying else 1.0)
    bob, lean, hop = _carriage(pose)
    drop = k.leg if pose.action in ("sit", "sleep") else 0.0
    if pose.aloft:
        pen = pen.group((1, 0, 0, 1, 0, 0.45 + (0.02 * sin(pose.phase * 2 * pi) if flying else 0.0)))
    y += bob + drop - hop
    head = Head(
        k.head[0] + 0.4 * lean * 0.3,
        k.head[1] + bob * 1.2 + drop + (0.10 * abs(tilt - k.tilt) if flying else 0.0) - hop,
        k.head[2],
        lean,
    )
    if pose.action == "eat":
        peck = 0.5 + 0.5 * sin(pose.phase * 2 * pi)
        head = Head(head.x + 0.10, head.y + 0.30 * peck, head.r, 0.5 * peck)
    if pose.action == "sleep":
        head = head._replace(y=head.y + 0.08, tilt=0.15)
    feet = _feet(pose, flying)
    if not drop:
        for far in (True, False):
            hip = (x + (0.07 if far else -0.03), y + ry * 0.55)
            step = (-0.16, hip[1] + ry * 0.62) if flying else feet[far]
            _leg(b, k, pen, pose, hip, step, far)
    body = pen.group((cos(tilt), sin(tilt), -sin(tilt), cos(tilt), x, y))
    draw_wing(b, k, body, pose, True, flying)
    draw_tail(b, k, body, pose, rx)
    neck = taper(
        (
            (x + rx * 0.35, y - ry * 0.3),
            ((x + rx * 0.35 + head.x) / 2 + (0.10 if b.kind == "flamingo" else 0.0), (y + head.y) / 2),
            (head.x, head.y),
        ),
        (k.neck * 1.15, k.neck, k.neck * 0.95),
    )
    white_head = b.kind == "eagle"
    if k.tilt > -1.2:
        pen.fill(
            neck, shaded(b.body if not white_head else rgb("f6f1e6"), pose, x - 0.1, head.x + 0.1, head.y, y, 0.12)
        )
    shape = blob(
        (-rx, 0.02),
        (-rx * 0.55, -ry * 0.82),
        (rx * 0.25, -ry),
        (rx * 0.95, -ry * 0.35),
        (rx * 0.92, ry * 0.42),
        (rx * 0.2, ry),
        (-rx * 0.6, ry * 0.66),
    )
    body.fill(shape, shaded(b.body, pose, -rx, rx, -ry, ry, 0.2))
    draw_front(b, k, body, shape, rx, ry)
    patterned(body, b.looks, shape, b.body, -rx, -ry, 2 * rx, 2 * ry)
    draw_wing(b, k, body, pose, False, flying)
    if b.looks.has("scarf") or b.looks.has("bow"):
        draw_neckwear(pen.group(Head(head.x - 0.02, head.y + head.r * 0.1, head.r).matrix), b.looks, pose, 0.75, 0.85)
    _head(b, k, pen.group(head.matrix), pose)
    if pose.action == "sing":
        notes(pen, head.x + 0.25, head.y - 0.05, pose.t, 0.09)
    if pose.action == "sleep":
        snores(pen, head.x, head.y - head.r * 1.3, pose.t, 0.12)


def _carriage(pose: Pose) -> tuple[float, float, float]:
    """(bob, lean of the head, hop) of the action."""
    a = pose.action
    if pose.walk > 0.5 or a == "walk":
        return 0.02 * cos(pose.phase * 4 * pi), 0.14 * sin(pose.phase * 4 * pi), 0.0
    if a == "jump":
        crouch, air = jump_arc(pose.cycle)
        return 0.08 * crouch, -0.1 * air, 0.0
    if a in ("dance", "bounce"):
        return 0.05 * sin(pose.phase * 4 * pi), 0.25 * sin(pose.phase * 2 * pi), 0.0
    if a in ("talk", "sing", "laugh"):
        return 0.012 * sin(pose.t * 5), (-0.22 if a != "talk" else 0.0) + 0.10 * sin(pose.t * 3.1), 0.0
    if a == "shake":
        return 0.0, 0.2 * sin(pose.t * 32), 0.0
    if a == "look":
        return 0.0, 0.3 * sin(pose.t * 1.3), 0.0
    if a == "cry":
        return 0.01 * sin(pose.t * 7), 0.3, 0.0
    return 0.008 * pose.breath(), 0.10 * sin(pose.t * 1.1), 0.0


def _feet(pose: Pose, flying: bool) -> tuple[Point, Point]:
    if flying or pose.action in ("fall",):
        return (-0.10, -0.05), (-0.14, -0.05)
    if pose.walk > 0.1 or pose.action == "walk":
        return stepping(pose.phase, 0.7, 0.07, 0.42), stepping(pose.phase + 0.5, 0.7, 0.07, 0.42)
    if pose.action == "dance":
        a = sin(pose.phase * 2 * pi)
        return (0.0, -0.08 * max(0.0, a)), (0.0, -0.08 * max(0.0, -a))
    if pose.action == "jump":
        air = jump_arc(pose.cycle)[1]
        return (-0.05 * air, -0.06 * air), (-0.03 * air, -0.05 * air)
    return (0.0, 0.0), (0.0, 0.0)


def _leg(b: Bird, k: Kind, pen: Pen, pose: Pose, hip: Point, foot: Point, far: bool) -> None:
    c = b.beak if k.feet != "claw" else mix(b.beak, rgb("d9a03c"), 0.5)
    if b.kind == "flamingo":
        c = light(b.body, 0.1)
    c = dark(c, 0.2) if far else c
    x, y = hip[0] + foot[0] + 0.02, foot[1] - 0.02
    if b.kind == "flamingo" and not far and pose.walk < 0.1 and pose.action not in ("fly", "walk", "dance", "jump"):
        knee = (hip[0] + 0.12, hip[1] + 0.16)
        pen.stroke(Path().polyline((hip, knee, (hip[0] - 0.04, hip[1] + 0.20))), c, 0.026)
        return
    w = 0.030 if b.kind != "flamingo" else 0.024
    knee = ((hip[0] + x) / 2 - 0.02, (hip[1] + y) / 2)
    pen.stroke(curve(hip, knee, (x, y)), c, w)
    if k.feet == "web":
        pen.fill(blob((x - 0.04, y + 0.02), (x, y - 0.02), (x + 0.11, y + 0.0), (x + 0.13, y + 0.02), tension=0.6), c)
    else:
        toes = Path()
        for dx in (-0.06, 0.03, 0.09):
            toes.move(x, y).line(x + dx, y + 0.018)
        pen.stroke(toes, c, w * 0.9)


def _head(b: Bird, k: Kind, h: Pen, pose: Pose) -> None:
    c = rgb("f6f1e6") if b.kind == "eagle" else b.body
    m = 0.2 * pose.turn
    if k.crest == "tuft":
        for dx in (-0.25, 0.0, 0.2):
            h.fill(blob((dx - 0.12, -0.8), (dx - 0.30, -1.30), (dx + 0.14, -0.85)), dark(c, 0.08))
    elif k.crest == "crest":
        for i, c2 in enumerate((rgb("f2c14e"), c, dark(c, 0.1))):
            h.fill(blob((-0.2 + 0.15 * i, -0.75), (-0.7 + 0.25 * i, -1.5 + 0.1 * i), (0.1 + 0.12 * i, -0.85)), c2)
    elif k.crest == "comb":
        comb = Path().ellipse(-0.12, -0.98, 0.22, 0.28).ellipse(0.16, -1.10, 0.22, 0.30).ellipse(0.44, -0.96, 0.2, 0.26)
        h.fill(comb, rgb("d9403a"))
        h.fill(Path().ellipse(0.62 * pose.turn + 0.1, 0.66, 0.15, 0.28), rgb("d9403a"))
    elif k.crest == "horns":
        for side in (-1, 1):
            h.fill(blob((side * 0.35, -0.72), (side * 0.82, -1.22), (side * 0.86, -0.45), tension=0.5), dark(c, 0.1))
    skull = ellipse(0, 0, 1.0, 0.94)
    h.fill(skull, shaded(c, pose, -1, 1, -1, 1, 0.18))
    if b.kind == "penguin":
        h.fill(
            Path().ellipse(m * 1.2 + 0.34, 0.18, 0.46, 0.56).ellipse(m * 1.2 - 0.28, 0.18, 0.44, 0.56),
            b.belly,
            clip=skull,
        )
    elif b.kind == "parrot":
        h.fill(ellipse(m * 1.5 + 0.15, 0.02, 0.56, 0.5), WHITE, 0.95, clip=skull)
    elif b.kind in ("bird",):
        h.fill(ellipse(m + 0.25, 0.62, 0.7, 0.42), b.belly, clip=skull)
    half = 0.42 - 0.10 * pose.turn
    centre = 0.24 * pose.turn
    if k.crest == "horns":
        half, centre = 0.44, 0.06 * pose.turn
        for side in (-1, 1):
            h.dot(centre + side * half, -0.05, 0.48, 0.48, light(b.belly, 0.2))
            h.dot(
                centre + side * half,
                -0.05,
                0.36,
                0.36,
                rgb("f7c64a") if pose.blink < 0.8 and pose.action != "sleep" else b.belly,
            )
        _beak(b, k, h, pose, centre)
    else:
        _beak(b, k, h, pose, m)
    for side in (-1, 1):
        draw_eye(
            h,
            centre + side * half,
            -0.10,
            k.eye * (0.78 if k.crest == "horns" else 1.0),
            side,
            pose,
            b.looks.colour("eyes", INK),
            white=b.kind in ("crow",) or (b.kind == "penguin" and False),
        )
    b.features = b.features._replace(eye_y=-0.1, spread=half, shift=centre)
    if pose.mood in ("angry", "sad", "surprised") or b.kind == "eagle":
        draw_brows(
            h,
            Features(eye_y=-0.12, spread=half, size=k.eye),
            pose._replace(mood=pose.mood or "angry"),
            centre,
            dark(c, 0.6),
        )
    if b.kind == "duck" or b.kind == "bird" or b.kind == "penguin":
        h.dot(centre - half - 0.12, 0.28, 0.17, 0.11, rgb("f79a8f"), 0.5)
    if pose.action == "cry":
        tears(h, b.features, pose)
    draw_eyewear(h, b.looks, pose, -0.1, half, centre)
    draw_hat(h, b.looks, pose)


def _beak(b: Bird, k: Kind, h: Pen, pose: Pose, m: float) -> None:
    c, gape = b.beak, 0.34 * pose.mouth
    x = 0.78 * pose.turn
    low = dark(c, 0.18)
    if gape > 0.03:
        h.fill(blob((x - 0.1, 0.15), (x + 0.45, 0.16), (x + 0.42, 0.36 + gape), (x - 0.05, 0.42)), INSIDE)
        h.fill(blob((x, 0.30), (x + 0.3, 0.28 + gape * 0.6), (x + 0.22, 0.38 + gape * 0.7)), TONGUE)
    if k.beak == "bill":
        h.fill(
            blob(
                (x - 0.25, 0.28 + gape * 0.6),
                (x + 0.5, 0.36 + gape),
                (x + 0.62, 0.48 + gape),
                (x - 0.1, 0.52 + gape * 0.6),
            ),
            low,
        )
        h.fill(
            blob(
                (x - 0.30, 0.20),
                (x - 0.02, -0.02),
                (x + 0.35, 0.14),
                (x + 0.76, 0.22),
                (x + 0.78, 0.38),
                (x + 0.2, 0.40),
                (x - 0.26, 0.36),
            ),
            c,
        )
        h.dot(x + 0.22, 0.16, 0.05, 0.035, low)
    elif k.beak in ("hook", "parrot"):
        s = 1.25 if k.beak == "parrot" else 1.0
        if k.crest == "horns":
            h.fill(blob((m * 0.3 - 0.13, 0.06), (m * 0.3 + 0.15, 0.06), (m * 0.3 + 0.05, 0.48)), c)
            return
        col = rgb("3d3a45") if k.beak == "parrot" else c
        h.fill(
            blob((x - 0.05, 0.30 + gape * 0.5), (x + 0.30 * s, 0.34 + gape), (x + 0.02, 0.52 + gape * 0.8)),
            dark(col, 0.2),
        )
        h.fill(
            blob(
                (x - 0.16, 0.30),
                (x - 0.04, -0.16 * s),
                (x + 0.40 * s, -0.02),
                (x + 0.60 * s, 0.32),
                (x + 0.46 * s, 0.62 * s),
                (x + 0.36, 0.28),
            ),
            col,
        )
    elif k.beak == "flamingo":
        h.fill(
            blob((x - 0.1, 0.02), (x + 0.6, -0.02), (x + 1.15, 0.4), (x + 1.1, 1.0), (x + 0.7, 0.6), (x - 0.05, 0.52)),
            rgb("fbe3d6"),
        )
        h.fill(blob((x + 0.85, 0.35), (x + 1.2, 0.5), (x + 1.1, 1.05), (x + 0.86, 0.72)), rgb("35323f"))
    else:
        long = 0.95 if k.beak == "long" else 0.62
        h.fill(
            blob((x - 0.05, 0.24 + gape * 0.4), (x + long * 0.85, 0.26 + gape), (x, 0.46 + gape * 0.6), tension=0.5),
            low,
        )
        h.fill(
            blob((x - 0.12, 0.30), (x - 0.06, 0.02), (x + 0.22, 0.02), (x + long, 0.26), (x + 0.3, 0.34), tension=0.7),
            c,
        )
        if b.kind == "seagull":
            h.dot(x + long * 0.7, 0.28, 0.07, 0.06, rgb("d9403a"))
