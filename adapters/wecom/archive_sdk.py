"""The platform's own finance SDK (``libWeWorkFinanceSdk_C.so``), where the operator has it: not ours to pass on."""

from __future__ import annotations

import ctypes
import json
from collections.abc import Callable
from ctypes import c_char_p, c_int, c_uint, c_ulonglong, c_void_p
from pathlib import Path
from typing import Any

from adapters.wecom.archive_source import ArchiveFault, Sealed, sealed

_SECONDS = 10
_CODES = {
    10000: "argument", 10001: "network", 10002: "parse", 10003: "system", 10004: "key", 10005: "file",
    10006: "decrypt", 10007: "key_missing", 10008: "key", 10009: "address", 10010: "expired", 10011: "certificate",
}  # fmt: skip
_AGAIN = frozenset({10001, 10002, 10003})
_SLICE, _MEDIA, _SDK = c_void_p, c_void_p, c_void_p
_SIGNATURES: dict[str, tuple[Any, tuple[Any, ...]]] = {
    "NewSdk": (_SDK, ()),
    "Init": (c_int, (_SDK, c_char_p, c_char_p)),
    "GetChatData": (c_int, (_SDK, c_ulonglong, c_uint, c_char_p, c_char_p, c_int, _SLICE)),
    "DecryptData": (c_int, (c_char_p, c_char_p, _SLICE)),
    "GetMediaData": (c_int, (_SDK, c_char_p, c_char_p, c_char_p, c_char_p, c_int, _MEDIA)),
    "DestroySdk": (None, (_SDK,)),
    "NewSlice": (_SLICE, ()),
    "FreeSlice": (None, (_SLICE,)),
    "GetContentFromSlice": (c_void_p, (_SLICE,)),
    "GetSliceLen": (c_int, (_SLICE,)),
    "NewMediaData": (_MEDIA, ()),
    "FreeMediaData": (None, (_MEDIA,)),
    "GetOutIndexBuf": (c_void_p, (_MEDIA,)),
    "GetIndexLen": (c_int, (_MEDIA,)),
    "GetData": (c_void_p, (_MEDIA,)),
    "GetDataLen": (c_int, (_MEDIA,)),
    "IsMediaDataFinish": (c_int, (_MEDIA,)),
}
"""As the library's header has them [D 91774]."""


def _checked(code: int) -> None:
    if code:
        raise ArchiveFault(_CODES.get(code, "refused"), f"the archive's library says {code}", again=code in _AGAIN)


class Sdk:
    """The library, opened and made known with the company's id and the archive's own secret. Raises ArchiveFault."""

    def __init__(self, library: Path, corp_id: str, secret: str) -> None:
        try:
            self._lib = ctypes.CDLL(str(library))
            for name, (result, arguments) in _SIGNATURES.items():
                function = getattr(self._lib, name)
                function.restype, function.argtypes = result, list(arguments)
        except (OSError, AttributeError) as error:
            raise ArchiveFault("argument", f"{library.name} is not the archive's library") from error
        self._sdk = self._lib.NewSdk()
        if not self._sdk:
            raise ArchiveFault("system", "the archive's library does not start")
        try:
            _checked(self._lib.Init(self._sdk, corp_id.encode(), secret.encode()))
        except ArchiveFault:
            self.close()
            raise

    def pull(self, seq: int, limit: int) -> list[Sealed]:
        answer = self._said(
            lambda slice_: self._lib.GetChatData(self._sdk, seq, min(limit, 1000), b"", b"", _SECONDS, slice_)
        )
        try:
            told = json.loads(answer)
            code, entries = int(told.get("errcode", 0)), told.get("chatdata") or []
        except (ValueError, AttributeError, TypeError) as error:
            raise ArchiveFault("parse", "the archive's answer is no JSON", again=True) from error
        _checked(code)
        found = [one for entry in entries if isinstance(entry, dict) and (one := sealed(entry)) is not None]
        return sorted(found, key=lambda one: one.seq)

    def open(self, key: str, body: str) -> bytes:
        return self._said(lambda slice_: self._lib.DecryptData(key.encode(), body.encode(), slice_))

    def _said(self, ask: Callable[[Any], int]) -> bytes:
        """What a call wrote into its slice, which is given back whatever happens."""
        slice_ = self._lib.NewSlice()
        try:
            _checked(ask(slice_))
            return _bytes(self._lib.GetContentFromSlice(slice_), self._lib.GetSliceLen(slice_))
        finally:
            self._lib.FreeSlice(slice_)

    def media(self, file: str, most: int) -> bytes:
        """Piece by piece (512 KB each), until the library says that it is whole."""
        pieces, size, index = [], 0, b""
        while True:
            part = self._lib.NewMediaData()
            try:
                _checked(self._lib.GetMediaData(self._sdk, index, file.encode(), b"", b"", _SECONDS, part))
                piece = _bytes(self._lib.GetData(part), self._lib.GetDataLen(part))
                index = _bytes(self._lib.GetOutIndexBuf(part), self._lib.GetIndexLen(part))
                whole = bool(self._lib.IsMediaDataFinish(part))
            finally:
                self._lib.FreeMediaData(part)
            size += len(piece)
            if size > most:
                raise ArchiveFault("file", "the file is too large")
            pieces.append(piece)
            if whole:
                return b"".join(pieces)
            if not piece and not index:
                raise ArchiveFault("file", "the file does not end")

    def close(self) -> None:
        if self._sdk:
            self._lib.DestroySdk(self._sdk)
            self._sdk = None


def _bytes(address: int | None, size: int) -> bytes:
    return ctypes.string_at(address, size) if address and size > 0 else b""
