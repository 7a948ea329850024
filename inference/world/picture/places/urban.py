"""City and street."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inference.world.picture.canvas import Linear
from inference.world.picture.palette import dark, light, rgb
from inference.world.picture.path import Path, rect
from inference.world.picture.places import nature
from inference.world.picture.places.buildings import WALLS, bench, house, lamp_post, paving, planter, puddles, skyline
from inference.world.picture.places.growth import GREENS, trees
from inference.world.picture.sky import sky

if TYPE_CHECKING:
    from inference.world.picture.site import Site


def city(site: Site) -> None:
    sky(site)
    h = site.horizon
    skyline(site, 0.12, 0.12, h + 0.01, 0.40, 1)
    skyline(site, 0.25, 0.42, h + 0.02, 0.34, 2)
    skyline(site, 0.5, 0.78, h + 0.03, 0.30, 3)
    trees(site, 0.8, 0.9, h + 0.045, 0.21, (0.10, 0.13), GREENS)
    ground = site.layer(1.0, 1.0)
    low, high = site.view.span(1.0)
    paving(ground, site, h + 0.035, low, high)
    for x, r, key in site.cells(1.0, 0.62, 11):
        lamp_post(ground, site, x, h + 0.075, 0.34)
        planter(ground, site, x + 0.24, h + 0.095, 0.06, key)
        if r > 0.4:
            bench(ground, site, x + 0.13, h + 0.09, 0.07)
    puddles(ground, site, h + 0.1)
    _front_rail(site)


def street(site: Site) -> None:
    sky(site)
    h = site.horizon
    skyline(site, 0.2, 0.25, h - 0.02, 0.30, 2)
    houses = site.layer(0.8, 0.92)
    low, high = site.view.span(0.8)
    x, i = low - 0.1, 0
    while x < high + 0.2:
        w = 0.17 + 0.09 * site.rand(20, i)
        house(houses, site, x, h + 0.06, w, 0.30 + 0.14 * site.rand(21, i), WALLS[(i + site.seed) % 7], i + site.seed)
        x, i = x + w + 0.006, i + 1
    ground = site.layer(1.0, 1.0)
    low, high = site.view.span(1.0)
    walk, road = site.soil(rgb("cdbfae")), site.soil(rgb("6d7182"))
    ground.fill(
        rect(low, h + 0.05, high - low, 0.1), Linear(0, h + 0.05, 0, h + 0.12, ((0, dark(walk, 0.18), 1), (1, walk, 1)))
    )
    joints = Path()
    for k in range(int(low / 0.09), int(high / 0.09) + 1):
        joints.move(k * 0.09, h + 0.05).line(k * 0.09 * 1.08, h + 0.115)
    ground.stroke(joints, dark(walk, 0.2), 0.002, 0.6)
    ground.fill(rect(low, h + 0.115, high - low, 0.014), light(walk, 0.25))
    ground.fill(rect(low, h + 0.127, high - low, 0.012), dark(walk, 0.32))
    ground.fill(
        rect(low, h + 0.138, high - low, 2),
        Linear(0, h + 0.138, 0, 1, ((0, dark(road, 0.20), 1), (0.3, road, 1), (1, dark(road, 0.16), 1))),
    )
    dashes = Path()
    for k in range(int(low / 0.3) - 1, int(high / 0.3) + 1):
        dashes.polygon(
            (
                (k * 0.3, h + 0.232),
                (k * 0.3 + 0.15, h + 0.232),
                (k * 0.3 + 0.155, h + 0.246),
                (k * 0.3 - 0.004, h + 0.246),
            )
        )
    ground.fill(dashes, rgb("f3e6c2"), 0.9)
    nature.pebbles(ground, site, h + 0.14, road, 33, 18)
    for x, r, key in site.cells(1.0, 0.74, 12):
        lamp_post(ground, site, x, h + 0.10, 0.36)
        nature.tree(ground, site, x + 0.3, h + 0.095, 0.30 + 0.05 * r, GREENS[key % 5], key)
    puddles(ground, site, h + 0.16)
    _front_rail(site)


def _front_rail(site: Site) -> None:
    """A dark bough and a flower box near the lens: something to look past."""
    nature.fringe(site, rgb("2f4a4a"))
