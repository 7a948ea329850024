"""Analysis by synthesis: which subject, which colours and which things worn draw what was seen best."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec
import numpy as np
from scipy.ndimage import binary_erosion

from domain import appearance
from inference.enrol.sprite import drawn, outline, part_mask
from inference.world import vocabulary as v

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from inference.enrol.figure import Figure, Mask, Pixels

CANDIDATES: Final = 5  # subjects whose outline comes nearest, to be compared in colour
STYLES: Final = ("hair_style", "pattern", "build", "age")  # choices that a standing figure shows
BETTER: Final = 0.03  # of the difference that a thing worn must take away to be believed
PLAINLY: Final = 0.10  # of the difference that it takes away where it is plain to see
LARGE: Final = 40  # pixels of a part that is plain to see
EVEN: Final = 26.0  # how far its colours are from their median, 0 to 255


class Fit(msgspec.Struct, frozen=True):
    subject: str
    flip: bool
    look: dict[str, str]  # as `Actor.look` has it
    plain: frozenset[str]  # what of the look is plain to see: large and of one colour, or much better with it
    overlap: float  # of the outlines, 0 to 1
    difference: float  # of the colours where both are, 0 to 255


def fit(figure: Figure) -> Fit:
    best = min((_coloured(figure, subject, flip) for subject, flip in _nearest(figure)), key=_cost)
    return _dressed(figure, best)


def _cost(found: Fit) -> float:
    return found.difference + 90 * (1 - found.overlap)


def overlap(one: Mask, two: Mask) -> float:
    return float((one & two).sum() / max((one | two).sum(), 1))


def _nearest(figure: Figure) -> list[tuple[str, bool]]:
    scores = [
        (overlap(figure.mask, outline(subject)[:, ::-1] if flip else outline(subject)), subject, flip)
        for subject in v.SUBJECTS
        for flip in (False, True)
    ]
    return [(subject, flip) for _, subject, flip in sorted(scores, reverse=True)[:CANDIDATES]]


def _coloured(figure: Figure, subject: str, flip: bool) -> Fit:
    """The median colour of each part; once more, by how far the drawing is from it: shading is not the part's own."""
    parts = [part for part in colours_of(subject) if part != "eyes"]
    look, plain = dict[str, str](), set[str]()
    for part in parts:
        mask = part_mask(subject, look, part, flip) & figure.mask
        inner = binary_erosion(mask)
        inside = inner if inner.sum() > 12 else mask
        seen = _median(figure.pixels, inside)
        if seen is None:
            continue
        look[part] = _hex(seen)
        if inside.sum() >= LARGE and np.median(np.abs(figure.pixels[inside] - seen).max(axis=1)) <= EVEN:
            plain.add(part)
        again = _median(drawn(subject, look, flip)[0], inside)
        if again is not None:
            look[part] = _hex(np.clip(seen + (seen - again), 0, 255))
    return _measured(figure, subject, flip, look, frozenset(plain))


def colours_of(subject: str) -> list[str]:
    """The colours that a character of its rig has, of those that this subject shows."""
    kind = v.SUBJECTS[subject]
    known = [name for name, one in appearance.RIGS[kind.rig].items() if one.most == 0xFFFFFF]
    return [name for name in known if name in kind.palette or (name == "skin" and kind.rig == "person")]


def _dressed(figure: Figure, found: Fit) -> Fit:
    """Things worn and choices, one after the other, each kept where it helps."""
    names = appearance.RIGS[v.SUBJECTS[found.subject].rig]
    for name in names:
        if name in v.WORN and name != "wings":
            found = _better(figure, found, [{name: "yes"}])
        elif name in STYLES:
            found = _better(figure, found, [{name: value} for value in appearance.CHOICES[name][1:]])
    return found


def _better(figure: Figure, found: Fit, changes: Sequence[dict[str, str]]) -> Fit:
    tried = [_measured(figure, found.subject, found.flip, {**found.look, **change}, found.plain) for change in changes]
    best, change = min(zip(tried, changes, strict=True), key=lambda pair: _cost(pair[0]))
    if _cost(best) >= _cost(found) * (1 - BETTER):
        return found
    if _cost(best) < _cost(found) * (1 - PLAINLY):
        return msgspec.structs.replace(best, plain=found.plain | change.keys())
    return best


def _measured(figure: Figure, subject: str, flip: bool, look: dict[str, str], plain: frozenset[str]) -> Fit:
    pixels, mask = drawn(subject, look, flip)
    both = mask & figure.mask
    apart = np.abs(pixels.astype(np.float32) - figure.pixels)[both]
    return Fit(subject, flip, look, plain, overlap(mask, figure.mask), float(apart.mean()) if len(apart) else 255.0)


def _median(pixels: Pixels, mask: Mask) -> NDArray[np.float64] | None:
    return np.median(pixels[mask], axis=0) if mask.sum() >= 6 else None


def _hex(colour: NDArray[np.float64]) -> str:
    return "#" + "".join(f"{round(float(channel)):02x}" for channel in colour)
