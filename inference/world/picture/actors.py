"""The cast of a scene: reads each instance's track at a frame and has its rig draw it, with its shadow."""

from __future__ import annotations

from math import cos, sin
from typing import TYPE_CHECKING

from inference.world.picture.canvas import Radial
from inference.world.picture.palette import rgb, tone
from inference.world.picture.path import Path, noise
from inference.world.picture.places import AIRLESS, INDOORS
from inference.world.picture.rigs import RIGS
from inference.world.picture.rigs.base import Looks, Pose, ease
from inference.world.picture.rigs.extras import dust
from inference.world.picture.rigs.props import BACKDROPS, PROPS
from inference.world.scene import travelling
from inference.world.vocabulary import HANDLING, MEDIUM, aloft, drawn, staged

if TYPE_CHECKING:
    from inference.world.picture.canvas import Colour, Matrix, Pen
    from inference.world.picture.palette import Light
    from inference.world.picture.site import Site
    from inference.world.scene import Instance, Layers

FLAT = frozenset({"quadruped", "bird", "fish", "vehicle"})  # drawn in profile: a turn narrows them
NARROWEST = 0.34
SHADOW = rgb("141a33")


class Cast:
    """All instances, back to front."""

    def __init__(self, site: Site, layers: Layers) -> None:
        self._site = site
        relations = [i.actor.relation for i in layers.instances if i.actor.relation]
        speakers = frozenset(line.speaker for line in layers.speech)
        held = frozenset(r.actor for r in relations if r.kind == "holds")
        ridden = frozenset(r.actor for r in relations if r.kind == "on")
        self._players = [
            Player(i, site, layers.fps, i.actor.name in held, i.actor.name in ridden, i.actor.name in speakers)
            for i in layers.instances
        ]
        self._shadows, self._pen = site.actors.passing(), site.actors.passing()

    def draw(self, index: int, camera: Matrix) -> None:
        for pen in (self._shadows, self._pen):
            pen.place(camera)
            pen.clear()
        for player in self._players:
            player.draw_shadow(self._shadows, index)
        for player in self._players:
            player.draw(self._pen, index)


