"""``openapi.json`` is what the API does: schemathesis makes calls of it, right and wrong, and judges the answers."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import load_all_checks, not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.openapi.checks import JsonSchemaError
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
)

from tests.api.conftest import Company, talked

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    negative_data_rejection,
]
EXAMPLES = 4
"""Calls of each kind an operation: some 40 operations, right and wrong."""


def operations(schema: Any) -> Iterator[Any]:
    for found in schema.get_all_operations():
        yield found.ok()


def attack(document: dict[str, Any], base: str, token: str) -> int:
    """How many calls were made and judged. Raises where an answer is not as the document says."""
    load_all_checks()
    schema = schemathesis.openapi.from_dict(document)
    calls = 0
    for operation in operations(schema):
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):

            @settings(
                max_examples=EXAMPLES, deadline=None, derandomize=True, database=None, phases=[Phase.generate],
                suppress_health_check=list(HealthCheck),
            )  # fmt: skip
            @given(case=operation.as_strategy(generation_mode=mode))
            def judge(case: Any) -> None:
                nonlocal calls
                calls += 1
                case.call_and_validate(base_url=base, headers={"Authorization": f"Bearer {token}"}, checks=CHECKS)

            judge()
    return calls


async def test_the_api_is_as_it_says(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.web.api.PER_MINUTE", 1_000_000)
    await talked(company)
    answer = await company.chat.web.get("/api/v1/openapi.json")
    assert answer.status_code == 200
    document = answer.json()
    routes = {
        (route.method, route.resource.canonical.removeprefix("/api/v1"))
        for route in company.chat.demo.app.web.router.routes()
        if route.resource is not None and route.resource.canonical.startswith("/api/v1/")
    }
    told = {(method.upper(), path) for path, item in document["paths"].items() for method in item}
    assert routes == told | {("GET", "/openapi.json")}
    base = f"{company.chat.demo.url}/api/v1"
    calls = await asyncio.to_thread(attack, document, base, company.words["admin"])
    assert calls > 100


async def test_the_judge_would_notice(company: Company) -> None:
    document = (await company.chat.web.get("/api/v1/openapi.json")).json()
    document["paths"] = {"/customers": document["paths"]["/customers"]}
    document["components"]["schemas"]["Customer"]["properties"]["name"] = {"type": "integer"}
    base = f"{company.chat.demo.url}/api/v1"
    with pytest.raises(FailureGroup) as found:
        await asyncio.to_thread(attack, document, base, company.words["admin"])
    assert [type(one) for one in found.value.exceptions] == [JsonSchemaError]
