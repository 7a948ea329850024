"""The networks of recut-1 on this machine's CPU: ONNX Runtime, torch eager and torch.compile in one run.

    python -m tests.benchmarks.bench_engines [--batches 1,4] [--threads 2]

Needs the environment of `make setup-engines`. Prints the machine, medians, and how far the answers are apart.
"""

from __future__ import annotations

import argparse
import os
import platform
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import torch

from inference.engines.export import export_all
from inference.engines.network import Exported
from inference.engines.onnxruntime import OnnxRuntime
from inference.engines.ports import Engine
from inference.engines.torch import Torch
from inference.model import networks
from tests.engines.agreement import apart, awake, batch

WARM, TIMES = 3, 11
SOURCES = {source.name: source for source in networks()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--batches", default="1,4")
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    torch.set_flush_denormal(True)
    print(f"{platform.processor() or platform.machine()}, {args.threads} threads, Python {platform.python_version()}")
    modules = {name: awake(source.module) for name, source in SOURCES.items()}
    engines: dict[str, Engine] = {
        "torch eager": Torch(modules),
        "torch.compile": Torch(modules, compiled=True),
        "onnxruntime": OnnxRuntime(args.threads),
    }
    print("; ".join(engine.build for engine in engines.values()))
    print(f"{'network':20} {'batch':>5} " + " ".join(f"{name:>15}" for name in engines) + "   lowest PSNR, compile s")
    with TemporaryDirectory(prefix="bench-engines-") as folder:
        for network in export_all(SOURCES.values(), Path(folder)):
            for size in map(int, args.batches.split(",")):
                line(network, size, engines)


def line(network: Exported, size: int, engines: dict[str, Engine]) -> None:
    """Milliseconds a run; the engines take turns, so that a busy moment is everyone's."""
    inputs = batch(SOURCES[network.name].inputs, size)
    sessions = {name: engine.load(network, (size,)) for name, engine in engines.items()}
    began = time.perf_counter()
    answers = {"torch.compile": sessions["torch.compile"].run(inputs)}
    compiled = time.perf_counter() - began
    times: dict[str, list[float]] = {name: [] for name in sessions}
    for turn in range(WARM + TIMES):
        for name, session in sessions.items():
            began = time.perf_counter()
            answers[name] = session.run(inputs)
            if turn >= WARM:
                times[name].append(1000 * (time.perf_counter() - began))
    psnr = min(apart(answer, answers["torch eager"])[0] for name, answer in answers.items() if name != "torch eager")
    numbers = " ".join(f"{np.median(times[name]):15.2f}" for name in engines)
    print(f"{network.name:20} {size:5} {numbers}   {psnr:6.1f} dB {compiled:8.1f}", flush=True)
    for session in sessions.values():
        session.close()


if __name__ == "__main__":
    main()
