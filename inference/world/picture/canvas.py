"""A thin pen over ThorVG's C interface.

The binding's own classes declare argument types on every call; here they are declared once, because the number of
calls per frame decides the speed. One `Canvas` must stay on one thread; several canvases run at the same time, since
the interpreter lock is free while one of them draws.
"""

from __future__ import annotations

import ctypes
import threading
from typing import TYPE_CHECKING, NamedTuple, Self

import numpy as np
from thorvg_python import engine

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from inference.world.picture.path import Path

Colour = tuple[int, int, int]
Matrix = tuple[float, float, float, float, float, float]  # x' = a x + c y + e, y' = b x + d y + f
Stop = tuple[float, Colour, float]  # offset, colour, opacity


class Linear(NamedTuple):
    x0: float
    y0: float
    x1: float
    y1: float
    stops: tuple[Stop, ...]


class Radial(NamedTuple):
    cx: float
    cy: float
    r: float
    stops: tuple[Stop, ...]


Ink = Colour | Linear | Radial

_P, _F, _B, _N = ctypes.c_void_p, ctypes.c_float, ctypes.c_uint8, ctypes.c_uint32
_SIGNATURES: dict[str, tuple[object, ...]] = {  # name -> result, then arguments
    "engine_init": (ctypes.c_int, _N),
    "swcanvas_create": (_P, _B),
    "swcanvas_set_target": (ctypes.c_int, _P, _P, _N, _N, _N, _B),
    "canvas_add": (ctypes.c_int, _P, _P),
    "canvas_update": (ctypes.c_int, _P),
    "canvas_draw": (ctypes.c_int, _P, ctypes.c_bool),
    "canvas_sync": (ctypes.c_int, _P),
    "canvas_destroy": (ctypes.c_int, _P),
    "scene_new": (_P,),
    "scene_add": (ctypes.c_int, _P, _P),
    "scene_remove": (ctypes.c_int, _P, _P),
    "scene_add_effect_gaussian_blur": (ctypes.c_int, _P, ctypes.c_double, ctypes.c_int, ctypes.c_int, ctypes.c_int),
    "shape_new": (_P,),
    "shape_append_path": (ctypes.c_int, _P, _P, _N, _P, _N),
    "shape_append_circle": (ctypes.c_int, _P, _F, _F, _F, _F, ctypes.c_bool),
    "shape_set_fill_color": (ctypes.c_int, _P, _B, _B, _B, _B),
    "shape_set_stroke_color": (ctypes.c_int, _P, _B, _B, _B, _B),
    "shape_set_stroke_width": (ctypes.c_int, _P, _F),
    "shape_set_stroke_cap": (ctypes.c_int, _P, ctypes.c_int),
    "shape_set_stroke_join": (ctypes.c_int, _P, ctypes.c_int),
    "shape_set_gradient": (ctypes.c_int, _P, _P),
    "shape_set_stroke_gradient": (ctypes.c_int, _P, _P),
    "linear_gradient_new": (_P,),
    "linear_gradient_set": (ctypes.c_int, _P, _F, _F, _F, _F),
    "radial_gradient_new": (_P,),
    "radial_gradient_set": (ctypes.c_int, _P, _F, _F, _F, _F, _F, _F),
    "gradient_duplicate": (_P, _P),
    "gradient_del": (ctypes.c_int, _P),
    "gradient_set_color_stops": (ctypes.c_int, _P, _P, _N),
    "paint_set_transform": (ctypes.c_int, _P, _P),
    "paint_set_opacity": (ctypes.c_int, _P, _B),
    "paint_set_visible": (ctypes.c_int, _P, ctypes.c_bool),
    "paint_set_clip": (ctypes.c_int, _P, _P),
    "paint_set_blend_method": (ctypes.c_int, _P, ctypes.c_int),
    "picture_new": (_P,),
    "picture_load_raw": (ctypes.c_int, _P, _P, _N, _N, _B, ctypes.c_bool),
}
_ABGR_PREMULTIPLIED, _NO_PARTIAL_REDRAW, _BUTT, _ROUND, _ROUND_JOIN = 0, 0, 0, 1, 1


def _bind() -> dict[str, Callable[..., int]]:
    if engine.THORVG_LIB is None:
        raise OSError("the ThorVG library of thorvg-python cannot be loaded: reinstall thorvg-python")
    library = ctypes.CDLL(engine.THORVG_LIB._name)  # own function objects: the binding rewrites argtypes of its own
    bound = {}
    for name, (result, *arguments) in _SIGNATURES.items():
        function = getattr(library, "tvg_" + name)
        function.restype, function.argtypes = result, arguments
        bound[name] = function
    return bound


class _Stop(ctypes.Structure):
    _fields_ = [("offset", _F), ("r", _B), ("g", _B), ("b", _B), ("a", _B)]


