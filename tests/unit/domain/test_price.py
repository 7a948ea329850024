from __future__ import annotations

import pytest

from domain.price import price


@pytest.mark.parametrize(
    ("seconds", "size", "percent", "credits"),
    [
        (4, "720x1280", 100, 4),
        (12, "1280x720", 100, 12),
        (4, "256x144", 100, 1),
        (12, "144x256", 100, 1),
        (4, "1024x1792", 100, 8),
        (12, "1792x1024", 100, 24),
        (4, "1080x1920", 100, 9),
        (4, "720x1280", 150, 6),
        (4, "720x1280", 101, 5),
        (4, "720x1280", 50, 2),
        (4, "720x1280", 10, 1),
    ],
)
def test_the_documented_prices(seconds: int, size: str, percent: int, credits: int) -> None:
    assert price(1, seconds, size, percent) == credits


def test_a_dear_model_costs_more() -> None:
    assert price(7, 4, "720x1280", 100) == 28


def test_nothing_is_free_of_charge() -> None:
    assert price(0, 4, "720x1280", 100) == 1
