from __future__ import annotations

import pytest

from domain.payment import Pack, parse_packs


def test_packs_are_read_from_one_line() -> None:
    assert parse_packs("small:400:500:usd, large:2000:2000:eur") == (
        Pack("small", 400, 500, "usd"),
        Pack("large", 2000, 2000, "eur"),
    )
    assert parse_packs("") == ()


@pytest.mark.parametrize(
    "text", ["small", "small:400:500", "Small:400:500:usd", "small:4e2:500:usd", "a:1:1:us", "a:-1:1:usd"]
)
def test_what_is_no_pack_is_told_so(text: str) -> None:
    with pytest.raises(ValueError, match="name:credits:amount:currency"):
        parse_packs(text)
