"""The cast of a scene: reads each instance's track at a frame and has its rig draw it, with its shadow."""

from __future__ import annotations

from math import cos, sin
from typing import TYPE_CHECKING

from inference.world.picture.canvas import Radial
from inference.world.picture.palette import mix, rgb, tone
from inference.world.picture.path import Path, noise
from inference.world.picture.rigs import RIGS
from inference.world.picture.rigs.base import Looks, Pose, ease
from inference.world.scene import travelling
from inference.world.vocabulary import GAIT, MEDIUM, staged

if TYPE_CHECKING:
    from inference.world.picture.canvas import Matrix, Pen
    from inference.world.picture.site import Site
    from inference.world.scene import Instance, Layers

FLAT = frozenset({"quadruped", "bird", "fish", "vehicle"})  # drawn in profile: a turn narrows them
NARROWEST = 0.22
SHADOW = rgb("141a33")


class Cast:
    """All instances, back to front."""

    def __init__(self, site: Site, layers: Layers) -> None:
        self._site = site
        self._players = [Player(instance, site, layers.fps) for instance in layers.instances]
        self._shadows, self._pen = site.actors.group(), site.actors.group()

    def draw(self, index: int, camera: Matrix) -> None:
        for pen in (self._shadows, self._pen):
            pen.place(camera)
            pen.clear()
        for player in self._players:
            player.draw_shadow(self._shadows, index)
        for player in self._players:
            player.draw(self._pen, index)


class Player:
    def __init__(self, instance: Instance, site: Site, fps: int) -> None:
        self._instance, self._site, self._fps = instance, site, fps
        self.rig = instance.actor.rig
        self._looks = Looks(instance)
        self._model = RIGS[self.rig](self._looks)
        self._action = staged(self.rig, instance.actor.action) or "idle"
        self._walk = travelling(instance, fps)
        self._aloft = aloft(instance, site.place)
        self._tone = tone(site.lit, 0.84 + 0.16 * instance.depth, share=0.92 - 0.34 * site.lit.dim)
        self._mood = mood(self._looks.kind("face"), self._action)

    def draw_shadow(self, pen: Pen, index: int) -> None:
        if self._aloft or self._site.lit.shade <= 0:
            return
        x, y, scale, _, facing, _, lift, squash, _ = (float(v) for v in self._instance.track[index])
        up = max(lift, 0.0) / max(scale, 1e-6)
        narrow = 0.6 + 0.4 * abs(facing) if self.rig in FLAT else 1.0
        wide = scale * self._looks.subject.width * 0.52 * narrow * (1 - 0.35 * min(up, 1.0)) / max(squash, 0.4)
        alpha = self._site.lit.shade * 1.7 * (1 - 0.62 * min(up, 1.0))
        away = -self._site.lit.side * wide * 0.22
        spot = pen.group((wide, 0, 0, max(wide * 0.20, scale * 0.03), x + away, y))
        spot.fill(
            Path().ellipse(0, 0, 1, 1),
            Radial(0, 0, 1, ((0, SHADOW, 1), (0.55, SHADOW, 0.75), (1, SHADOW, 0))),
            min(alpha, 0.75),
        )

    def draw(self, pen: Pen, index: int) -> None:
        x, y, scale, angle, facing, phase, lift, squash, mouth = (float(v) for v in self._instance.track[index])
        if scale <= 1e-4:
            return
        flip = -1.0 if facing < 0 else 1.0
        turn = min(abs(facing), 1.0)
        width = max(turn, NARROWEST) if self.rig in FLAT else 0.88 + 0.12 * turn
        sx, sy = scale * width * flip / max(squash, 0.3) ** 0.7, scale * squash
        t = index / self._fps
        pose = Pose(
            action=self._action,
            walk=float(self._walk[index]),
            phase=phase,
            t=t + 7.3 * noise(self._instance.seed, 1),
            mouth=min(max(mouth, 0.0), 1.0),
            turn=turn,
            light=self._site.lit.side * flip,
            blink=blink(t, self._instance.seed),
            lift=lift / scale,
            wind=self._site.wind,
            mood=self._mood,
            aloft=self._aloft,
        )
        pivot = 0.0 if self._aloft else -scale * squash * 0.5 * ease((abs(angle) - 0.15) / 0.9)
        c, s = cos(angle), sin(angle)
        place = (sx * c, sx * s, -sy * s, sy * c, x - pivot * -s, y - lift + pivot - pivot * c)
        self._model.draw(pen.group(place).toned(self._tone), pose)


def aloft(instance: Instance, place: str) -> bool:
    """Whether the track gives the actor's centre: it flies, swims or hovers."""
    action = staged(instance.actor.rig, instance.actor.action)
    if action in ("fly", "swim", "float"):
        return True
    if instance.actor.rig == "fish":
        return instance.actor.subject != "crab"
    return MEDIUM[place] in ("air", "water")


def mood(face: str, action: str) -> str:
    by_action = {
        "laugh": "laughing",
        "cry": "sad",
        "sleep": "sleepy",
        "fall": "surprised",
        "dance": "happy",
        "sing": "happy",
        "wave": "happy",
    }
    return face or by_action.get(action, "")


def blink(t: float, seed: int) -> float:
    """1 for the middle of a blink; every three to four seconds, sometimes twice."""
    period = 2.9 + 1.3 * noise(seed, 2)
    u = (t + period * noise(seed, 3)) % period
    for start in (0.0, 0.24 if noise(seed, 4, int(t / period)) < 0.3 else 0.0):
        v = (u - start) / 0.15
        if 0 <= v <= 1:
            return sin(v * 3.14159) ** 0.5
    return 0.0


__all__ = ["GAIT", "Cast", "Player", "aloft", "mix"]
