from __future__ import annotations

import pytest

from domain.gauges import Lag
from streams.lag import WINDOW_SECONDS, Behind, Pace, summary


def test_a_consumer_is_as_late_as_in_its_latest_log() -> None:
    lags = [
        Lag("feed", "video", 0, 9, 4, 2.5),
        Lag("feed", "video", 1, 3, 3, 0.0),
        Lag("wallet", "account", 0, 1, 0, 8.0),
    ]
    assert summary(lags) == [Behind("feed", 7, 12, 2.5), Behind("wallet", 0, 1, 8.0)]
    assert [behind.events for behind in summary(lags)] == [5, 1]


def test_how_fast_and_how_long_still() -> None:
    pace = Pace()
    pace.note(100.0, 1_000)
    assert (pace.rate, pace.eta(50)) == (0.0, None)
    pace.note(102.0, 1_200)
    assert (pace.rate, pace.eta(50)) == (100.0, 0.5)
    assert pace.eta(0) == 0.0


def test_what_is_long_ago_does_not_count() -> None:
    pace = Pace()
    pace.note(0.0, 0)
    for second in range(1, 3):
        pace.note(second * WINDOW_SECONDS, 100_000)
    assert pace.rate == pytest.approx(0.0)
