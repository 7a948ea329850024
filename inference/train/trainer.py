"""Training of the flow. The schedule is a function of the samples seen, never of time, so that a busy neighbour or a
stop and a resume change nothing but the date."""

from __future__ import annotations

import json
import time
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import Tensor, nn

from inference.model import Flow, FlowConfig
from inference.recut1.subset import WORLD
from inference.train import tasks
from inference.train.muon import Muon

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    Report = Callable[[dict[str, object]], None]

WEIGHTS = {"background": 1.0, "key": 1.0, "sprite": 1.5, "motion": 2.0, "sound": 0.5}
FACE = (1, 4)  # of the six tokens of a slot: the pair of patches with the head; weighted so in clips with speech
LIGHTEST = 0.05  # (1 - t)^2 is not taken below this
CHECKS = {"create": (0.1, 0.4, 0.7), "free": (0.1, 0.4, 0.7), "voiced": (0.4,), "foley": (0.4,)}  # use -> times


@dataclass(frozen=True)
class Schedule:
    samples: int = 150_000  # in all
    batch: int = 16
    muon: float = 2e-3
    adam: float = 1.5e-3
    warm: int = 3_000  # samples
    decay: float = 0.55  # from this share on the rate falls in a line to nothing
    ema: float = 0.999
    check: int = 2_000  # samples between two measurements
    keep: int = 10_000  # samples between two snapshots that stay

    def rate(self, seen: int) -> float:
        """Share of the full learning rate."""
        left = (1 - seen / self.samples) / (1 - self.decay)
        return min(1.0, seen / self.warm + 1e-3, max(0.01, left))


class Clips:
    """The tokens of all clips in memory, in half precision."""

    def __init__(self, arrays: Mapping[str, NDArray], backgrounds: NDArray[np.float32]) -> None:
        self._arrays, self._backgrounds = arrays, torch.from_numpy(backgrounds)

    def __len__(self) -> int:
        return len(self._arrays["words"])

    def batch(self, rows: NDArray[np.int64], heard: Tensor, device: str) -> dict[str, Tensor]:
        a = self._arrays
        out = {name: torch.from_numpy(a[name][rows].astype(np.float32)) for name in ("key", "sprite", "motion")}
        silent, voiced = (torch.from_numpy(a[name][rows].astype(np.float32)) for name in ("sound", "voiced"))
        out["sound"] = torch.where(heard[:, None, None], voiced, silent)
        out["background"] = self._backgrounds[torch.from_numpy(a["place"][rows])]
        for name in ("character", "plan"):
            out[name] = torch.from_numpy(a[name][rows].astype(np.float32))
        out["words"], out["talks"] = torch.from_numpy(a["words"][rows]), torch.from_numpy(a["talks"][rows])
        return {name: value.to(device) for name, value in out.items()}


