"""From a clip or a picture to the parameters of a character, with how sure they are and what they look like drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from domain import appearance
from inference.enrol.figure import Figure, figures_of
from inference.enrol.fitting import Fit, fit
from inference.enrol.seeing import frames_of
from inference.enrol.sprite import drawn
from inference.ports import BadInput
from inference.world import vocabulary as v

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

Pixels = NDArray[np.uint8]

SURE: Final = 0.6  # below it the notes say that the parameters are a guess
FITTED: Final = 2  # of the figures that stand out best
ENLARGED: Final = 3

NO_LIKENESS: Final = "A drawing with similar colours and clothes, not a likeness: it recognises nobody."


class Enrolment(msgspec.Struct, frozen=True):
    """`params` are those of the rig in `domain.appearance`, to be changed at will: `seen` names those that the picture
    shows plainly, `guessed` the others. `description` names the subject. `preview` [height, width, 3]: what was seen
    beside what the parameters draw."""

    rig: str
    description: str
    params: dict[str, float]
    seen: tuple[str, ...]
    guessed: tuple[str, ...]
    confidence: float
    preview: Pixels
    notes: tuple[str, ...]


def from_clip(path: Path) -> Enrolment:
    """Raises `BadInput` where nothing can be read or nobody is seen."""
    figures = figures_of(frames_of(path))
    if not figures:
        raise BadInput("nobody stands out in it: show one figure in the middle before a plain background")
    seen = sorted(figures, key=_prominence, reverse=True)[:FITTED]
    found = min(((fit(figure), figure) for figure in seen), key=lambda pair: pair[0].difference - 90 * pair[0].overlap)
    return _enrolment(*found, _spread(seen))


def _prominence(figure: Figure) -> float:
    return figure.clear * min(figure.share / 0.05, 1.0)


def _spread(figures: Sequence[Figure]) -> float:
    """How far the outlines of several frames differ, 0 to 1: a figure keeps its shape, chance does not."""
    if len(figures) < 2:
        return 0.0
    return float(np.mean([np.mean(one.mask != figures[0].mask) for one in figures[1:]]))


def _enrolment(best: Fit, figure: Figure, spread: float) -> Enrolment:
    rig = v.SUBJECTS[best.subject].rig
    sure = confidence(best, figure, spread)
    notes = [NO_LIKENESS]
    if sure < SURE:
        notes.append(
            "Not sure: shape and colours are a guess from colours alone. Change the parameters until they fit."
        )
    notes.append("The colours are those under the light of the picture.")
    params = _params(rig, best.look)
    seen = tuple(name for name in params if name in best.plain) if sure >= SURE else ()
    return Enrolment(
        rig=rig,
        description=f"a {best.subject.replace('_', ' ')}",
        params=params,
        seen=seen,
        guessed=tuple(name for name in params if name not in seen),
        confidence=round(sure, 2),
        preview=_preview(best, figure),
        notes=tuple(notes),
    )


def confidence(best: Fit, figure: Figure, spread: float) -> float:
    """High only where outline and colours are both explained."""
    shape = np.clip((best.overlap - 0.55) / 0.3, 0, 1)
    colour = np.clip((60 - best.difference) / 42, 0, 1)
    whole = 1.0 if 0.01 < figure.share < 0.6 else 0.4
    return float(shape * colour * whole * np.clip(1.3 - 2 * spread, 0.3, 1))


def _params(rig: str, look: dict[str, str]) -> dict[str, float]:
    known, params = appearance.RIGS[rig], dict[str, float]()
    for name, value in look.items():
        if name not in known:
            continue
        if value.startswith("#"):
            params[name] = int(value[1:], 16)
        elif name in appearance.CHOICES:
            params[name] = appearance.CHOICES[name].index(value)
        else:
            params[name] = 1
    return params


def _preview(best: Fit, figure: Figure) -> Pixels:
    seen = np.where(figure.mask[..., None], figure.pixels, 255).astype(np.uint8)
    both = np.concatenate([seen, drawn(best.subject, best.look, best.flip)[0]], axis=1)
    return both.repeat(ENLARGED, axis=0).repeat(ENLARGED, axis=1)
