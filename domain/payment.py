"""Buying credits: what is on sale, and what a provider says was paid."""

from __future__ import annotations

import re
from typing import Final

import msgspec

_PACK: Final = re.compile(r"([a-z0-9-]{1,40}):([1-9][0-9]{0,6}):([1-9][0-9]{0,8}):([a-z]{3})")


class Pack(msgspec.Struct, frozen=True):
    """So many credits for an amount in the smallest unit of a currency: cents, yen."""

    name: str
    credits: int
    amount: int
    currency: str


class Payment(msgspec.Struct, frozen=True, kw_only=True):
    """Paid, and so to be counted once. `payment` names it at the provider."""

    account_id: str
    provider: str
    payment: str
    credits: int


def parse_packs(text: str) -> tuple[Pack, ...]:
    """`name:credits:amount:currency`, several separated by commas. Raises ValueError."""
    packs = tuple(_parse(part.strip()) for part in text.split(",") if part.strip())
    if len({pack.name for pack in packs}) < len(packs):
        raise ValueError("must name each pack once")
    return packs


def _parse(text: str) -> Pack:
    match = _PACK.fullmatch(text)
    if not match:
        raise ValueError("must be name:credits:amount:currency, several separated by commas, as in small:400:500:usd")
    return Pack(match[1], int(match[2]), int(match[3]), match[4])
