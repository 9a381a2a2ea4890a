"""The two messages of the long connection, as bytes: ``Frame`` and its headers. Protocol buffers, but only these two.

message Header { required string key = 1; required string value = 2; }
message Frame  { required uint64 SeqID = 1; required uint64 LogID = 2; required int32 service = 3;
                 required int32 method = 4; repeated Header headers = 5; optional string payload_encoding = 6;
                 optional string payload_type = 7; optional bytes payload = 8; optional string LogIDNew = 9; }
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from adapters.errors import BadPayload

CONTROL, DATA = 0, 1
_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
_LONGEST_VARINT = 10
_NUMBERS = {1: "seq", 2: "log", 3: "service", 4: "method"}
_TEXTS = {6: "encoding", 7: "form", 9: "log_new"}
_HEADERS, _PAYLOAD = 5, 8


@dataclass(frozen=True, slots=True)
class Frame:
    method: int
    headers: Mapping[str, str] = field(default_factory=dict)
    payload: bytes = b""
    service: int = 0
    seq: int = 0
    log: int = 0
    encoding: str = ""
    form: str = ""
    log_new: str = ""

    def answered(self, payload: bytes, **headers: str) -> Frame:
        """The same frame, sent back with another payload."""
        return replace(self, payload=payload, headers={**self.headers, **headers})


def encoded(frame: Frame) -> bytes:
    """Fields in the order of their numbers, as the platform's own makers write them."""
    out = bytearray()
    for number, name in _NUMBERS.items():
        out += _varint(number << 3 | _VARINT) + _varint(getattr(frame, name) & (1 << 64) - 1)
    for key, value in frame.headers.items():
        out += _piece(_HEADERS, _piece(1, key.encode()) + _piece(2, value.encode()))
    for number in (6, 7):
        if text := getattr(frame, _TEXTS[number]):
            out += _piece(number, text.encode())
    if frame.payload:
        out += _piece(_PAYLOAD, frame.payload)
    if frame.log_new:
        out += _piece(9, frame.log_new.encode())
    return bytes(out)


def decoded(data: bytes) -> Frame:
    """Fields that we do not know are passed over. Raises BadPayload."""
    known: dict[str, int | str | bytes] = {}
    headers: dict[str, str] = {}
    for number, value in _fields(data):
        if number in _NUMBERS and isinstance(value, int):
            known[_NUMBERS[number]] = value
        elif number in _TEXTS and isinstance(value, bytes):
            known[_TEXTS[number]] = _text(value)
        elif number == _HEADERS and isinstance(value, bytes):
            pair = dict(_fields(value))
            headers[_text(pair.get(1, b""))] = _text(pair.get(2, b""))
        elif number == _PAYLOAD and isinstance(value, bytes):
            known["payload"] = value
    if "method" not in known:
        raise BadPayload("the frame has no method")
    return Frame(headers=headers, **known)  # type: ignore[arg-type]


def _fields(data: bytes) -> Iterator[tuple[int, int | bytes]]:
    at = 0
    while at < len(data):
        tag, at = _number(data, at)
        kind = tag & 7
        if kind == _VARINT:
            value, at = _number(data, at)
            yield tag >> 3, value
            continue
        size = {_FIXED64: 8, _FIXED32: 4}.get(kind)
        if kind == _BYTES:
            size, at = _number(data, at)
        if size is None or at + size > len(data):
            raise BadPayload("the frame breaks off")
        yield tag >> 3, data[at : at + size]
        at += size


def _number(data: bytes, at: int) -> tuple[int, int]:
    """(value, where it ends)."""
    value = 0
    for n, byte in enumerate(data[at : at + _LONGEST_VARINT]):
        value |= (byte & 0x7F) << 7 * n
        if not byte & 0x80:
            return value, at + n + 1
    raise BadPayload("the frame breaks off in a number")


def _text(value: int | bytes) -> str:
    if isinstance(value, int):
        raise BadPayload("a number where words belong")
    return value.decode("utf-8", "replace")


def _piece(number: int, data: bytes) -> bytes:
    return _varint(number << 3 | _BYTES) + _varint(len(data)) + data


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)
