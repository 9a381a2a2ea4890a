"""Errors of storage.

    StorageError
    ├── Missing          no record of that id
    ├── Busy             the database did not let us in in time
    ├── Full             the disk is full
    ├── SecondProcess    another process holds the SQLite file
    └── NotMigrated      the schema is older or newer than this program
"""

from __future__ import annotations


class StorageError(Exception):
    code = "storage"

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message, self.hint = message, hint


class Missing(StorageError):
    code = "missing"


class Busy(StorageError):
    code = "database_busy"


class Full(StorageError):
    code = "disk_full"


class SecondProcess(StorageError):
    code = "second_process"


class NotMigrated(StorageError):
    code = "not_migrated"
