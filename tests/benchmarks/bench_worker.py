"""From queued to playable, over HTTP, as a client sees it: one film alone with the share of each stage, then several at
once with one slot and with as many as there are cores.

`python -m tests.benchmarks.bench_worker` runs an instance of its own in a temporary folder. With `--model recut-1` it
has a worker for that model alone, which makes films in batches: 16 at once are compared with 16 one after the other.
Without weights in the build, `--weights FILE` names them.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Final

from prometheus_client.parser import text_string_to_metric_families

from recut.local.process import _end_with_parent
from tests.fault import compare
from tests.fault.kill_loop import Client, free_port, recut

BUDGETS: Final = {"sketch-1": 5.0, "recut-1": 6.0}  # seconds, for a film alone on two cores
SIZE: Final = "720x1280"
PROMPTS: Final = {
    "sketch-1": (
        "a red cat walks on the beach, a girl says hello",
        "two dogs run in a park in the rain",
        "a robot dances in the city at night",
        "a blue bird flies over a mountain at dawn",
    ),
    "recut-1": (
        'a red cat walks on the beach, a girl says "hello there"',
        "two dogs run in the city",
        "a robot dances in the desert at night",
        "a yellow car drives through the meadow at dawn",
    ),
}
LOOK_SECONDS: Final = 0.02
TOGETHER: Final = 16  # films of a learned model


class Bench:
    def __init__(self, url: str, key: str, metrics_port: int) -> None:
        self.client = Client(url, key, threading.Event())
        self._metrics = f"http://127.0.0.1:{metrics_port}/metrics"

    def film(self, number: int, model: str) -> str:
        words = PROMPTS[model]
        body = {"prompt": words[number % len(words)], "size": SIZE, "seconds": "4", "model": model}
        status, video = self.client.send("POST", "/v1/videos", body)
        assert status < 300, video
        return str(video["id"])

    def playable(self, video_id: str) -> None:
        """Until its first bytes can be had."""
        while (video := self.client.send("GET", f"/v1/videos/{video_id}")[1])["status"] != "completed":
            assert video["status"] in ("queued", "in_progress"), video
            time.sleep(LOOK_SECONDS)
        headers = {"Authorization": f"Bearer {self.client.key}", "Range": "bytes=0-1023"}
        request = urllib.request.Request(f"{self.client.url}/v1/videos/{video_id}/content", headers=headers)
        with urllib.request.urlopen(request, timeout=15) as reply:
            assert len(reply.read()) == 1024

    def timed(self, numbers: range, model: str) -> float:
        began = time.perf_counter()
        for video_id in [self.film(number, model) for number in numbers]:
            self.playable(video_id)
        return time.perf_counter() - began

    def numbers(self) -> dict[tuple[str, str], float]:
        """(sample, stage or tier) -> value"""
        with urllib.request.urlopen(self._metrics, timeout=5) as reply:
            families = text_string_to_metric_families(reply.read().decode())
        samples = [sample for family in families for sample in family.samples]
        return {(each.name, each.labels.get("stage", "")): each.value for each in samples}


@contextmanager
def running(slots: int, model: str, weights: Path | None = None) -> Iterator[Bench]:
    folder = Path(tempfile.mkdtemp(prefix="recut-bench-worker-"))
    port = free_port()
    os.environ |= {
        "RECUT_HOME": str(folder), "RECUT_PORT": str(free_port()), "RECUT_WORKER_METRICS_PORT": str(port),
        "RECUT_WORKER_SLOTS": str(slots), "RECUT_WORKER_MODEL": model,
    }  # fmt: skip
    if weights:
        os.environ["RECUT_RECUT1_WEIGHTS"] = str(weights.resolve())
    try:
        with up():
            key = recut("key", "create", "--account", "ada", "--role", "creator").split()[-1]
            recut("credits", "ada", "10000")
            yield Bench(compare.status()["url"], key, port)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def up() -> Iterator[None]:
    """Until it is left. It is our child: where we are killed, the kernel ends it."""
    ends = partial(_end_with_parent, os.getpid(), signal.SIGTERM)
    child = subprocess.Popen([sys.executable, "-m", "recut", "up"], stdout=subprocess.DEVNULL, preexec_fn=ends)
    try:
        while not compare.status()["ready"]:
            if child.poll() is not None:
                sys.exit(f"recut up has ended with code {child.returncode}")
            time.sleep(LOOK_SECONDS)
        yield
    finally:
        child.terminate()
        child.wait()


def alone(bench: Bench, model: str, runs: int) -> float:
    """Prints where the time goes; the median."""
    bench.timed(range(1), model)  # what is loaded once is loaded
    before = bench.numbers()
    seconds = [bench.timed(range(number, number + 1), model) for number in range(1, runs + 1)]
    after = bench.numbers()
    spent = {key: (value - before.get(key, 0.0)) / runs for key, value in after.items()}
    middle = statistics.median(seconds)
    print(f"\n{model}, 4 s at {SIZE}, alone, {runs} films, mark and signature included")
    budget = BUDGETS[model]
    print(
        f"  queued -> playable   median {middle:.2f} s, slowest {max(seconds):.2f} s; budget {budget:.0f} s: ", end=""
    )
    print("met" if middle < budget else "NOT MET")
    _shares(spent, statistics.mean(seconds))
    return middle


def _shares(spent: dict[tuple[str, str], float], mean: float) -> None:
    stages = {stage: value for (name, stage), value in spent.items() if name == "recut_stage_seconds_total"}
    drawing = stages.pop("draw", 0.0)
    waited, attempt = spent["recut_job_wait_seconds_sum", ""], spent["recut_attempt_seconds_sum", ""]
    rows = {"queued -> claimed": waited, **stages}
    rows["drawing beyond encoding, reports"] = attempt - sum(stages.values())
    rows["reported -> playable"] = mean - waited - attempt
    for stage, seconds in sorted(rows.items(), key=lambda row: -row[1]):
        print(f"    {stage:34} {seconds:6.3f} s  {seconds / mean:5.1%}")
    print(f"    (drawing, on a thread beside sound and encoding: {drawing:.3f} s)")


def together(bench: Bench, model: str, films: int, slots: int) -> float:
    """Films a minute."""
    bench.timed(range(2 * slots), model)  # every process is warm
    seconds = bench.timed(range(films), model)
    print(f"  {slots} slots: {films} films in {seconds:6.2f} s = {60 * films / seconds:5.1f} a minute", flush=True)
    return 60 * films / seconds


def sketch(runs: int, films: int) -> dict[str, float]:
    cores, results = os.cpu_count() or 1, dict[str, float]()
    with running(1, "sketch-1") as bench:
        results["median"] = alone(bench, "sketch-1", runs)
        print(f"\nsketch-1, {films} films at once")
        results["one"] = together(bench, "sketch-1", films, 1)
    with running(cores, "sketch-1") as bench:
        results["cores"] = together(bench, "sketch-1", films, cores)
    print(f"  {cores} slots make {results['cores'] / results['one']:.2f} times as many as one")
    return results


def learned(runs: int, films: int, weights: Path | None) -> dict[str, float]:
    """One after the other, each is a batch of its own."""
    with running(os.cpu_count() or 1, "recut-1", weights) as bench:
        results = {"median": alone(bench, "recut-1", runs)}
        results["single"] = sum(bench.timed(range(number, number + 1), "recut-1") for number in range(films))
        results["at_once"] = bench.timed(range(films), "recut-1")
    print(
        f"\nrecut-1, {films} films: one after the other {results['single']:.2f} s, at once {results['at_once']:.2f} s"
    )
    return results


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", choices=tuple(BUDGETS), default="sketch-1")
    parser.add_argument("--weights", type=Path, help="of recut-1, in place of those of the build")
    parser.add_argument("--runs", type=int, default=5, help="films alone")
    parser.add_argument("--films", type=int, help="films at once: 8, of recut-1 16")
    args = parser.parse_args(arguments)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # the folder goes, too
    print(f"machine      {os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}")
    if args.model == "sketch-1":
        results = sketch(args.runs, args.films or 8)
    else:
        results = learned(args.runs, args.films or TOGETHER, args.weights)
    print(json.dumps(results))
    return 0 if results["median"] < BUDGETS[args.model] else 1


if __name__ == "__main__":
    sys.exit(main())
