"""A job's reference as the plate of its film."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import msgspec

from inference.plate.entrance import enter, steadied
from inference.plate.moving import VideoPlate
from inference.plate.still import StillPlate, still_of
from inference.ports import BadInput, Job, Unsupported
from inference.world.picture.palette import light_of

if TYPE_CHECKING:
    from inference.world.picture.palette import Light
    from inference.world.scene import Ending, Layers, Scene

AnyPlate = StillPlate | VideoPlate
CLEAR = "clear"


def plate_of(job: Job, before: float = 0.0, since: float = 0.0) -> AnyPlate | None:
    """`before`: seconds of the file that are not drawn anew, of an extension; `since`: see `scene.Plate`."""
    if job.reference is None:
        return None
    if job.reference.kind == "image":
        return still_of(job.reference.path, job.width, job.height, since)
    plate = VideoPlate(job.reference.path, job.seconds - before, job.width, job.height, at=before, since=since)
    plate.check()
    return plate


def check(job: Job) -> None:
    if job.reference is not None and job.verb == "stitch":
        raise Unsupported("clips are joined as they are: a picture or video from elsewhere cannot be their place")


def needs_its_plate(scene: Scene, job: Job) -> None:
    """A scene that was filmed before a plate is nothing without it."""
    if scene.plate and job.reference is None:
        raise BadInput("the parent was made on a picture or video from elsewhere: give it again as the reference")


def placed(scene: Scene, plate: AnyPlate, job: Job) -> Scene:
    """The scene before the plate: where words leave the light of a shot open, it is the plate's own."""
    assert job.reference is not None
    with job.reference.path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    hour = plate.hour
    shots = tuple(_lit(shot, hour) for shot in scene.shots)
    return msgspec.structs.replace(_lit(scene, hour), plate=digest, shots=shots)


def _lit(shot: Scene, hour: str) -> Scene:
    own = {"time": hour, "weather": CLEAR}
    return msgspec.structs.replace(shot, **{name: own[name] for name in own if name not in shot.fixed})


def before(layers: Layers, plate: AnyPlate, last: Ending | None = None) -> Layers:
    """The staging before its plate: a steady camera, actors who come in, the light that words ask for. `last`: where an
    extension goes on from."""
    hour = plate.hour
    if not layers.shots:
        return _before(layers, plate, hour, last, opens=True)
    shots: list[Layers] = []
    passed = 0.0
    for shot in layers.shots:
        first = not shots
        shots.append(_before(shot, plate.later(passed), hour, last if first else None, opens=first))
        passed += shot.seconds
    whole = {name: getattr(shots[0], name) for name in ("camera", "instances", "view")}
    return msgspec.structs.replace(layers, plate=plate, shots=tuple(shots), **whole)


def _before(shot: Layers, plate: AnyPlate, hour: str, last: Ending | None, *, opens: bool) -> Layers:
    shot = steadied(shot, isinstance(plate, StillPlate), goes_on=last is not None)
    if opens:
        shot = enter(shot, frozenset(last.places) if last else frozenset())
    light = _light(shot.background.time, shot.background.weather, hour)
    return msgspec.structs.replace(shot, plate=plate.lit(light))


def _light(time: str, weather: str, hour: str) -> Light | None:
    if (time, weather) == (hour, CLEAR):
        return None
    light = light_of(time, weather)
    return light._replace(tint=(1.0, 1.0, 1.0), lift_by=0.0) if time == hour == "night" else light
