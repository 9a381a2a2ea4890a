"""A push as the plain dict that its outbox row keeps, and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from adapters.messages import Attached, Button, Card, Choice, Fact, Option, Push, Text

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


def pack(push: Push) -> dict[str, Any]:
    body = {"form": "card" if isinstance(push, Card) else "text", **_plain(push)}
    body["buttons"] = [_plain(one) for one in push.buttons]
    if isinstance(push, Text):  # what is in a file stays where files are kept; most texts have none
        body.pop("file")
        if push.file is not None:
            body["file"] = {"name": push.file.name, "sha256": push.file.sha256}
        return body
    body["facts"] = [_plain(one) for one in push.facts]
    if push.link is not None:
        body["link"] = _plain(push.link)
    if push.choice is not None:
        body["choice"] = {**_plain(push.choice), "options": [_plain(one) for one in push.choice.options]}
    return body


def _plain(value: DataclassInstance) -> dict[str, Any]:
    """Its fields by name, those within left as they are: asdict looks into and copies each word."""
    return {name: getattr(value, name) for name in value.__dataclass_fields__}


def unpack(body: Mapping[str, Any]) -> Push:
    fields = {name: value for name, value in body.items() if name != "form"}
    fields["buttons"] = tuple(Button(**b) for b in fields.get("buttons", ()))
    if body["form"] == "text":
        fields["file"] = Attached(**fields["file"]) if fields.get("file") else None
        return Text(**fields)
    fields["facts"] = tuple(Fact(**f) for f in fields.get("facts", ()))
    fields["link"] = Button(**fields["link"]) if fields.get("link") else None
    fields["choice"] = _choice(fields.get("choice"))
    return Card(**fields)


def _choice(body: Mapping[str, Any] | None) -> Choice | None:
    if not body:
        return None
    return Choice(body["label"], tuple(Option(**o) for o in body["options"]), bool(body["many"]))