class _Matrix(ctypes.Structure):
    _fields_ = [(f"e{i}{j}", _F) for i in (1, 2, 3) for j in (1, 2, 3)]


_FINE = 1024.0
_MOST_LINES = 6  # per shape: the rasteriser's time grows with the square of what one shape covers
_SHRINK = ctypes.byref(_Matrix(1 / _FINE, 0, 0, 0, 1 / _FINE, 0, 0, 0, 1))
_tvg = _bind()
_starting = threading.Lock()
_shape_new, _append_path, _scene_add = _tvg["shape_new"], _tvg["shape_append_path"], _tvg["scene_add"]
_fill_color, _append_circle = _tvg["shape_set_fill_color"], _tvg["shape_append_circle"]
_set_transform = _tvg["paint_set_transform"]


Gradients = list[tuple["Callable[..., int]", int, int]]  # setter, shape, a copy of its gradient


def as_it_is(colour: Colour) -> Colour:
    return colour


class Pen:
    """Draws into one scene node, passing every colour through `tone` (light, haze)."""

    __slots__ = ("_kept", "_node", "tone")

    def __init__(self, node: int, tone: Callable[[Colour], Colour] = as_it_is, kept: Gradients | None = None) -> None:
        self._node = node
        self.tone = tone
        self._kept = kept

    def toned(self, tone: Callable[[Colour], Colour]) -> Pen:
        return Pen(self._node, tone, self._kept)

    @property
    def glowing(self) -> Pen:
        """The same node without the tone: for what gives off light."""
        return Pen(self._node, as_it_is, self._kept)

    def passing(self) -> Pen:
        """A group for what is cleared and drawn again for every frame."""
        return Pen(self.group()._node, self.tone)

    def group(self, matrix: Matrix | None = None, opacity: float = 1.0) -> Pen:
        node = _tvg["scene_new"]()
        _scene_add(self._node, node)
        pen = Pen(node, self.tone, self._kept)
        if matrix is not None:
            pen.place(matrix)
        if opacity < 1:
            pen.fade(opacity)
        return pen

    def place(self, matrix: Matrix) -> None:
        a, b, c, d, e, f = matrix
        _set_transform(self._node, ctypes.byref(_Matrix(a, c, e, b, d, f, 0, 0, 1)))

    def fade(self, opacity: float) -> None:
        _tvg["paint_set_opacity"](self._node, round(min(max(opacity, 0), 1) * 255))

    def clear(self) -> None:
        _tvg["scene_remove"](self._node, None)

    def clip(self, path: Path) -> None:
        """Shows only what lies inside the path, which is in the units around this node."""
        clipper = _outline(path)
        _fill_color(clipper, 0, 0, 0, 255)
        _tvg["paint_set_clip"](self._node, clipper)

    def fill(self, path: Path, ink: Ink, alpha: float = 1.0, clip: Path | None = None) -> None:
        """Small gradients lose their precision like strokes (see there)."""
        if not path.commands:
            return
        if len(ink) == 3:
            shape = _outline(path)
            r, g, b = self.tone(ink)
            _fill_color(shape, r, g, b, round(alpha * 255))
        else:
            shape = _outline(path, _FINE)
            _set_transform(shape, _SHRINK)
            self._paint(shape, "shape_set_gradient", self._gradient(_enlarged(ink), alpha))
        if clip is not None:
            clipper = _outline(clip)
            _fill_color(clipper, 0, 0, 0, 255)
            _tvg["paint_set_clip"](shape, clipper)
        _scene_add(self._node, shape)

    def stroke(self, path: Path, ink: Ink, width: float, alpha: float = 1.0, butt: bool = False) -> None:
        """The rasteriser keeps widths as 1/64 before it applies transforms, so strokes are made large and shrunk."""
        for part in path.parts(_MOST_LINES):
            if part.commands:
                self._stroke(part, ink, width, alpha, butt)

    def _stroke(self, path: Path, ink: Ink, width: float, alpha: float, butt: bool) -> None:
        shape = _outline(path, _FINE)
        _set_transform(shape, _SHRINK)
        _tvg["shape_set_stroke_width"](shape, width * _FINE)
        _tvg["shape_set_stroke_cap"](shape, _BUTT if butt else _ROUND)
        _tvg["shape_set_stroke_join"](shape, _ROUND_JOIN)
        if len(ink) == 3:
            r, g, b = self.tone(ink)
            _tvg["shape_set_stroke_color"](shape, r, g, b, round(alpha * 255))
        else:
            self._paint(shape, "shape_set_stroke_gradient", self._gradient(_enlarged(ink), alpha))
        _scene_add(self._node, shape)

    def dot(self, cx: float, cy: float, rx: float, ry: float, colour: Colour, alpha: float = 1.0) -> None:
        """An ellipse in one colour: the cheapest shape."""
        shape = _shape_new()
        _append_circle(shape, cx, cy, rx, ry, True)
        r, g, b = self.tone(colour)
        _fill_color(shape, r, g, b, round(alpha * 255))
        _scene_add(self._node, shape)

    def glow(self, cx: float, cy: float, r: float, colour: Colour, alpha: float = 1.0, core: float = 0.0) -> None:
        """A halo that fades out from the centre (from `core` of its radius)."""
        stops = ((core, colour, alpha), (core + (1 - core) * 0.4, colour, alpha * 0.38), (1.0, colour, 0.0))
        cx, cy, r = cx * _FINE, cy * _FINE, r * _FINE
        shape = _shape_new()
        _append_circle(shape, cx, cy, r, r, True)
        _set_transform(shape, _SHRINK)
        self._paint(shape, "shape_set_gradient", self._gradient(Radial(cx, cy, r, stops), 1.0))
        _scene_add(self._node, shape)

    def image(self, pixels: NDArray[np.uint8]) -> None:
        """Premultiplied RGBA pixels [height, width, 4], copied, at the node's origin."""
        picture = _tvg["picture_new"]()
        height, width = pixels.shape[:2]
        _tvg["picture_load_raw"](picture, pixels.ctypes.data, width, height, _ABGR_PREMULTIPLIED, True)
        _scene_add(self._node, picture)

    def _paint(self, shape: int, setter: str, gradient: int) -> None:
        if self._kept is not None:
            self._kept.append((_tvg[setter], shape, _tvg["gradient_duplicate"](gradient)))
        _tvg[setter](shape, gradient)

    def _gradient(self, ink: Linear | Radial, alpha: float) -> int:
        if isinstance(ink, Linear):
            gradient = _tvg["linear_gradient_new"]()
            _tvg["linear_gradient_set"](gradient, *ink[:4])
        else:
            gradient = _tvg["radial_gradient_new"]()
            _tvg["radial_gradient_set"](gradient, ink.cx, ink.cy, ink.r, ink.cx, ink.cy, 0.0)
        stops = [_Stop(at, *self.tone(colour), round(opacity * alpha * 255)) for at, colour, opacity in ink.stops]
        _tvg["gradient_set_color_stops"](gradient, (_Stop * len(stops))(*stops), len(stops))
        return gradient


