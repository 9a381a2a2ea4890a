"""``openapi.json``, made of the very table by which the answers are made."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

from bot.web.api_kinds import KINDS, TYPES, Kind

LIMIT_MOST, LIMIT_USUAL = 200, 50
WRITE_REFUSED = ("400", "401", "403", "404", "413", "415", "422", "429")
Json = dict[str, Any]


@cache
def document() -> bytes:
    """The description as JSON: the same as long as the process lives."""
    return json.dumps(_document(), ensure_ascii=False).encode()


def _document() -> Json:
    paths: Json = {"/me": {"get": _operation("me", "who the token is", _ref("Me"), [])}}
    for name, kind in KINDS.items():
        paths[f"/{name}"] = {
            "get": _operation(f"list_{name}", kind.what, _ref(f"{_type(kind)}Page"), _parameters(kind))
        }
        if kind.noun != "audit":
            by_id = _operation(f"get_{kind.noun}", f"one {kind.noun}", _ref(_type(kind)), [_id()], not_found=True)
            paths[f"/{name}/{{id}}"] = {"get": by_id}
    paths["/opportunities/{id}/stage"] = {"post": _stage()}
    paths["/customers/{id}/notes"] = {"post": _note()}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Genjin", "version": "1",
            "description": "The records, with the rights of the token's member. Keys are only ever added.",
        },
        "servers": [{"url": "/api/v1"}],
        "security": [{"token": []}],
        "paths": paths,
        "components": {"securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}, "schemas": _schemas()},
    }  # fmt: skip


def _schemas() -> Json:
    found: Json = {
        "Error": _object({"error": _object({key: {"type": "string"} for key in ("code", "message", "hint")})}),
        "Me": _object({"member": _ref("Member"), "read_only": {"type": "boolean"}, "sees": {"type": "string"}}),
        "Done": _object({"id": {"type": "string"}, "changed": {"type": "boolean"}}),
    }
    for kind in KINDS.values():
        item = _object({key: dict(TYPES[short]) for key, short in kind.keys.items()})
        found[_type(kind)] = item
        page = {"items": {"type": "array", "items": _ref(_type(kind))}, "next": {"type": ["string", "null"]}}
        found[f"{_type(kind)}Page"] = _object(page)
    return found


def _object(properties: Mapping[str, Any]) -> Json:
    return {"type": "object", "properties": dict(properties), "required": list(properties)}


def _type(kind: Kind) -> str:
    return kind.noun.capitalize()


def _ref(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}


def _parameters(kind: Kind) -> list[Json]:
    found: list[Json] = [
        _query("limit", {"type": "integer", "minimum": 1, "maximum": LIMIT_MOST, "default": LIMIT_USUAL}),
        _query("cursor", {"type": "string", "maxLength": 200}, "`next` of the page before"),
    ]
    for name, values in kind.filters.items():
        found.append(
            _query(name, {"type": "string", "enum": list(values)} if values else {"type": "string", "minLength": 1})
        )
    if kind.moments:
        found += [_query(name, {"type": "string", "format": "date-time"}) for name in ("since", "until")]
    if kind.search:
        found.append(_query("q", {"type": "string", "minLength": 1, "maxLength": 100}, "in name or alias, literally"))
    return found


def _query(name: str, schema: Json, description: str = "") -> Json:
    return {"name": name, "in": "query", "schema": schema, **({"description": description} if description else {})}


def _id() -> Json:
    return {"name": "id", "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}}


def _operation(id: str, what: str, schema: Json, parameters: list[Json], *, not_found: bool = False) -> Json:
    refused = ["401", "403", "429", *(["404"] if not_found else []), *([] if not_found else ["400"])]
    return {
        "operationId": id, "summary": what, "parameters": parameters,
        "responses": {"200": _answer("", schema), "304": {"description": "as in If-None-Match"}, **_refusals(refused)},
    }  # fmt: skip


def _write(id: str, what: str, fields: Json, required: list[str], refused: list[str]) -> Json:
    body = {"type": "object", "properties": fields, "required": required, "additionalProperties": False}
    return {
        "operationId": id, "summary": what, "parameters": [_id()],
        "requestBody": {"required": True, "content": {"application/json": {"schema": body}}},
        "responses": {"200": _answer("", _ref("Done")), **_refusals([*WRITE_REFUSED, *refused])},
    }  # fmt: skip


def _stage() -> Json:
    what = "to another stage through its gate; 409: missing, or (backwards, won, lost) waits for a tap in the chat"
    fields = {"stage": {"type": "string", "minLength": 1, "maxLength": 100}}
    return _write("move_opportunity", what, fields, ["stage"], ["409"])


def _note() -> Json:
    fields = {"text": {"type": "string", "minLength": 1, "maxLength": 2000, "pattern": r"\S"}}
    return _write("note_customer", "one more line of the customer's note", fields, ["text"], ["409"])


def _answer(description: str, schema: Json) -> Json:
    return {"description": description, "content": {"application/json": {"schema": schema}}}


def _refusals(statuses: list[str]) -> Json:
    return {status: _answer("refused", _ref("Error")) for status in statuses}
