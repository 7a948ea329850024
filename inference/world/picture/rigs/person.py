"""People, and whatever else walks upright."""

from __future__ import annotations

from math import cos, sin
from typing import TYPE_CHECKING

from inference.world.picture.palette import WHITE, dark, light, mix, rgb
from inference.world.picture.path import Path, bend, blob, curve, ellipse, rect, taper
from inference.world.picture.rigs import costume, hair, masks
from inference.world.picture.rigs.base import Head, shaded
from inference.world.picture.rigs.extras import food, guitar, notes, snores
from inference.world.picture.rigs.face import INK, Features, draw_face, tears
from inference.world.picture.rigs.limbs import ARM, HIP, LEG, SHOULDER
from inference.world.picture.rigs.stance import stance
from inference.world.picture.rigs.wardrobe import HIDES_HAIR, draw_eyewear, draw_hat, draw_neckwear
from inference.world.vocabulary import SKIN

if TYPE_CHECKING:
    from inference.world.picture.canvas import Colour, Pen
    from inference.world.picture.rigs.base import Looks, Pose

CHILDREN = frozenset({"boy", "girl", "fairy", "princess", "prince", "alien"})
# Actions whose far arm passes in front of the body.
OVER = frozenset(
    {"wave", "talk", "look", "eat", "clap", "sing", "drink", "read", "think", "hug", "paint", "cook", "juggle", "dig"}
)
FEATURES = Features(eye_y=0.06, spread=0.40, size=0.135, mouth_y=0.52, mouth_w=0.27, shift=0.24)


