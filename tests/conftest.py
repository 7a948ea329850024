from __future__ import annotations

from tests.runtime import fresh_database, kafka, postgres_url, template_database

__all__ = ["fresh_database", "kafka", "postgres_url", "template_database"]
