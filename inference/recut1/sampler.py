"""The sampling loop: from noise to tokens in a few Euler steps, around a network that an engine runs.

Several requests are sampled as one batch. A request's noise comes from its own seed, so that its result does not depend
on who shares the batch.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Protocol

import numpy as np

from inference.recut1.shape import SLOTS, STEPS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

# stream -> tokens of a clip, numbers of each; the order is that of the flow's inputs.
STREAMS: Final[dict[str, tuple[int, int]]] = {
    "background": (36, 96),
    "key": (12, 96),
    "sprite": (6 * SLOTS, 192),
    "motion": (SLOTS, 48),
    "sound": (2 * SLOTS, 128),
}
TOKENS: Final = sum(tokens for tokens, _ in STREAMS.values())


class Session(Protocol):
    """A network in an engine."""

    def run(self, inputs: Mapping[str, NDArray]) -> dict[str, NDArray]: ...


@dataclass(frozen=True)
class Given:
    """Tokens of a stream that are as they shall be: all of them, or the first `tokens`."""

    values: Floats  # [tokens, numbers]
    tokens: int


@dataclass(frozen=True)
class Request:
    """What one clip is made from. `given` by the stream's name; `place` is the seed of the background, where that is
    shared with others."""

    seed: int
    words: NDArray[np.int64]  # [6]
    character: Floats  # [25]
    plan: Floats  # [10]
    given: Mapping[str, Given] = field(default_factory=dict)
    place: int | None = None


def span(name: str) -> slice:
    first = 0
    for stream, (tokens, _) in STREAMS.items():
        if stream == name:
            return slice(first, first + tokens)
        first += tokens
    raise KeyError(name)


class Sampling:
    """Requests on their way, as one batch. No row looks at another one."""

    def __init__(self, flow: Session, requests: Sequence[Request], steps: int = STEPS) -> None:
        self._flow, self.steps, self._done = flow, steps, 0
        self._given = np.stack([_flags(request) for request in requests])  # [B, N]
        self._state = {name: np.stack([_start(request, name) for request in requests]) for name in STREAMS}
        self._condition: dict[str, NDArray] = {
            "given": self._given,
            "words": np.stack([request.words for request in requests]),
            "character": np.stack([request.character for request in requests]),
            "plan": np.stack([request.plan for request in requests]),
        }

    def step(self) -> None:
        now, then = self._done / self.steps, (self._done + 1) / self.steps
        time = np.where(self._given > 0, 1.0, now).astype(np.float32)
        answer = self._flow.run({**self._state, "time": time, **self._condition})
        share = np.float32((then - now) / (1 - now))  # of the way to what the network takes for clean
        for name, before in self._state.items():
            moving = (1 - self._given[:, span(name), None]) * share
            self._state[name] = (before + moving * (answer[f"clean_{name}"] - before)).astype(np.float32)
        self._done += 1

    def tokens(self) -> list[dict[str, Floats]]:
        """Of each request, by stream, as exact as they are kept in files: what is given to another request later is
        what is shown now."""
        kept = {name: values.astype(np.float16).astype(np.float32) for name, values in self._state.items()}
        return [{name: values[i] for name, values in kept.items()} for i in range(len(self._given))]


def sample(
    flow: Session, requests: Sequence[Request], steps: int = STEPS, go_on: Callable[[], None] = lambda: None
) -> list[dict[str, Floats]]:
    """The tokens of every request, by stream. `go_on` is called between the steps and may raise."""
    sampling = Sampling(flow, requests, steps)
    for _ in range(steps):
        go_on()
        sampling.step()
    return sampling.tokens()


def _flags(request: Request) -> Floats:
    flags = np.zeros(TOKENS, np.float32)
    for name, part in request.given.items():
        first = span(name).start
        flags[first : first + part.tokens] = 1
    return flags


def _start(request: Request, name: str) -> Floats:
    """Noise of the stream's own, so that giving one stream leaves the others' noise alone."""
    tokens, numbers = STREAMS[name]
    number = list(STREAMS).index(name)
    seed = request.place if name == "background" and request.place is not None else request.seed
    noise = np.random.default_rng((seed, number)).standard_normal((tokens, numbers)).astype(np.float32)
    part = request.given.get(name)
    if part is not None:
        noise[: part.tokens] = part.values[: part.tokens]
    return noise
