"""A job's reference as the plate of its film."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import msgspec

from inference.plate.entrance import enter, steadied
from inference.plate.moving import VideoPlate
from inference.plate.still import StillPlate, still_of
from inference.ports import BadInput, Job, Unsupported
from inference.reel import reel_of
from inference.world.picture.palette import light_of

if TYPE_CHECKING:
    from inference.world.picture.palette import Light
    from inference.world.scene import Layers, Scene

AnyPlate = StillPlate | VideoPlate
LIGHTS = ("time", "weather")  # what words may change of a plate


def plate_of(job: Job) -> AnyPlate | None:
    if job.reference is None:
        return None
    if job.reference.kind == "image":
        return still_of(job.reference.path, job.width, job.height)
    plate = VideoPlate(reel_of(job.reference.path, (0.0, job.seconds)), job.width, job.height)
    plate.check()
    return plate


def check(job: Job) -> None:
    if job.reference is not None and job.verb not in {"create", "remix", "edit"}:
        raise Unsupported("a picture or video from elsewhere can be the place of a new clip, a remix or an edit only")


def needs_its_plate(scene: Scene, job: Job) -> None:
    """A scene that was filmed before a plate is nothing without it."""
    if scene.plate and job.reference is None:
        raise BadInput("the parent was made on a picture or video from elsewhere: give it again as the reference")


def placed(scene: Scene, plate: AnyPlate, job: Job) -> Scene:
    """The scene before the plate: where words leave the light open, it is the plate's own."""
    assert job.reference is not None
    own = {"time": plate.hour, "weather": "clear"}
    fields = {name: value for name, value in own.items() if name not in scene.fixed}
    with job.reference.path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return msgspec.structs.replace(scene, plate=digest, **fields)


def before(layers: Layers, plate: AnyPlate, scene: Scene) -> Layers:
    """The staging before its plate: a steady camera, actors who come in, the light that words ask for."""
    lit = plate.lit(_light(scene, plate))
    still = isinstance(plate, StillPlate)
    shots = tuple(msgspec.structs.replace(steadied(shot, still), plate=lit) for shot in layers.shots)
    if shots:
        shots = (enter(shots[0]), *shots[1:])
    return msgspec.structs.replace(enter(steadied(layers, still)), plate=lit, shots=shots)


def _light(scene: Scene, plate: AnyPlate) -> Light | None:
    if not any(name in scene.fixed for name in LIGHTS):
        return None
    light = light_of(scene.time, scene.weather)
    return light._replace(tint=(1.0, 1.0, 1.0), lift_by=0.0) if scene.time == plate.hour == "night" else light
