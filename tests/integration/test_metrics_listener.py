"""The listener of a process without HTTP, asked over a socket."""

from __future__ import annotations

import urllib.error
import urllib.request

import pytest

from projections.checkpoint import Result
from streams.errors import Stopped
from streams.metrics import Metrics, listen


def test_a_process_tells_its_numbers_on_a_port_of_its_own() -> None:
    metrics = Metrics()
    metrics.applied("feed", [], Result(3, 0, 0), 0.01)
    with listen(metrics, "127.0.0.1", 0, "a-token-of-some-length") as server:
        url = f"http://127.0.0.1:{server.server_port}/metrics"
        with pytest.raises(urllib.error.HTTPError, match="401"):
            urllib.request.urlopen(url)
        request = urllib.request.Request(url, headers={"Authorization": "Bearer a-token-of-some-length"})
        with urllib.request.urlopen(request) as answer:
            assert b'recut_applied_events_total{consumer="feed"} 3.0' in answer.read()
        with pytest.raises(Stopped, match="RECUT_METRICS_PORT"):
            listen(metrics, "127.0.0.1", server.server_port, "")
        server.shutdown()
