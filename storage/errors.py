"""Errors of storage.

StorageError
├── Missing          no record of that id
├── Stale            the record is no longer as the change took it to be: somebody was faster
├── Clash            a key that must be unique is taken
├── LeaseLost        the row was handed to another worker meanwhile
├── Busy             the database did not let us in in time
│   └── Collision    two were in each other's way and this one was taken back: it may go again at once
├── Down             the database cannot be reached
├── Full             the disk is full
├── SecondProcess    another process holds the SQLite file
├── NotMigrated      the schema is older or newer than this program
├── Sealed           sealed with a key that is not configured, or damaged
└── BadArchive       not a backup of ours, or made by a newer program
"""

from __future__ import annotations


class StorageError(Exception):
    code = "storage"

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message, self.hint = message, hint


class Missing(StorageError):
    code = "missing"


class Stale(StorageError):
    code = "stale"


class Clash(StorageError):
    code = "clash"


class LeaseLost(StorageError):
    code = "lease_lost"


class Busy(StorageError):
    code = "database_busy"


class Collision(Busy):
    code = "collision"


class Down(StorageError):
    code = "database_down"


class Full(StorageError):
    code = "disk_full"


class SecondProcess(StorageError):
    code = "second_process"


class NotMigrated(StorageError):
    code = "not_migrated"


class Sealed(StorageError):
    code = "sealed"


class BadArchive(StorageError):
    code = "bad_archive"