class Person:
    """Colours and proportions, decided once; then drawn at any pose."""

    def __init__(self, looks: Looks) -> None:
        self.looks = looks
        self.kind = looks.subject.name
        self.skin = (
            looks.colour("skin")
            if looks.said("skin") or "skin" in looks.subject.palette
            else SKIN[int(looks.rand(3) * len(SKIN))]
        )
        self.body, self.legs = looks.colour("body"), looks.colour("legs")
        self.hair, self.shoes = looks.colour("hair"), looks.colour("shoes", rgb("4a3a40"))
        if looks.kind("age") == "old":
            self.hair = rgb("e4e2e6")
        self.female = self.kind in costume.FEMALE or (self.kind in costume.EITHER and looks.rand(4) < 0.5)
        self.head = 0.152 if self.kind in CHILDREN else 0.126
        build = looks.kind("build")
        self.bulk = {"thin": 0.82, "fat": 1.38}.get(build, 1.0) * (
            1.12 if self.kind in ("knight", "superhero", "astronaut", "robot") else 1.0
        )
        self.features = FEATURES._replace(size=0.155 if self.kind in CHILDREN else 0.135)
        self.glow = looks.kind("texture") == "glowing"

    def draw(self, pen: Pen, pose: Pose) -> None:
        s = stance(pose)
        c, n = cos(s.roll), sin(s.roll)
        pivot = -0.42 if pose.aloft or s.roll else 0.0
        centre = 0.45 if pose.aloft else 0.0
        body = pen
        if s.roll or s.shift_x or s.shift_y or centre:
            body = pen.group((c, n, -n, c, s.shift_x - pivot * -n, pivot - pivot * c + s.shift_y + centre))
        hip = (s.hip_x, HIP + s.hip_y)
        lean = s.lean
        rise = SHOULDER - HIP
        chest = (hip[0] - sin(-lean) * -rise, hip[1] + cos(lean) * rise)
        wide = 0.092 * self.bulk
        half = wide * (1 - 0.34 * pose.turn)
        near_shoulder = (chest[0] - half, chest[1] + 0.02)
        far_shoulder = (chest[0] + half, chest[1] + 0.02)
        head = Head(
            chest[0] + sin(lean) * 0.1 + 0.02 * pose.turn,
            chest[1] - 0.045 - self.head * 1.08,
            self.head,
            lean * 0.5 + s.nod,
        )
        if self.glow:
            body.glowing.glow(0, -0.5, 0.8, light(self.body, 0.4), 0.4)
        self._behind(body, pose, chest, hip, head)
        self._arm(body, pose, far_shoulder, s.far_hand, s.far_elbow, dark(self.body, 0.16), far=True)
        hips = 0.052 * self.bulk
        self._leg(body, pose, (hip[0] + hips * (1 - 0.4 * pose.turn), hip[1]), s.far_foot, far=True)
        self._leg(body, pose, (hip[0] - hips * (1 - 0.4 * pose.turn), hip[1]), s.near_foot, far=False)
        costume.torso(body, self, pose, chest, hip, wide, s)
        self._head(body, pose, head)
        if pose.action == "play" and not pose.holds:
            guitar(body.group((1, 0, 0, 1, chest[0] + 0.07, chest[1] + 0.20)), rgb("c97a3f"), -0.42, 0.40)
        if pose.action == "eat":
            hand = far_shoulder[0] + s.far_hand[0], far_shoulder[1] + s.far_hand[1]
            food(body, hand[0] + 0.02, hand[1] - 0.03, 0.045, pose)
        self._arm(body, pose, near_shoulder, s.near_hand, s.near_elbow, self.body, far=False)
        if pose.action in ("cry",) or (pose.action in OVER and pose.walk < 0.5):
            self._arm(body, pose, far_shoulder, s.far_hand, s.far_elbow, dark(self.body, 0.08), far=True, over=True)
        if pose.action == "sing":
            notes(pen, head.x + 0.16, head.y, pose.t)
        if pose.action == "sleep":
            snores(pen, -0.42, -0.30, pose.t)

    def _behind(self, pen: Pen, pose: Pose, chest: tuple[float, float], hip: tuple[float, float], head: Head) -> None:
        costume.back(pen, self, pose, chest, hip)
        if self.looks.kind("hat") not in HIDES_HAIR:
            hair.behind(pen.group(head.matrix), self, pose)

    def _leg(self, pen: Pen, pose: Pose, hip: tuple[float, float], foot: tuple[float, float], far: bool) -> None:
        reach = LEG * 2
        ankle = foot[0], foot[1] - 0.035
        dx, dy = ankle[0] - hip[0], ankle[1] - hip[1]
        length = (dx * dx + dy * dy) ** 0.5
        if length > reach:
            ankle = hip[0] + dx / length * reach, hip[1] + dy / length * reach
        knee = bend(*hip, *ankle, LEG, LEG, -1.0)
        colour = dark(self.legs, 0.18) if far else self.legs
        w = 0.048 * self.bulk
        bare = costume.bare_legs(self)
        ink = dark(self.skin, 0.12 if far else 0.0) if bare else colour
        pen.fill(
            taper((hip, knee, ankle), (w * 1.12, w * 0.88, w * 0.66)),
            shaded(ink, pose, hip[0] - 0.06, hip[0] + 0.06, hip[1], ankle[1], 0.12),
        )
        self._shoe(pen, ankle, far, pose)

    def _shoe(self, pen: Pen, ankle: tuple[float, float], far: bool, pose: Pose) -> None:
        x, y = ankle
        colour = dark(self.shoes, 0.2) if far else self.shoes
        toe = 0.062 + 0.022 * pose.turn
        pen.fill(
            blob(
                (x - 0.042, y + 0.036),
                (x - 0.040, y - 0.006),
                (x + 0.015, y - 0.012),
                (x + toe * 0.8, y + 0.010),
                (x + toe, y + 0.036),
                tension=0.7,
            ),
            colour,
        )
        pen.stroke(Path().move(x - 0.036, y + 0.034).line(x + toe * 0.92, y + 0.034), dark(colour, 0.35), 0.010)

    def _arm(
        self,
        pen: Pen,
        pose: Pose,
        shoulder: tuple[float, float],
        to: tuple[float, float],
        side: float,
        sleeve: Colour,
        far: bool,
        over: bool = False,
    ) -> None:
        hand = shoulder[0] + to[0], shoulder[1] + to[1]
        dx, dy = hand[0] - shoulder[0], hand[1] - shoulder[1]
        length = (dx * dx + dy * dy) ** 0.5 or 1.0
        if length > ARM * 2:
            hand = shoulder[0] + dx / length * ARM * 2, shoulder[1] + dy / length * ARM * 2
        elbow = bend(*shoulder, *hand, ARM, ARM, side)
        w = 0.037 * (0.6 + 0.4 * self.bulk)
        skin = dark(self.skin, 0.10) if far and not over else self.skin
        short = costume.short_sleeves(self)
        if short:
            pen.fill(taper((shoulder, elbow, hand), (w * 0.9, w * 0.78, w * 0.62)), skin)
            cut = (shoulder[0] + (elbow[0] - shoulder[0]) * 0.72, shoulder[1] + (elbow[1] - shoulder[1]) * 0.72)
            pen.fill(
                taper(
                    (shoulder, ((shoulder[0] + cut[0]) / 2, (shoulder[1] + cut[1]) / 2), cut),
                    (w * 1.14, w * 1.16, w * 1.1),
                ),
                sleeve,
            )
        else:
            flare = 1.7 if self.kind in costume.ROBED else 0.86
            pen.fill(taper((shoulder, elbow, hand), (w * 1.15, w * 1.0, w * flare)), sleeve)
        glove = costume.glove(self)
        pen.dot(hand[0], hand[1], w * 0.98, w * 0.98, glove or skin)
        thumb = 0.6 * w
        pen.dot(hand[0] + thumb, hand[1] - thumb * 0.6, w * 0.42, w * 0.42, glove or skin)

    def _head(self, pen: Pen, pose: Pose, head: Head) -> None:
        skin, looks = self.skin, self.looks
        if self.kind not in ("robot",):
            pen.fill(
                taper(
                    (
                        (head.x, head.y + head.r * 0.6),
                        (head.x, head.y + head.r * 1.1),
                        (head.x - 0.006, head.y + head.r * 1.42),
                    ),
                    (0.036, 0.034, 0.040),
                ),
                dark(skin, 0.16),
            )
        h = pen.group(head.matrix)
        hat = looks.kind("hat")
        covered = hat in HIDES_HAIR
        if self.kind == "robot":
            masks.robot_head(h, self, pose)
        elif self.kind == "alien":
            masks.alien_head(h, self, pose)
        else:
            draw_neckwear(h, looks, pose) if pose.action != "sleep" else None
            h.dot(-0.90 + 0.30 * pose.turn, 0.14, 0.17, 0.22, dark(skin, 0.10))
            if pose.turn < 0.6:
                h.dot(0.90, 0.14, 0.15, 0.20, dark(skin, 0.14))
            jaw = (
                Path()
                .move(-0.92, -0.10)
                .cubic(-0.92, -0.72, -0.52, -1.0, 0, -1.0)
                .cubic(0.52, -1.0, 0.92, -0.72, 0.92, -0.10)
            )
            jaw.cubic(0.92, 0.52, 0.50, 0.98, 0.06, 1.0).cubic(-0.44, 0.98, -0.92, 0.58, -0.92, -0.10).close()
            h.fill(jaw, shaded(skin, pose, -0.95, 0.95, -1, 1, 0.16))
            brow = mix(self.hair, INK, 0.35)
            draw_face(h, self.features, pose, looks.colour("eyes", INK), skin, brow)
            nx = 0.30 * pose.turn + 0.02
            h.stroke(
                curve((nx - 0.02, 0.20), (nx + 0.10 + 0.05 * pose.turn, 0.34), (nx - 0.03, 0.37)),
                dark(skin, 0.26),
                0.055,
            )
            if self.kind == "clown":
                h.dot(nx + 0.04, 0.30, 0.19, 0.19, rgb("e2402f"))
                h.glowing.dot(nx - 0.02, 0.24, 0.05, 0.05, WHITE, 0.8)
            if self.female and self.kind not in ("ninja",):
                hair.lashes(h, self.features, pose)
            if looks.kind("age") == "old":
                hair.wrinkles(h, self.features, pose, skin)
            if self.kind == "pirate":
                masks.eye_patch(h, self.features, pose)
            if looks.has("beard") or (self.kind == "man" and not looks.said("beard") and looks.rand(9) < 0.3):
                hair.beard(h, self, pose)
            if pose.action == "cry":
                tears(h, self.features, pose)
        if not covered and self.kind not in ("robot", "alien"):
            hair.front(h, self, pose, bool(hat))
        draw_eyewear(h, looks, pose, self.features.eye_y, self.features.spread, self.features.shift)
        draw_hat(h, looks, pose)


__all__ = ["Person", "ellipse", "rect"]
