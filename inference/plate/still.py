"""A picture as a place: cut by depth into sheets that move against each other under the camera. At the first frame,
where the camera has not moved, they are the picture."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import av
import msgspec
import numpy as np
from numpy.typing import NDArray

from inference.plate.depth import Map, above, depth_of
from inference.plate.fitting import fit
from inference.plate.light import graded, hour_of, risen
from inference.ports import BadInput
from inference.world.picture.palette import Light

if TYPE_CHECKING:
    from pathlib import Path

    from inference.world.picture.site import Site

Pixels = NDArray[np.uint8]

# Parallax of each sheet, and the depth from which on it shows; actors stand on the nearest.
SHEETS: Final = ((0.55, None), (0.80, 0.42), (1.0, 0.74))
PAD: Final = 0.08  # of the height, mirrored around the picture, for what a moved camera sees beyond it
MOST_PIXELS: Final = 40_000_000


class StillPlate(msgspec.Struct, frozen=True):
    """`light`: what words make of the light; None leaves it as it is. `since`: see `scene.Plate`."""

    picture: Pixels  # of the clip's size
    light: Light | None = None
    since: float = 0.0

    @property
    def hour(self) -> str:
        return hour_of(self.picture)

    def lit(self, light: Light | None) -> StillPlate:
        return msgspec.structs.replace(self, light=light)

    def later(self, seconds: float) -> StillPlate:
        """For what is seen so long after this."""
        return msgspec.structs.replace(self, since=self.since + seconds)

    def heard(self, before: float = 0.0) -> None:
        return None

    def build(self, site: Site) -> None:
        height, width = self.picture.shape[:2]
        pad = round(PAD * height)
        place = (1 / height, 0, 0, 1 / height, -(width / 2 + pad) / height, -pad / height)
        beyond = ((pad, pad), (pad, pad))
        depth = np.pad(depth_of(self.picture), beyond, mode="reflect")
        picture = np.pad(self.picture, (*beyond, (0, 0)), mode="reflect")
        for parallax, level in SHEETS:
            alpha = np.ones_like(depth) if level is None else above(depth, level)
            pen = site.back.group()
            site.placed.append((pen, parallax))
            pen.group(place).image(_sheet(picture, alpha))
            if self.light is not None:
                shade = pen.group(place)
                shade.image(_sheet(graded(picture, self.light), alpha))
                site.movers.append(lambda t, shade=shade: shade.fade(risen(self.since + t - site.start)))  # type: ignore[misc]


def _sheet(picture: Pixels, alpha: Map) -> Pixels:
    """Premultiplied RGBA."""
    out = np.empty((*picture.shape[:2], 4), np.uint8)
    out[..., :3] = np.rint(picture * alpha[..., None])
    out[..., 3] = np.rint(alpha * 255)
    return out


def still_of(path: Path, width: int, height: int, since: float = 0.0) -> StillPlate:
    try:
        with av.open(str(path)) as container:
            stream = container.streams.video[0]
            if stream.width * stream.height > MOST_PIXELS:
                raise BadInput(f"the picture has more than {MOST_PIXELS // 1_000_000} million pixels")
            frame = next(container.decode(stream))
    except (av.FFmpegError, IndexError, StopIteration) as error:
        raise BadInput("the picture cannot be read: give a PNG, JPEG or WebP file") from error
    return StillPlate(fit(frame, width, height), since=since)
