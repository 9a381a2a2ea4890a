"""XML as nested dictionaries: an element without others in it is its text (None where that is empty), one with others a
dictionary of them, and several of a name are a list. Attributes are not the platform's way, and not read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol
from xml.parsers import expat

from adapters.errors import BadPayload

Tree = Mapping[str, Any]


class Reader(Protocol):
    """What a document is told to, piece by piece."""

    def start(self, name: str, attributes: dict[str, str], /) -> None: ...
    def end(self, name: str, /) -> None: ...
    def text(self, piece: str, /) -> None: ...


def walk(xml: bytes | str, reader: Reader) -> None:
    """Tells the document to ``reader``. Raises BadPayload for anything but well-formed XML without a document type."""
    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _no_doctype
    parser.StartElementHandler, parser.EndElementHandler = reader.start, reader.end
    parser.CharacterDataHandler = reader.text
    try:
        parser.Parse(xml, True)
    except (expat.ExpatError, ValueError) as error:
        raise BadPayload("not well-formed XML") from error


def grown(xml: bytes) -> Tree:
    """The root by its name. Raises BadPayload as :func:`walk`, and for what is not UTF-8."""
    try:
        plain = xml.decode("utf-8")  # of bytes expat would take UTF-16 too
    except UnicodeDecodeError as error:
        raise BadPayload("not UTF-8") from error
    reader = _Reader()
    walk(plain, reader)
    return reader.here or {}


def _no_doctype(*_: Any) -> None:
    raise BadPayload("a document type is not taken")


class _Reader:
    """``here``: what is in the element that is open, None until one is."""

    def __init__(self) -> None:
        self.here: dict[str, Any] | None = None
        self._above, self._pieces = list[dict[str, Any] | None](), list[str]()

    def start(self, _name: str, _attributes: dict[str, str], /) -> None:
        self._above.append(self.here)
        self.here = None
        self._pieces.clear()

    def text(self, piece: str, /) -> None:
        self._pieces.append(piece)

    def end(self, name: str, /) -> None:
        value = self.here if self.here is not None else "".join(self._pieces).strip() or None
        self._pieces.clear()
        above = self._above.pop()
        self.here = {} if above is None else above
        if name not in self.here:
            self.here[name] = value
        elif isinstance(self.here[name], list):
            self.here[name].append(value)
        else:
            self.here[name] = [self.here[name], value]


def below(node: object, *path: str) -> Any:
    """What lies at ``path``; None where any step is missing."""
    for step in path:
        if not isinstance(node, Mapping):
            return None
        node = node.get(step)
    return node


def text(node: object, *path: str) -> str:
    """The text at ``path``; "" where there is none."""
    found = below(node, *path)
    return found if isinstance(found, str) else ""


def number(node: object, *path: str) -> int | None:
    """The whole number at ``path``; None where there is none."""
    digits = text(node, *path)
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= 18 else None


def many(node: object, *path: str) -> list[Any]:
    """What lies at ``path`` as a list, whether one, several or none."""
    found = below(node, *path)
    if found is None:
        return []
    return found if isinstance(found, list) else [found]


def folded(node: object, name: str) -> Any:
    """The child called ``name`` in any case: the platform's pages disagree about some."""
    if not isinstance(node, Mapping):
        return None
    return next((value for key, value in node.items() if key.lower() == name.lower()), None)
