"""From queued to playable, over HTTP, as a client sees it: one film alone with the share of each stage, then several at
once with one slot and with as many as there are cores.

`python -m tests.benchmarks.bench_worker` runs an instance of its own in a temporary folder.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import statistics
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from prometheus_client.parser import text_string_to_metric_families

from inference.models import MODELS
from tests.fault import compare
from tests.fault.kill_loop import Client, free_port, recut

BUDGET: Final = 5.0  # seconds, for a film alone on two cores
SIZE: Final = "720x1280"
PROMPTS: Final = (
    "a red cat walks on the beach, a girl says hello",
    "two dogs run in a park in the rain",
    "a robot dances in the city at night",
    "a blue bird flies over a mountain at dawn",
)
LOOK_SECONDS: Final = 0.02
LEARNED: Final = ("recut-1", "ltx-2")


class Bench:
    def __init__(self, url: str, key: str, metrics_port: int) -> None:
        self.client = Client(url, key, threading.Event())
        self._metrics = f"http://127.0.0.1:{metrics_port}/metrics"

    def film(self, number: int, model: str) -> str:
        body = {"prompt": PROMPTS[number % len(PROMPTS)], "size": SIZE, "seconds": "4", "model": model}
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
def running(slots: int) -> Iterator[Bench]:
    folder = Path(tempfile.mkdtemp(prefix="recut-bench-worker-"))
    port = free_port()
    os.environ |= {
        "RECUT_HOME": str(folder), "RECUT_PORT": str(free_port()), "RECUT_WORKER_METRICS_PORT": str(port),
        "RECUT_WORKER_SLOTS": str(slots),
    }  # fmt: skip
    try:
        recut("up", "--detach")
        key = recut("key", "create", "--account", "ada", "--role", "creator").split()[-1]
        recut("credits", "ada", "10000")
        yield Bench(compare.status()["url"], key, port)
    finally:
        recut("down")
        shutil.rmtree(folder, ignore_errors=True)


def alone(bench: Bench, model: str, runs: int) -> float:
    """Prints where the time goes; the median."""
    bench.timed(range(1), model)  # what is loaded once is loaded
    before = bench.numbers()
    seconds = [bench.timed(range(number, number + 1), model) for number in range(1, runs + 1)]
    after = bench.numbers()
    spent = {key: (value - before.get(key, 0.0)) / runs for key, value in after.items()}
    middle = statistics.median(seconds)
    print(f"\n{model}, 4 s at {SIZE}, alone, {runs} films, mark and signature included")
    print(
        f"  queued -> playable   median {middle:.2f} s, slowest {max(seconds):.2f} s; budget {BUDGET:.0f} s: ", end=""
    )
    print("met" if middle < BUDGET else "NOT MET")
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


def learned(bench: Bench, films: int) -> None:
    names = [model.model for model in MODELS if model.model in LEARNED]
    if not names:
        print("\nbatched vs single: no learned model is installed in this build, nothing to measure")
    for model in names:
        single = sum(bench.timed(range(number, number + 1), model) for number in range(films))
        at_once = bench.timed(range(films), model)
        print(f"\n{model}: {films} films one after the other {single:.2f} s, at once {at_once:.2f} s")


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5, help="films alone")
    parser.add_argument("--films", type=int, default=8, help="films at once")
    args = parser.parse_args(arguments)
    cores, results = os.cpu_count() or 1, dict[str, Any]()
    print(f"machine      {cores} cores, {platform.machine()}, Python {platform.python_version()}")
    with running(slots=1) as bench:
        results["median"] = alone(bench, "sketch-1", args.runs)
        print(f"\nsketch-1, {args.films} films at once")
        results["one"] = together(bench, "sketch-1", args.films, 1)
    with running(slots=cores) as bench:
        results["cores"] = together(bench, "sketch-1", args.films, cores)
        learned(bench, 16)
    print(f"  {cores} slots make {results['cores'] / results['one']:.2f} times as many as one")
    print(json.dumps(results))
    return 0 if results["median"] < BUDGET else 1


if __name__ == "__main__":
    sys.exit(main())
