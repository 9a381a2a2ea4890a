"""DingTalk's interactive cards: what the platform refuses in one, and how the shipped template shows it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from adapters.sandbox.dingtalk_app import DingtalkApp, Refusal
from adapters.sandbox.wecom_cards import link_word
from adapters.sandbox.world import Knob, Shown, World

SLOTS = 5
DELIVER = "card/instances/createAndDeliver"


@dataclass(slots=True)
class Instance:
    """A card as it lies at the platform: its variables, and where taps on it go."""

    to: str
    variables: dict[str, str]
    way: str
    route: str = ""


class Cards:
    """``busy`` names cards whose tap is not answered yet: those may not be changed by a call."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.busy: set[str] = set()

    def register(self, app: DingtalkApp, body: Mapping[str, Any]) -> dict[str, Any]:
        """Where taps go over HTTP; without ``forceUpdate`` an older setting stays and is given back."""
        route, url = str(body.get("callbackRouteKey") or ""), str(body.get("callbackUrl") or "")
        if not route or not url.startswith(("http://", "https://")):
            raise Refusal("param.callbackUrl.invalid")
        known = self.world.shelf.get(f"ding:route:{app.name}:{route}")
        if known is None or body.get("forceUpdate"):
            known = {"url": url, "secret": str(body.get("apiSecret") or "")}
            self.world.shelf.put(f"ding:route:{app.name}:{route}", known)
        return {"success": True, "result": {"callbackUrl": known["url"], "apiSecret": known["secret"]}}

    def route(self, app: DingtalkApp, name: str) -> tuple[str, str]:
        """(address, secret) of a registered route. Raises KeyError."""
        known = self.world.shelf.get(f"ding:route:{app.name}:{name}")
        if known is None:
            raise KeyError(name)
        return known["url"], known["secret"]

    def deliver(self, app: DingtalkApp, body: Mapping[str, Any]) -> dict[str, Any]:
        """A new card. The pages do not say what a repeated ``outTrackId`` gets; here it is the first one's answer, and
        nothing is shown again."""
        track = self._judged(app, body)
        user = str(body["openSpaceId"]).removeprefix("dtv1.card//IM_ROBOT.")
        known = self.world.person(user)
        if known is None:
            return _delivered(track, "staffId.notExisted")
        if self.instance(app, track) is None:
            variables = _strings(body)
            instance = Instance(known.user, variables, str(body["callbackType"]), str(body.get("callbackRouteKey", "")))
            self._keep(app, track, instance)
            self.world.put(known.user, "dingtalk", app.name, track, draw(variables), track)
        return _delivered(track, "")

    def make(self, app: DingtalkApp, body: Mapping[str, Any]) -> dict[str, Any]:
        """An instance that lies nowhere until it is delivered."""
        track = str(body.get("outTrackId") or "")
        if body.get("cardTemplateId") not in app.templates:
            raise Refusal("param.cardTemplateId.notExisted")
        if not 0 < len(track) <= 64:
            raise Refusal("param.outTrackId.invalid")
        _strings(body)
        return {"success": True, "result": track}

    def change(self, app: DingtalkApp, body: Mapping[str, Any]) -> dict[str, Any]:
        track = str(body.get("outTrackId") or "")
        instance = self.instance(app, track)
        if instance is None:
            raise Refusal("param.outTrackId.notExisted")
        if track in self.busy:
            raise Refusal("Forbidden.Card.Concurrent", "the callback of this card is open", 403)
        self.become(app, track, body)
        return {"success": True, "result": True}

    def become(self, app: DingtalkApp, track: str, change: Mapping[str, Any]) -> None:
        """The card with ``change``: by key where it says so, else all variables are those that are given."""
        instance = self.instance(app, track)
        if instance is None:
            return
        by_key = _part(change, "cardUpdateOptions").get("updateCardDataByKey") is True
        variables = {**(instance.variables if by_key else {}), **_strings(change)}
        self._keep(app, track, replace(instance, variables=variables))
        for item in self.world.sent_as(app.name, track):
            self.world.change(item, draw(variables))

    def instance(self, app: DingtalkApp, track: str) -> Instance | None:
        found = self.world.shelf.get(f"ding:card:{app.name}:{track}")
        return Instance(**found) if found else None

    def _keep(self, app: DingtalkApp, track: str, instance: Instance) -> None:
        known = {"to": instance.to, "variables": instance.variables, "way": instance.way, "route": instance.route}
        self.world.shelf.put(f"ding:card:{app.name}:{track}", known)

    def _judged(self, app: DingtalkApp, body: Mapping[str, Any]) -> str:
        """The card's ``outTrackId``. Raises Refusal for what the platform does not take."""
        track, space = str(body.get("outTrackId") or ""), str(body.get("openSpaceId") or "")
        if body.get("cardTemplateId") not in app.templates:
            raise Refusal("param.cardTemplateId.notExisted")
        if not 0 < len(track) <= 64:
            raise Refusal("param.outTrackId.invalid")
        if body.get("userIdType") != 1 or not space.startswith("dtv1.card//IM_ROBOT."):
            raise Refusal("param.openSpaceId.invalid")
        if _part(body, "imRobotOpenDeliverModel").get("robotCode") != app.client_id:
            raise Refusal("invalidParameter.robotCode.notExisted")
        if body.get("callbackType") not in ("STREAM", "HTTP"):
            raise Refusal("param.callbackType.invalid")
        if body["callbackType"] == "HTTP":
            try:
                self.route(app, str(body.get("callbackRouteKey")))
            except KeyError as error:
                raise Refusal("param.callbackRouteKey.notExisted") from error
        _strings(body)
        return track


def draw(variables: Mapping[str, str]) -> Shown:
    """The card as the shipped template shows it."""
    said = {name: value for name, value in variables.items() if value}
    facts = json.loads(said.get("facts", "[]"))
    knobs = [knob for n in range(1, SLOTS + 1) if (knob := _knob(said, n))]
    if said.get("link") and said.get("link_url"):
        knobs.append(Knob(link_word(said["link"], SLOTS), said["link"], said["link_url"]))
    notes = [said.get(name, "") for name in ("why", "footer")]
    return Shown(
        title=said.get("title", ""),
        label=said.get("kind", ""),
        status=said.get("status", ""),
        facts=tuple((str(one["label"]), str(one["value"])) for one in facts),
        note="\n".join(filter(None, notes)),
        body=said.get("options", ""),
        buttons=tuple(knobs),
        form="card",
        tone=said["tone"] if said.get("tone") in ("decide", "alarm") else "",
    )


def _knob(said: Mapping[str, str], n: int) -> Knob | None:
    label, url = said.get(f"button{n}", ""), said.get(f"button{n}_url", "")
    if not label:
        return None
    id = said.get(f"button{n}_id") or link_word(label, n)
    return Knob(id, label, url, main=said.get(f"button{n}_style") == "main")


def _strings(body: Mapping[str, Any]) -> dict[str, str]:
    """The variables; every one must be a text. Raises Refusal."""
    variables = _part(_part(body, "cardData"), "cardParamMap")
    if not all(isinstance(value, str) for value in variables.values()):
        raise Refusal("param.cardParamMap.invalid", "values must be strings")
    return {str(name): str(value) for name, value in variables.items()}


def _delivered(track: str, trouble: str) -> dict[str, Any]:
    entry = {"spaceType": "IM_ROBOT", "success": not trouble, "errorMsg": trouble}
    return {"success": True, "result": {"outTrackId": track, "deliverResults": [entry]}}


def _part(body: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = body.get(name)
    return part if isinstance(part, Mapping) else {}