class Player:
    def __init__(self, instance: Instance, site: Site, fps: int, held: bool, ridden: bool, speaks: bool) -> None:
        self._instance, self._site, self._fps = instance, site, fps
        self._held, self._ridden = held, ridden
        self.rig = instance.actor.rig
        self._looks = Looks(instance, speaks)
        self._model = RIGS[self.rig](self._looks)
        self._action = drawn(self.rig, staged(self.rig, instance.actor.action) or "idle")
        self._props, self._backdrop = PROPS.get(instance.actor.action), BACKDROPS.get(instance.actor.action)
        self._walk = travelling(instance, fps)
        actor = instance.actor
        self._aloft = aloft(actor.subject, actor.action, site.place)
        relation = actor.relation.kind if actor.relation else ""
        climbs = relation == "on" and actor.action == "climb"
        self._backdrop = None if climbs else self._backdrop
        self._holds = relation == "holds" and actor.action not in HANDLING
        self._props = None if relation == "holds" and actor.action == "juggle" else self._props
        self._rides = relation == "on" and not climbs
        self._whole = actor.action in ("roll", "spin")  # the track's angle turns it about its middle
        self._kicks = dust_of(site) if self._action == "run" and self.rig in ("person", "quadruped") else None
        self._waterline = self._level() if MEDIUM[site.place] == "surface" and not self._rides else None
        self._tone = tone(key_lit(site.lit), 0.84 + 0.16 * instance.depth, share=0.92 - 0.68 * site.lit.dim)
        self._mood = mood(self._looks.kind("face"), self._action)

    def _level(self) -> float | None:
        """Where the water cuts through whoever swims or stands in the sea; boats and fliers stay whole."""
        if self.rig == "vehicle" or (self._aloft and self._action in ("fly", "float")):
            return None
        y, scale = float(self._instance.track[:, 1].max()), float(self._instance.track[0, 2])
        sunk = -0.02 if self.rig == "fish" else 0.0 if self._aloft else -0.34
        return y + sunk * scale

    def draw_shadow(self, pen: Pen, index: int) -> None:
        if self._site.lit.shade <= 0 or MEDIUM[self._site.place] != "ground" or self._rides:
            return
        if self._aloft:
            self._draw_far_shadow(pen, index)
            return
        x, y, scale, _, facing, _, lift, squash, _, _ = (float(v) for v in self._instance.track[index])
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

    def _draw_far_shadow(self, pen: Pen, index: int) -> None:
        """Of a flier on the ground far below: wide, soft and faint."""
        x, y, scale = (float(v) for v in self._instance.track[index, :3])
        ground = 0.74 + 0.16 * self._instance.depth
        up = ground - y - scale * 0.5
        if up > 0:
            wide = scale * self._looks.subject.width * 0.42
            spot = pen.group((wide, 0, 0, wide * 0.16, x - self._site.lit.side * 0.12 * up, ground))
            fading = ((0, SHADOW, 1), (0.5, SHADOW, 0.5), (1, SHADOW, 0))
            spot.fill(
                Path().ellipse(0, 0, 1, 1), Radial(0, 0, 1, fading), self._site.lit.shade * max(0.2, 1 - 1.4 * up)
            )

    def draw(self, pen: Pen, index: int) -> None:
        if self._waterline is None:
            self._draw(pen, index)
            return
        x, y, scale = (float(v) for v in self._instance.track[index, :3])
        level, t = self._waterline, self._site.start + index / self._fps
        wide = scale * self._looks.subject.width * 0.5
        edge = [(x - 2 + i * 0.05, level + 0.006 * sin(i * 1.3 + t * 2.2)) for i in range(81)]
        above = pen.group()
        above.clip(Path().polyline([(x - 2, -1), *edge, (x + 2, -1)]).close())
        self._draw(above, index)
        if y + scale * 0.5 > level:
            ripples(pen.toned(self._tone), x, level, wide, t)

    def _draw(self, pen: Pen, index: int) -> None:
        x, y, scale, angle, facing, phase, lift, squash, mouth, wide = (float(v) for v in self._instance.track[index])
        if scale <= 1e-4:
            return
        flip = -1.0 if facing < 0 else 1.0
        turn = min(abs(facing), 1.0)
        width = max(turn, NARROWEST) if self.rig in FLAT else 0.88 + 0.12 * turn
        sx, sy = scale * width * flip / max(squash, 0.3) ** 0.7, scale * squash
        t = self._site.start + index / self._fps
        pose = Pose(
            action=self._action,
            walk=float(self._walk[index]),
            phase=phase,
            t=t + 7.3 * noise(self._instance.seed, 1),
            mouth=min(max(mouth, 0.0), 1.0),
            wide=wide,
            turn=turn,
            light=self._site.lit.side * flip,
            blink=blink(t, self._instance.seed),
            lift=lift / scale,
            wind=self._site.wind,
            mood=self._mood,
            aloft=self._aloft,
            angle=angle * flip,
            holds=self._holds,
            rides=self._rides,
            afloat=MEDIUM[self._site.place] == "surface",
            held=self._held,
            ridden=self._ridden,
        )
        pivot = (
            0.0 if self._aloft else -scale * squash * 0.5 * (1.0 if self._whole else ease((abs(angle) - 0.15) / 0.9))
        )
        c, s = cos(angle), sin(angle)
        place = (sx * c, sx * s, -sy * s, sy * c, x - pivot * -s, y - lift + pivot - pivot * c)
        actor = pen.group(place).toned(self._tone)
        if self._kicks and pose.walk > 0.4:
            dust(actor, phase, pose.walk, self._kicks)
        if self._backdrop:
            self._backdrop(actor, pose, self.rig)
        self._model.draw(actor, pose)
        if self._props and pose.walk < 0.5:
            self._props(actor, pose, self.rig)


def key_lit(lit: Light) -> Light:
    """Who is looked at keeps more colour than the place in the dark."""
    return lit._replace(grey=lit.grey * (1 - 0.6 * lit.dim))


def dust_of(site: Site) -> Colour | None:
    """The colour of what running feet stir up; nothing on wet ground or under a roof."""
    if site.place in INDOORS | AIRLESS or site.wet or MEDIUM[site.place] != "ground":
        return None
    return rgb("ffffff") if site.snowy else rgb("d9c7a4")


def ripples(pen: Pen, x: float, y: float, wide: float, t: float) -> None:
    """Foam and rings where somebody leaves the water."""
    foam = Path()
    for i in range(7):
        u = (i - 3) / 3
        foam.ellipse(x + u * wide * 0.75, y + 0.003 * sin(t * 4 + i * 2), wide * (0.16 + 0.05 * sin(t * 3 + i)), 0.0055)
    pen.fill(foam, rgb("f2fdff"), 0.9)
    for k in range(2):
        u = (t * 0.7 + k * 0.5) % 1.0
        ring = Path().ellipse(x, y + 0.004, wide * (0.8 + 0.8 * u), 0.010 + 0.022 * u)
        pen.stroke(ring, rgb("dff6fb"), 0.003, 0.55 * (1 - u))


def mood(face: str, action: str) -> str:
    by_action = {
        "laugh": "laughing",
        "cry": "sad",
        "sleep": "sleepy",
        "fall": "surprised",
        "dance": "happy",
        "sing": "happy",
        "wave": "happy",
        "cheer": "happy",
        "hug": "happy",
        "juggle": "happy",
        "fight": "angry",
        "stretch": "sleepy",
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
