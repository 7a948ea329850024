"""The description of the public history is complete, and each of its parts can be fetched."""

from __future__ import annotations

from typing import Any

import msgspec

from api import asyncapi
from domain.catalog import CATEGORIES, ENTRIES, RETIRED
from streams.records import to_headers
from tests.unit.api.world import Platform
from tests.unit.streams.test_records import RECORDED


def references(node: Any) -> list[str]:
    if isinstance(node, dict):
        return [node["$ref"]] if "$ref" in node else [ref for value in node.values() for ref in references(value)]
    return [ref for value in node for ref in references(value)] if isinstance(node, list) else []


def test_every_type_is_a_message_of_its_channel_and_every_reference_leads_somewhere() -> None:
    document = asyncapi.document("ours")
    assert {name: channel["address"] for name, channel in document["channels"].items()} == {
        category: f"ours.{category}" for category in CATEGORIES
    }
    for each in (*ENTRIES, *RETIRED):
        assert each.type in document["channels"][each.category]["messages"]
    for reference in references(document):
        found = document
        for step in reference.removeprefix("#/").split("/"):
            found = found[step]
        assert found


def test_the_headers_are_those_that_the_relay_writes() -> None:
    described = asyncapi.document()["components"]["messageTraits"]["cloudevent"]["headers"]
    assert set(described["properties"]) == {name for name, _ in to_headers(RECORDED)}


def test_documents_are_served_to_anyone(platform: Platform) -> None:
    assert platform.browser.get("/asyncapi.json").content == msgspec.json.encode(asyncapi.document())
    for type_ in asyncapi.TYPES:
        assert platform.browser.get(f"/schemas/{type_}.json").json()["$id"] == f"recut:{type_}"
    assert platform.browser.get("/schemas/nothing.v1.json").status_code == 404