class Trainer:
    def __init__(
        self,
        folder: Path,
        clips: Clips,
        held: Clips,
        schedule: Schedule,
        report: Report,
        *,
        about: dict[str, str],
        device: str = "cpu",
        compiled: bool = False,
        half: bool = False,  # matrices multiplied in bfloat16; weights, optimisers and losses stay in single precision
    ) -> None:
        self.half = half
        self.folder, self.clips, self.held, self.schedule, self.report = folder, clips, held, schedule, report
        self.config, self.device, self.about = FlowConfig(), device, about
        torch.manual_seed(0)
        self.flow = Flow(self.config).to(device)
        self.ema = Flow(self.config).to(device)
        self.ema.load_state_dict(self.flow.state_dict())
        matrices = [p for name, p in self.flow.blocks.named_parameters() if p.ndim == 2 and "table" not in name]
        own = {id(p) for p in matrices}
        rest = [p for p in self.flow.parameters() if id(p) not in own]
        self.muon = Muon(matrices, schedule.muon)
        self.adam = torch.optim.AdamW(rest, schedule.adam, betas=(0.9, 0.98), weight_decay=0.0)
        self.samples, self.spent = 0, 0.0
        self.rng = np.random.default_rng(1)
        self._run: Callable[..., tuple[Tensor, ...]] = torch.compile(self.flow) if compiled else self.flow

    def train(self, until: int | None = None) -> None:
        """Up to `until` samples, or to the end of the schedule."""
        goal = min(until or self.schedule.samples, self.schedule.samples)
        started, first, losses = time.monotonic(), self.samples, []
        while self.samples < goal:
            losses.append(self._step())
            if self.samples // self.schedule.check > (self.samples - self.schedule.batch) // self.schedule.check:
                self._check(losses, started, first)
                losses = []
        self.save()

    def _step(self) -> dict[str, float]:
        s = self.schedule
        for optimiser, rate in ((self.muon, s.muon), (self.adam, s.adam)):
            for group in optimiser.param_groups:
                group["lr"] = rate * s.rate(self.samples)
        example = tasks.example(s.batch, self.config)
        rows = self.rng.integers(len(self.clips), size=s.batch)
        batch = self.clips.batch(rows, example.heard, self.device)
        loss, parts = self._loss(self._trained, batch, self._moved(example), self._noise(s.batch), dropped=True)
        loss.backward()
        nn.utils.clip_grad_norm_(self.flow.parameters(), 1.0)
        for optimiser in (self.muon, self.adam):
            optimiser.step()
            optimiser.zero_grad(set_to_none=True)
        self.samples += s.batch
        keep = min(s.ema, (1 + self.samples / s.batch) / (10 + self.samples / s.batch))
        with torch.no_grad():
            torch._foreach_lerp_(list(self.ema.parameters()), list(self.flow.parameters()), 1 - keep)
        return parts

    def _trained(self, *inputs: Tensor) -> tuple[Tensor, ...]:
        with torch.autocast(torch.device(self.device).type, torch.bfloat16, enabled=self.half):
            clean = self._run(*inputs)
        return tuple(stream.float() for stream in clean)

    def _moved(self, example: tasks.Example) -> tasks.Example:
        return tasks.Example(*(part.to(self.device) for part in example))

    def _noise(self, count: int, generator: torch.Generator | None = None) -> dict[str, Tensor]:
        return {
            s.name: torch.randn(count, s.tokens, s.numbers, generator=generator).to(self.device)
            for s in self.config.streams
        }

    def _loss(
        self,
        flow: Callable[..., tuple[Tensor, ...]],
        batch: dict[str, Tensor],
        example: tasks.Example,
        noise: dict[str, Tensor],
        *,
        dropped: bool,
    ) -> tuple[Tensor, dict[str, float]]:
        condition = _dropped(batch) if dropped else batch
        inputs = tasks.noisy(batch, example, self.config, noise)
        clean = flow(
            *inputs, example.time, example.given, condition["words"], condition["character"], condition["plan"]
        )
        total, parts = torch.zeros((), device=self.device), {}
        for stream, guess in zip(self.config.streams, clean, strict=True):
            span = self.config.span(stream.name)
            wanted = 1 - example.given[:, span]
            error = ((guess - batch[stream.name]) ** 2).mean(-1)
            if stream.name == "sprite":
                error = error * _faces(batch["talks"], error)
            weight = wanted / ((1 - example.time[:, span]) ** 2).clamp_min(LIGHTEST)
            total = total + WEIGHTS[stream.name] * (error * weight).sum() / wanted.numel()
            parts[stream.name] = float((error.detach() * wanted).sum() / wanted.sum().clamp_min(1))
        return total, parts

    def _check(self, losses: list[dict[str, float]], started: float, first: int) -> None:
        seconds = time.monotonic() - started
        mean = {name: round(float(np.mean([loss[name] for loss in losses])), 4) for name in losses[0]}
        line: dict[str, object] = {
            "samples": self.samples,
            "minutes": round((self.spent + seconds) / 60, 2),
            "samples_per_second": round((self.samples - first) / seconds, 2),
            "rate": round(self.schedule.rate(self.samples), 3),
            "train": mean,
        }
        for use, at in CHECKS.items():
            line[use] = self.held_loss(use, at)
        self.report(line)
        self.spent += seconds
        self.save()
        self.spent -= seconds

    @torch.no_grad()
    def held_loss(self, use: str, times: Sequence[float], clips: int = 48) -> dict[str, float]:
        """Mean squared error of the averaged weights on held-out clips, per stream that is not given."""
        generator = torch.Generator().manual_seed(5)
        sums: dict[str, list[float]] = {}
        for start in range(0, min(clips, len(self.held)), 16):
            rows = np.arange(start, min(start + 16, len(self.held)))
            for at in times:
                example = self._moved(tasks.fixed(use, len(rows), at, self.config))
                batch = self.held.batch(rows, example.heard.cpu(), self.device)
                _, parts = self._loss(self.ema, batch, example, self._noise(len(rows), generator), dropped=False)
                for name, value in parts.items():
                    sums.setdefault(name, []).append(value)
        return {name: round(float(np.mean(values)), 4) for name, values in sums.items() if any(values)}

    def save(self) -> None:
        state: dict[str, Any] = {
            "flow": self.flow.state_dict(),
            "ema": self.ema.state_dict(),
            "muon": self.muon.state_dict(),
            "adam": self.adam.state_dict(),
            "samples": self.samples,
            "spent": self.spent,
            "rng": self.rng.bit_generator.state,
            "torch_rng": torch.get_rng_state(),
            "schedule": asdict(self.schedule),
            "about": self.about | {"world_version": WORLD},
        }
        half = self.folder / "flow.part"
        torch.save(state, half)
        half.rename(self.folder / "flow.pt")
        if self.samples // self.schedule.keep > (self.samples - self.schedule.check) // self.schedule.keep:
            kept = {name: value.half() for name, value in self.ema.state_dict().items()}
            torch.save({"ema": kept, "samples": self.samples}, self.folder / f"flow-{self.samples // 1000:04d}k.pt")

    def resume(self) -> None:
        state = torch.load(self.folder / "flow.pt", map_location=self.device, weights_only=False)
        if state["about"]["world_version"] != WORLD:
            raise ValueError(f"the checkpoint is of world {state['about']['world_version']}, this is {WORLD}")
        self.flow.load_state_dict(state["flow"])
        self.ema.load_state_dict(state["ema"])
        self.muon.load_state_dict(state["muon"])
        self.adam.load_state_dict(state["adam"])
        self.samples, self.spent = state["samples"], state["spent"]
        self.rng.bit_generator.state = state["rng"]
        torch.set_rng_state(state["torch_rng"].cpu())


def _faces(talks: Tensor, error: Tensor) -> Tensor:
    """[B, 72]: the head's tokens count more where there is speech."""
    place, times = FACE
    weight = torch.ones_like(error).view(len(error), -1, 6)
    weight[:, :, place] += (times - 1) * talks[:, None].to(error)
    return weight.view_as(error)


def _dropped(batch: dict[str, Tensor]) -> dict[str, Tensor]:
    """Conditions left out at random, so that any of them may be unknown."""
    count, device = len(batch["words"]), batch["words"].device
    said = torch.rand(batch["words"].shape, device=device) > 0.08
    who = (torch.rand(count, 1, device=device) > 0.1).float()
    how = (torch.rand(count, 1, device=device) > 0.2).float()
    return {
        "words": batch["words"] * said,
        "character": batch["character"] * who,
        "plan": torch.cat([batch["plan"][:, :1], batch["plan"][:, 1:] * how], 1),  # the aspect is always known
    }


def journal(path: Path) -> Report:
    """One line of JSON per report, in a file and on the terminal."""

    def report(line: dict[str, object]) -> None:
        text = json.dumps(line)
        print(text, flush=True)
        with path.open("a", encoding="utf-8") as file:
            file.write(text + "\n")

    return report
