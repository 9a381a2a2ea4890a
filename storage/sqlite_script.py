"""Tortoise's SQLite backend for migrations, with one difference: a script inside a transaction stays inside.

Python's ``executescript`` commits first, so a killed migration would leave half a version behind.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from tortoise.backends.sqlite.client import (
    SqliteClient,
    SqliteTransactionContext,
    SqliteTransactionWrapper,
    translate_exceptions,
)


def statements(script: str) -> Iterator[str]:
    """The statements of a script, one by one."""
    statement = ""
    for piece in script.split(";"):
        statement += piece + ";"
        if sqlite3.complete_statement(statement):
            if statement.strip(" \n;"):
                yield statement
            statement = ""
    if statement.strip(" \n;"):
        yield statement


class ScriptTransaction(SqliteTransactionWrapper):
    @translate_exceptions
    async def execute_script(self, query: str) -> None:
        async with self.acquire_connection() as connection:
            for statement in statements(query):
                await connection.execute(statement)


class ScriptClient(SqliteClient):
    def _in_transaction(self) -> SqliteTransactionContext:
        return SqliteTransactionContext(ScriptTransaction(self), self._lock)


client_class = ScriptClient
