"""What a training example asks of the flow: which tokens are given clean, and how noisy the others are.

One network serves every use, because every token has its own time. The shares say how often each use is trained.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import torch
from torch import Tensor

from inference.model import SLOTS, FlowConfig

if TYPE_CHECKING:
    from collections.abc import Mapping

# use -> share. Motion is given by the planner wherever "free" is not in the name.
USES = {
    "create": 0.40,
    "voiced": 0.18,  # the sound is given: what the subject says and everything else that is heard
    "free": 0.12,  # motion is made up too
    "free voiced": 0.06,
    "foley": 0.09,  # everything but the sound is given
    "extend": 0.07,  # the first third is given
    "place": 0.05,  # subject and motion are given, the background is not
    "apart": 0.03,  # every stream at a time of its own
}
PINNED = 0.12  # the key sprite is given beside whatever else is
HEARD = frozenset({"voiced", "free voiced"})
GIVEN = {
    "create": ("motion",),
    "voiced": ("motion", "sound"),
    "free": (),
    "free voiced": ("sound",),
    "foley": ("background", "key", "sprite", "motion"),
    "extend": ("background", "key", "motion"),
    "place": ("key", "sprite", "motion"),
    "apart": (),
}
CARRIED = SLOTS // 3  # slots of an extension that come from the clip before


class Example(NamedTuple):
    """A batch: times and flags of all tokens, and which clips hear their speech."""

    time: Tensor  # [B, N]
    given: Tensor  # [B, N]
    heard: Tensor  # [B] bool


def times(count: int, generator: torch.Generator | None = None) -> Tensor:
    """Logit-normal, a little more near the noise."""
    t = torch.sigmoid(torch.randn(count, generator=generator) - 0.5)
    early = torch.rand(count, generator=generator) < 0.12
    return torch.where(early, torch.rand(count, generator=generator) * 0.3, t)


def example(count: int, config: FlowConfig, generator: torch.Generator | None = None) -> Example:
    time = times(count, generator)[:, None].repeat(1, config.tokens)
    given = torch.zeros(count, config.tokens)
    heard = torch.zeros(count, dtype=torch.bool)
    shares = torch.tensor(list(USES.values()))
    chosen = torch.multinomial(shares, count, replacement=True, generator=generator).tolist()
    pinned = torch.rand(count, generator=generator) < PINNED
    for row, use in enumerate(list(USES)[number] for number in chosen):
        heard[row] = use in HEARD
        if use == "apart":
            for stream in config.streams:
                time[row, config.span(stream.name)] = times(1, generator)
        _give(given[row], config, use, bool(pinned[row]))
    return Example(torch.where(given > 0, torch.ones_like(time), time), given, heard)


def _give(given: Tensor, config: FlowConfig, use: str, pinned: bool) -> None:
    for name in (*GIVEN[use], *(("key",) if pinned else ())):
        given[config.span(name)] = 1
    if use == "extend":
        for name in ("sprite", "sound"):
            span = config.span(name)
            given[span.start : span.start + (span.stop - span.start) * CARRIED // SLOTS] = 1


def fixed(use: str, count: int, at: float, config: FlowConfig) -> Example:
    """The same use at the same time for a whole batch: what held-out losses are taken at."""
    given = torch.zeros(count, config.tokens)
    for row in given:
        _give(row, config, use, False)
    time = torch.where(given > 0, torch.ones_like(given), torch.full_like(given, at))
    return Example(time, given, torch.full((count,), use in HEARD))


def noisy(
    clean: Mapping[str, Tensor], example: Example, config: FlowConfig, noise: Mapping[str, Tensor]
) -> list[Tensor]:
    """[B, tokens, numbers] of each stream at its time."""
    out = []
    for stream in config.streams:
        t = example.time[:, config.span(stream.name), None]
        out.append(t * clean[stream.name] + (1 - t) * noise[stream.name])
    return out
