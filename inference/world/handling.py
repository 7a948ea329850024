"""What is pushed, kicked, thrown or juggled, and who climbs: tracks that follow another part in a way of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from inference.world.motion import crossings, ease
from inference.world.stagecraft import RATES

if TYPE_CHECKING:
    from inference.world.blocking import Grip, Part
    from inference.world.stagecraft import Stagecraft


def handle(part: Part, host: Part, grip: Grip) -> None:
    """A ball on its way: kicked and coming back, thrown and caught, one of several in the air."""
    of, h = host.curves, host.height
    ones, side = np.ones_like(of["x"]), np.sign(of["facing"]) + (of["facing"] == 0)
    low = of["y"] + (h / 2 if host.aloft else 0.0)
    action = host.actor.action
    if action == "push":
        ahead, lift = grip.ahead * h * ones, 0.0 * ones
    else:
        release = {"kick": 0.48, "throw": 0.5, "juggle": part.copy / max(part.actor.count, 1)}[action]
        u = (of["phase"] - release) % 1.0
        flight = 4 * u * (1 - u)
        if action == "kick":
            ahead, lift = (grip.ahead + 1.1 * flight**0.8) * h, 0.42 * h * np.abs(np.sin(2 * np.pi * u)) * (1 - u)
        elif action == "throw":
            away = np.clip(u / 0.8, 0, 1)
            ahead, lift = (0.24 + 0.06 * away) * h, (0.42 + 0.85 * 4 * away * (1 - away)) * h
        else:
            across = np.where(np.floor(of["phase"] - release) % 2 > 0.5, 1 - 2 * u, 2 * u - 1)
            ahead, lift = (0.20 + 0.11 * across) * h, (0.42 + 0.62 * flight) * h
        part.curves["angle"] = 2 * np.pi * of["phase"] * side * (part.actor.subject == "ball")
    part.curves["x"] = of["x"] + ahead * side
    part.curves["lift"] = lift
    part.curves["y"] = low - (lift + part.height / 2 if part.aloft else 0.0)
    if part.aloft:
        part.curves["lift"] = 0.0 * ones


def climb_on(part: Part, host: Part, craft: Stagecraft) -> None:
    """Up the trunk or wall of what it climbs: from the ground to near the top, with a rest between."""
    t, s = craft.t, craft.seconds
    share = 0.55 * ease((t - 0.05 * s) / (0.4 * s)) + 0.45 * ease((t - 0.6 * s) / (0.36 * s))
    most = max(0.2, 0.92 * host.height - part.height)
    part.height = part.curves["scale"][0]
    part.curves["lift"] = most * share
    part.curves["x"] = host.curves["x"] - 0.10 * part.height
    part.curves["y"] = host.curves["y"]
    part.curves["facing"] = np.ones_like(t)
    rising = np.gradient(part.curves["lift"]) * craft.fps if len(t) > 1 else np.zeros_like(t)
    going = np.clip(np.abs(rising) / (0.2 * part.height), 0.1, 1.0)
    part.curves["phase"] = np.concatenate([[0.0], np.cumsum(going[1:] * RATES["climb"] / craft.fps)])
    lying = part.subject.rig in {"quadruped", "bird"}
    part.curves["angle"] = -1.35 * np.ones_like(t) if lying else 0.04 * np.sin(2 * np.pi * part.curves["phase"])
    for at in crossings(part.curves["phase"], 0.25, craft.fps):
        part.hear(at, part.subject.tread, 0.3 * craft.loud, 1.2)
