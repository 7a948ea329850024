"""How fast the networks are on this device: plans beside torch.compile(max-autotune) of the same precision, and clips
an hour with the encoding.

    python -m tests.gpu.bench [--weights FILE --networks FOLDER] [--clips N]

Prints the machine, every number of one run, and nothing that was not measured in it.
"""

from __future__ import annotations

import argparse
import os
import platform
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import torch

from inference.engines.cache import Plans
from inference.engines.export import export_all
from inference.engines.graphs import Graphs
from inference.engines.network import Exported
from inference.engines.ports import BUCKETS, Engine
from inference.engines.tensorrt import TensorRt
from inference.engines.torch import Torch
from tests.engines.agreement import apart, awake, batch
from tests.engines.conftest import SOURCES

Arrays = Mapping[str, np.ndarray[Any, Any]]
WARM, TIMES = 3, 15
SIZE = (720, 1280)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--weights", type=Path, help="trained weights of recut-1, for whole clips")
    parser.add_argument("--networks", type=Path, help="the networks that were exported of these weights")
    parser.add_argument("--clips", type=int, default=32)
    args = parser.parse_args()
    about = torch.cuda.get_device_properties(0)
    print(
        f"{about.name}, {about.multi_processor_count} SMs, {about.total_memory >> 30} GiB; {os.cpu_count()} cores; ",
        end="",
    )
    print(f"torch {torch.__version__}, Python {platform.python_version()}")
    with TemporaryDirectory(prefix="gpu-bench-") as folder:
        networks(Path(folder))
        if args.weights:
            clips(args.weights, args.networks, Path(folder), args.clips)


def networks(folder: Path) -> None:
    for source in SOURCES.values():
        awake(source.module)
    exported = export_all(SOURCES.values(), folder / "networks")
    modules = {name: source.module for name, source in SOURCES.items()}
    plans = Plans(folder / "plans", b"bench" * 7)
    engines: dict[str, Engine] = {
        "torch eager": Torch(modules, device="cuda"),
        "torch.compile": Torch(modules, compiled=True, device="cuda", mode="max-autotune-no-cudagraphs"),
        "+ graphs": Torch(modules, compiled=True, device="cuda", mode="max-autotune"),
        "tensorrt": TensorRt(plans),
        "tensorrt + graphs": TensorRt(plans, graphs=Graphs()),
    }
    print(f"{'network':20} {'batch':>5} " + " ".join(f"{name:>18}" for name in engines) + "   PSNR, best rows/s")
    for network in exported:
        for bucket in BUCKETS:
            _line(network, bucket, engines)


def _line(network: Exported, bucket: int, engines: Mapping[str, Engine]) -> None:
    """Milliseconds of a run with its copies, all in turn so that a hot card is hot for everyone."""
    inputs = batch(SOURCES[network.name].inputs, bucket)
    sessions = {name: engine.load(network, (bucket,)) for name, engine in engines.items()}
    times: dict[str, list[float]] = {name: [] for name in sessions}
    answers: dict[str, Arrays] = {}
    for turn in range(WARM + TIMES):
        for name, session in sessions.items():
            began = time.perf_counter()
            answers[name] = session.run(inputs)
            if turn >= WARM:
                times[name].append(1000 * (time.perf_counter() - began))
    middle = {name: float(np.median(values)) for name, values in times.items()}
    psnr, _ = apart(answers["tensorrt"], answers["torch eager"])
    best = min(middle, key=middle.__getitem__)
    numbers = " ".join(f"{middle[name]:18.3f}" for name in engines)
    print(
        f"{network.name:20} {bucket:5} {numbers}   {psnr:5.1f} dB, {1000 * bucket / middle[best]:8.0f} ({best})",
        flush=True,
    )
    for session in sessions.values():
        session.close()


def clips(weights: Path, networks: Path, folder: Path, count: int) -> None:
    """Whole clips with recut-1: one thread on the GPU, the rest of the cores write files."""
    from inference.film import Stopwatch
    from inference.ports import Job
    from inference.recut1.pipeline import Recut1
    from inference.recut1.studio import Studio

    engine = TensorRt(Plans(folder / "plans", b"bench" * 7))
    model = Recut1(Studio.open(weights, networks, engine), engine.name, "bench")
    watches: list[Stopwatch] = []

    def make(number: int) -> None:
        job = Job(
            video_id=f"video_{number}", attempt=1, model="recut-1", verb="create", seed=number, seconds=4.0,
            prompt="a red cat dances on the beach", width=SIZE[0], height=SIZE[1],
        )  # fmt: skip
        watch = Stopwatch()
        target = folder / f"clip-{number}"
        target.mkdir()
        model(job, target, lambda share: None, lambda: False, watch)
        watches.append(watch)

    make(-1)
    began = time.perf_counter()
    with ThreadPoolExecutor(1) as gpu:  # a session is one caller's at a time
        list(gpu.map(make, range(count)))
    seconds = time.perf_counter() - began
    stages: dict[str, float] = {}
    for watch in watches[1:]:
        for stage, spent in watch.seconds.items():
            stages[stage] = stages.get(stage, 0.0) + spent
    print(f"\n{count} clips of 4 s at {SIZE[0]}x{SIZE[1]} one after the other, files included: {seconds:.1f} s")
    print(f"{3600 * count / seconds:.0f} clips per GPU-hour, {4 * count / seconds:.2f} seconds of film per second")
    for stage, spent in sorted(stages.items(), key=lambda item: -item[1]):
        print(f"  {stage:18} {1000 * spent / count:8.1f} ms a clip")
    denoise = stages.get("denoise", 0.0)
    if denoise:
        print(f"with encoders that keep up: {3600 * count / denoise:.0f} clips per GPU-hour")


if __name__ == "__main__":
    main()
