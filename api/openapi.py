"""The OpenAPI 3.1 document, from the route table and the structs of `schemas.py`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any, Final

import msgspec

from api.errors import TYPES, speaks_openai
from api.routing import Endpoint, Param
from api.schemas import ErrorReply, Problem

_REF: Final = "#/components/schemas/{name}"
_ID_PATTERNS: Final = {
    "video_id": "video",
    "account_id": "acct",
    "character_id": "char",
    "comment_id": "comment",
    "process_id": "process",
    "correction_id": "correction",
    "export_id": "export",
}
_SECURITY: Final[dict[str, list[dict[str, list[str]]]]] = {
    "key": [{"key": []}, {"session": []}],
    "open": [{}, {"key": []}, {"session": []}],
    "none": [],
}
_DESCRIPTION: Final = (
    "A self-hosted backend for AI video with sound. `/v1/videos` speaks the Videos API of the official OpenAI SDKs; "
    "send `Idempotency-Key` with every POST that must not happen twice. A command answers with a `Recut-Token` header: "
    "send it with a query that must see what the command did."
)


def document(endpoints: tuple[Endpoint, ...], public_url: str) -> dict[str, Any]:
    schemas, components = _schemas(endpoints)
    paths: dict[str, dict[str, Any]] = {}
    for endpoint in endpoints:
        paths.setdefault(endpoint.path, {})[endpoint.method.lower()] = _operation(endpoint, schemas)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Recut", "version": "1", "description": _DESCRIPTION},
        "servers": [{"url": public_url}],
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {
                "key": {"type": "http", "scheme": "bearer", "description": "An API key, `rk_...`"},
                "session": {"type": "apiKey", "in": "cookie", "name": "recut_session"},
            },
        },
    }


def _schemas(endpoints: Iterable[Endpoint]) -> tuple[dict[Any, dict[str, Any]], dict[str, Any]]:
    kinds = [kind for endpoint in endpoints for kind in (endpoint.body, endpoint.answer) if kind is not None]
    unique = list(dict.fromkeys([ErrorReply, Problem, *kinds]))
    schemas, components = msgspec.json.schema_components(unique, ref_template=_REF)
    return dict(zip(unique, schemas, strict=True)), components


def _operation(endpoint: Endpoint, schemas: dict[Any, dict[str, Any]]) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": f"{endpoint.handler.__module__.rpartition('.')[2]}_{endpoint.handler.__name__}",
        "summary": endpoint.summary,
        "tags": [endpoint.tag],
        "security": _SECURITY[endpoint.access],
        "parameters": [*_path_params(endpoint.path), *map(_param, endpoint.params)],
        "responses": _responses(endpoint, schemas),
    }
    if endpoint.body is not None:
        content = {"schema": schemas[endpoint.body]}
        operation["requestBody"] = {
            "required": True,
            "content": {"application/json": content, "multipart/form-data": content},
        }
    if endpoint.upload:
        file = {"type": "string", "contentMediaType": "application/octet-stream"}
        form = {"type": "object", "properties": {endpoint.upload: file}, "required": [endpoint.upload]}
        operation["requestBody"] = {"required": True, "content": {"multipart/form-data": {"schema": form}}}
    return operation


def _path_params(path: str) -> list[dict[str, Any]]:
    return [_path_param(name) for name in re.findall(r"\{(\w+)\}", path)]


def _path_param(name: str) -> dict[str, Any]:
    prefix = _ID_PATTERNS.get(name)
    schema = {"type": "string"} | ({"pattern": f"^{prefix}_[0-9a-z]{{26}}$"} if prefix else {})
    return {"name": name, "in": "path", "required": True, "schema": schema}


def _param(param: Param) -> dict[str, Any]:
    return {"name": param.name, "in": param.place, "description": param.description, "schema": param.schema}


def _responses(endpoint: Endpoint, schemas: dict[Any, dict[str, Any]]) -> dict[str, Any]:
    content = {"application/json": {"schema": schemas[endpoint.answer]}} if endpoint.answer is not None else {}
    content |= {kind: {"schema": {"type": "string", "contentMediaType": kind}} for kind in endpoint.media}
    headers = {"x-request-id": {"schema": {"type": "string"}}}
    answers = {
        str(status): {"description": HTTPStatus(status).phrase, "headers": headers, "content": content}
        for status in endpoint.statuses
    }
    return {**answers, "default": _error(endpoint.path, schemas)}


def _error(path: str, schemas: dict[Any, dict[str, Any]]) -> dict[str, Any]:
    openai = speaks_openai(path)
    kind = "application/json" if openai else "application/problem+json"
    statuses = ", ".join(map(str, TYPES))
    return {
        "description": f"What went wrong; one of {statuses}.",
        "content": {kind: {"schema": schemas[ErrorReply if openai else Problem]}},
    }
