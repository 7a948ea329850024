"""Four-legged animals, drawn from their species' proportions and parts."""

from __future__ import annotations

from math import cos, sin
from typing import TYPE_CHECKING

from inference.world.picture.palette import dark, light, luma, rgb
from inference.world.picture.path import Path, bend, blob, taper
from inference.world.picture.rigs import horns, muzzle, tails
from inference.world.picture.rigs.base import Head, shaded
from inference.world.picture.rigs.beast import bearing
from inference.world.picture.rigs.coat import draw_marks, draw_wool
from inference.world.picture.rigs.extras import draw_wings, notes, snores
from inference.world.picture.rigs.face import Features, tears
from inference.world.picture.rigs.pattern import patterned
from inference.world.picture.rigs.species import SPECIES
from inference.world.picture.rigs.wardrobe import draw_eyewear, draw_hat, draw_neckwear

if TYPE_CHECKING:
    from inference.world.picture.canvas import Colour, Pen
    from inference.world.picture.rigs.base import Looks, Pose

Point = tuple[float, float]


class Quadruped:
    def __init__(self, looks: Looks) -> None:
        self.looks = looks
        self.kind = looks.subject.name
        self.species = SPECIES[self.kind]
        self.body, self.belly = looks.colour("body"), looks.colour("belly")
        self.hair = looks.colour("hair", dark(self.body, 0.45))
        if self.kind in ("fox", "tiger"):
            self.belly = rgb("fff6ea")
        self.dark_leg = {
            "fox": rgb("4a2f33"),
            "panda": rgb("35323f"),
            "sheep": self.belly,
            "horse": dark(self.body, 0.3),
        }.get(self.kind, self.body)
        self.hoof = rgb("4a3a3c") if luma(self.body) > 0.25 else rgb("a08f86")
        self.fat = {"thin": 0.86, "fat": 1.22}.get(looks.kind("build"), 1.0)
        self.features = Features(
            eye_y=-0.08,
            spread=self.species.spread,
            size=self.species.eye,
            mouth_y=0.5,
            shift=0.26,
            brows=bool(looks.kind("face")),
            blush=0.0,
        )

    def draw(self, pen: Pen, pose: Pose) -> None:
        s, b = self.species, bearing(self.species, pose)
        if pose.aloft or b.roll:
            c, n = cos(b.roll), sin(b.roll)
            pen = pen.group((c, n, -n, c, 0, 0.5 if pose.aloft else 0.0))
        chest = (s.chest[0] + b.chest[0], s.chest[1] + b.chest[1])
        rump = (s.rump[0] + b.rump[0], s.rump[1] + b.rump[1])
        head = Head(s.head[0] + b.head[0], s.head[1] + b.head[1], s.head[2], b.tilt)
        if self.looks.kind("texture") == "glowing":
            pen.glowing.glow(0, -0.45, 0.8, light(self.body, 0.4), 0.45)
        self._back_parts(pen, pose, chest, rump, head, b.tail, b.wag)
        tails.draw_tail(pen, self, pose, rump, b.tail, b.wag)
        if not s.biped:
            self._leg(
                pen, pose, (chest[0] + 0.02, chest[1] + s.chest[2] * 0.35), s.chest[0] + 0.05, b.feet[1], True, True
            )
        self._leg(pen, pose, (rump[0] + 0.03, rump[1] + s.rump[2] * 0.3), s.rump[0] + 0.06, b.feet[3], False, True)
        self._trunk(pen, pose, chest, rump, head)
        self._leg(pen, pose, (rump[0] - 0.01, rump[1] + s.rump[2] * 0.3), s.rump[0], b.feet[2], False, False)
        if s.biped:
            self._arms(pen, pose, chest, b.feet)
        else:
            self._leg(
                pen, pose, (chest[0] - 0.01, chest[1] + s.chest[2] * 0.35), s.chest[0] - 0.01, b.feet[0], True, False
            )
        self._head(pen, pose, head)
        if pose.action == "sing":
            notes(pen, head.x + head.r * 1.2, head.y, pose.t)
        if pose.action == "sleep":
            snores(pen, head.x + 0.02, head.y - head.r * 1.4, pose.t)

    def _back_parts(self, pen: Pen, pose: Pose, chest: Point, rump: Point, head: Head, tail: float, wag: float) -> None:
        if self.looks.has("wings") or self.kind == "dragon":
            if self.kind == "dragon":
                tails.dragon_wing(pen, self, pose, chest, far=True)
            else:
                draw_wings(pen, self.looks.tint("wings", rgb("e9f4ff")), pose, chest[0] - 0.1, chest[1] - 0.12)
        if self.species.mane == "lion":
            horns.lion_mane(pen.group(head.matrix), self, pose)
        del rump, tail, wag

    def _trunk(self, pen: Pen, pose: Pose, chest: Point, rump: Point, head: Head) -> None:
        s, k = self.species, self.fat
        neck = taper(
            (
                chest,
                ((chest[0] + head.x) / 2 - 0.02, (chest[1] + head.y) / 2),
                (head.x - head.r * 0.15, head.y + head.r * 0.1),
            ),
            (s.neck[0], (s.neck[0] + s.neck[1]) / 2 * 0.95, s.neck[1]),
        )
        top = min(chest[1] - s.chest[2], rump[1] - s.rump[2])
        low = max(chest[1] + s.chest[2], rump[1] + s.rump[2])
        left, right = rump[0] - s.rump[2], chest[0] + s.chest[2]
        pen.fill(neck, shaded(self.body, pose, chest[0] - 0.1, head.x + 0.1, head.y, chest[1], 0.12))
        mid = ((chest[0] + rump[0]) / 2, (chest[1] + rump[1]) / 2)
        body = taper((rump, mid, chest), (s.rump[2] * k, s.waist * k, s.chest[2] * k))
        pen.fill(body, shaded(self.body, pose, left, right, top - 0.05, low + 0.05, 0.22))
        if s.belly:
            under = taper(
                (
                    (rump[0] + 0.06, rump[1] + s.rump[2] * 0.85),
                    (mid[0], mid[1] + s.waist * 1.05),
                    (chest[0] + s.chest[2] * 0.55, chest[1] + s.chest[2] * 0.55),
                    (chest[0] + s.chest[2] * 0.9, chest[1] - s.chest[2] * 0.3),
                ),
                (s.rump[2] * 0.3, s.waist * 0.42, s.chest[2] * 0.5, s.chest[2] * 0.3),
            )
            pen.fill(under, self.belly, 0.92, clip=body)
        draw_marks(pen, self, pose, body, neck, chest, rump, head)
        patterned(pen, self.looks, body, self.body, left, top, right - left, low - top)
        if s.wool:
            draw_wool(pen, self, pose, chest, rump)
        if s.mane in ("horse", "brush", "ruff"):
            horns.neck_mane(pen, self, pose, chest, head)
        if self.kind == "dragon":
            tails.dragon_wing(pen, self, pose, chest, far=False)
        if self.looks.has("cape"):
            self._cape(pen, pose, chest, rump)
        if self.looks.has("scarf") or self.looks.has("bow"):
            spot = Head(
                chest[0] + (head.x - chest[0]) * 0.45,
                chest[1] + (head.y - chest[1]) * 0.45 - s.neck[0] * 1.1,
                s.neck[0] * 1.5,
            )
            draw_neckwear(pen.group(spot.matrix), self.looks, pose, 0.8, 0.8)

    def _cape(self, pen: Pen, pose: Pose, chest: Point, rump: Point) -> None:
        c, s = self.looks.tint("cape", rgb("d9403a")), self.species
        flow = 0.05 * sin(pose.t * 3.2) + 0.14 * pose.walk
        top = chest[1] - s.chest[2]
        cape = blob(
            (chest[0] + 0.06, top - 0.01),
            (chest[0] - 0.1, top - 0.02),
            (rump[0] - 0.14 - flow, rump[1] - s.rump[2] * 0.9 - flow * 0.4),
            (rump[0] - 0.16 - flow * 1.5, rump[1] + s.rump[2] * 0.5 - flow),
            (rump[0] + 0.10, rump[1] + s.rump[2] * 0.3),
            (chest[0] + 0.02, chest[1] + 0.02),
        )
        pen.fill(cape, shaded(c, pose, rump[0] - 0.2, chest[0], top, rump[1] + 0.1, 0.25))

    def _leg(self, pen: Pen, pose: Pose, hip: Point, rest: float, foot: Point, fore: bool, far: bool) -> None:
        s = self.species
        colour = dark(self.body, 0.24) if far else self.body
        ax, ay = rest + foot[0], foot[1] - s.foot * 0.7
        height = -(s.chest if fore else s.rump)[1] - (s.chest if fore else s.rump)[2] * 0.35 - s.foot * 0.7
        bone = max(height * 0.54, 0.05)
        knee = bend(*hip, ax, ay, bone, bone, -1.0 if fore else 1.0)
        if s.biped or s.hop:
            knee = bend(*hip, ax, ay, bone * 1.15, bone * 1.15, -1.0)
        thigh = s.leg * (1.0 if fore else 1.35)
        path = taper((hip, knee, (ax, ay)), (thigh, s.leg * (0.72 + 0.28 * s.shank), s.leg * s.shank * 0.86))
        pen.fill(path, colour if far else shaded(colour, pose, hip[0] - 0.08, hip[0] + 0.08, hip[1], ay, 0.12))
        sock = self.dark_leg if self.dark_leg != self.body else None
        if sock is not None:
            ink = dark(sock, 0.2) if far else sock
            half = ((knee[0] + ax) / 2, (knee[1] + ay) / 2) if self.kind != "panda" else knee
            pen.fill(
                taper(
                    (half, ((half[0] + ax) / 2, (half[1] + ay) / 2), (ax, ay)),
                    (s.leg * 0.9 * (0.6 + 0.4 * s.shank), s.leg * s.shank * 0.92, s.leg * s.shank * 0.9),
                ),
                ink,
            )
        if s.marks == "zebra":
            for u in (0.35, 0.6, 0.85):
                x, y = knee[0] + (ax - knee[0]) * u, knee[1] + (ay - knee[1]) * u
                pen.stroke(Path().move(x - s.leg * 0.6, y).line(x + s.leg * 0.6, y), rgb("35323f"), 0.016)
        self._foot(pen, ax, ay, far, sock)

    def _foot(self, pen: Pen, x: float, y: float, far: bool, sock: Colour | None) -> None:
        f = self.species.foot
        if self.species.hoof:
            c = dark(self.hoof, 0.2) if far else self.hoof
            pen.fill(
                blob(
                    (x - f * 0.9, y + f * 0.7),
                    (x - f * 0.75, y - f * 0.3),
                    (x + f * 0.8, y - f * 0.3),
                    (x + f * 1.15, y + f * 0.7),
                    tension=0.5,
                ),
                c,
            )
            return
        base = sock or self.body
        c = dark(base, 0.24) if far else base
        if self.kind == "frog":
            pen.fill(
                blob(
                    (x - f, y + f * 0.7),
                    (x, y - f * 0.4),
                    (x + f * 2.0, y + f * 0.2),
                    (x + f * 2.2, y + f * 0.7),
                    tension=0.7,
                ),
                c,
            )
            return
        pen.fill(
            blob(
                (x - f * 0.95, y + f * 0.7),
                (x - f * 0.9, y - f * 0.35),
                (x + f * 0.7, y - f * 0.45),
                (x + f * 1.5, y + f * 0.1),
                (x + f * 1.45, y + f * 0.7),
                tension=0.75,
            ),
            light(c, 0.06),
        )
        if not far:
            toes = (
                Path()
                .move(x + f * 0.65, y + f * 0.65)
                .line(x + f * 0.7, y + f * 0.25)
                .move(x + f * 1.1, y + f * 0.65)
                .line(x + f * 1.12, y + f * 0.3)
            )
            pen.stroke(toes, dark(c, 0.3), f * 0.16)

    def _arms(self, pen: Pen, pose: Pose, chest: Point, feet: tuple[Point, ...]) -> None:
        s = self.species
        for k, far in ((1, True), (0, False)):
            c = dark(self.body, 0.22 if far else 0.08)
            x, y = chest[0] + (0.10 if far else 0.05), chest[1] + 0.03
            wave = 0.02 * sin(pose.t * 4 + k) + feet[k][1] * 0.5
            hand = (x + 0.13, y + 0.06 + wave)
            pen.fill(taper(((x, y), (x + 0.06, y + 0.09), hand), (0.042, 0.032, 0.026)), c)
            for d in (-0.02, 0.0, 0.02):
                pen.fill(
                    blob(
                        (hand[0], hand[1] + d),
                        (hand[0] + 0.03, hand[1] + d + 0.006),
                        (hand[0] + 0.005, hand[1] + d + 0.012),
                    ),
                    rgb("f5ecd8"),
                )
        del s

    def _head(self, pen: Pen, pose: Pose, head: Head) -> None:
        h = pen.group(head.matrix)
        muzzle.draw_head(h, self, pose)
        if pose.action == "cry":
            tears(h, self.features, pose)
        draw_eyewear(h, self.looks, pose, self.features.eye_y, self.features.spread, self.features.shift)
        draw_hat(h, self.looks, pose)
