from __future__ import annotations

import pytest

from tests.unit.api.world import Platform


@pytest.fixture
def platform() -> Platform:
    return Platform()