def _enlarged(ink: Linear | Radial) -> Linear | Radial:
    if isinstance(ink, Linear):
        x0, y0, x1, y1, stops = ink
        return Linear(x0 * _FINE, y0 * _FINE, x1 * _FINE, y1 * _FINE, stops)
    return Radial(ink.cx * _FINE, ink.cy * _FINE, ink.r * _FINE, ink.stops)


def _outline(path: Path, scale: float = 1.0) -> int:
    shape = _shape_new()
    commands = path.commands
    points = np.frombuffer(path.points, np.float32)
    if scale != 1.0:
        points = points * np.float32(scale)
    buffer = (_B * len(commands)).from_buffer(commands)
    _append_path(shape, buffer, len(commands), points.ctypes.data, len(points) // 2)
    return shape


class Canvas:
    """A pixel buffer and its scene graph. `root` is in pixels; nodes drawn into it stay until cleared."""

    def __init__(self, width: int, height: int) -> None:
        self.pixels: NDArray[np.uint8] = np.zeros((height, width, 4), np.uint8)
        with _starting:
            _must(_tvg["engine_init"](0))  # counted by the library; never ended, its tables serve the whole process
        self._canvas = _tvg["swcanvas_create"](_NO_PARTIAL_REDRAW)
        target = self.pixels.ctypes.data
        _must(_tvg["swcanvas_set_target"](self._canvas, target, width, width, height, _ABGR_PREMULTIPLIED))
        root = _tvg["scene_new"]()
        _must(_tvg["canvas_add"](self._canvas, root))
        self._kept: Gradients = []
        self.root = Pen(root, kept=self._kept)

    def draw(self, clear: bool = False) -> None:
        """A moved or faded node keeps the gradients of its last drawing, so each retained one is set anew."""
        duplicate = _tvg["gradient_duplicate"]
        for setter, shape, gradient in self._kept:
            setter(shape, duplicate(gradient))
        _must(_tvg["canvas_update"](self._canvas))
        _must(_tvg["canvas_draw"](self._canvas, clear))
        _must(_tvg["canvas_sync"](self._canvas))

    def rgb(self) -> NDArray[np.uint8]:
        out = np.empty((*self.pixels.shape[:2], 3), np.uint8)
        for channel in range(3):  # plane by plane is five times faster than one strided copy
            out[..., channel] = self.pixels[..., channel]
        return out

    def close(self) -> None:
        if self._canvas:
            _tvg["canvas_destroy"](self._canvas)
            for _, _, gradient in self._kept:
                _tvg["gradient_del"](gradient)
            self._kept.clear()
            self._canvas = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _must(result: int) -> None:
    if result != 0:
        raise RuntimeError(f"ThorVG refused a drawing step with result {result}")
