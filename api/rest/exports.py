"""Endpoints of exports."""

from __future__ import annotations

from typing import Final

from api.routing import Endpoint

ENDPOINTS: Final[tuple[Endpoint, ...]] = ()
