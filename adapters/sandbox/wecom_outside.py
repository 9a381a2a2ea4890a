"""People outside in the stand-in WeCom: who has whom among his contacts, and handing them over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from aiohttp import web

from adapters.sandbox.wecom_app import WecomApp
from adapters.sandbox.wecom_callbacks import cdata
from adapters.sandbox.wecom_cards import Refusal
from adapters.sandbox.world import World

A_DAY = timedelta(hours=24)
IN_90_DAYS = 2


class Outside:
    def __init__(self, world: World) -> None:
        self.world = world

    def know(self, user: str, external: str, name: str, company: str, phones: Sequence[str]) -> None:
        """``user`` has this person among his contacts."""
        known = self.world.shelf.get(f"outside:{external}") or {"name": name, "followers": {}, "moves": []}
        note = {"remark": name, "remark_corp_name": company, "remark_mobiles": list(phones)}
        followers = {**known["followers"], user: note}
        self._put(external, {**known, "name": name or known["name"], "followers": followers})

    def forget(self, user: str, external: str) -> None:
        known = self._known(external)
        self._put(external, {**known, "followers": {k: v for k, v in known["followers"].items() if k != user}})

    async def get(self, _: WecomApp, request: web.Request) -> dict[str, Any]:
        external = request.query.get("external_userid", "")
        known = self._known(external)
        return {
            "external_contact": {"external_userid": external, "name": known["name"], "type": 1, "gender": 0},
            "follow_user": [
                {"userid": user, "createtime": 0, "tags": [], "add_way": 1, "oper_userid": user, **note}
                for user, note in known["followers"].items()
            ],
        }

    def transfer(self, _: WecomApp, body: Mapping[str, Any]) -> dict[str, Any]:
        """In service: begun is not done, and each customer has an answer of its own."""
        giver, taker, ids = self._asked(body)
        if self.world.has_left(giver):
            raise Refusal(60111, "userid not found")
        if len(str(body.get("transfer_success_msg", ""))) > 200:
            raise Refusal(45002, "content size out of limit")
        return {"customer": [{"external_userid": id, "errcode": self._begin(id, giver, taker)} for id in ids]}

    def transfer_of_left(self, _: WecomApp, body: Mapping[str, Any]) -> dict[str, Any]:
        """Of a member who left. Nothing is told to the customer on this way, so it takes no words."""
        giver, taker, ids = self._asked(body)
        if "transfer_success_msg" in body:
            raise Refusal(40058, "invalid Request Parameter")
        left = self.world.has_left(giver)
        codes = {id: self._begin(id, giver, taker, left=True) if left else 40097 for id in ids}
        return {"customer": [{"external_userid": id, "errcode": code} for id, code in codes.items()]}

    def _asked(self, body: Mapping[str, Any]) -> tuple[str, str, list[str]]:
        giver, taker, ids = body.get("handover_userid"), body.get("takeover_userid"), body.get("external_userid")
        if not isinstance(ids, list) or not 0 < len(ids) <= 100:
            raise Refusal(40058, "invalid Request Parameter")
        if self.world.person(str(taker)) is None or self.world.has_left(str(taker)):
            raise Refusal(40058, "invalid Request Parameter")
        return str(giver), str(taker), [str(id) for id in ids]

    def _begin(self, external: str, giver: str, taker: str, *, left: bool = False) -> int:
        known = self.world.shelf.get(f"outside:{external}")
        if known is None:
            return 40096
        if giver not in known["followers"]:
            return 84061
        now = self.world.clock.now()
        lately = [one for one in known["moves"] if now - datetime.fromisoformat(one["at"]) < timedelta(days=90)]
        if any(self._state(one) == 2 for one in lately):
            return 40100
        if not left and len([one for one in lately if not one.get("left")]) >= IN_90_DAYS:
            return 40128
        move = {"giver": giver, "taker": taker, "at": now.isoformat(), "refused": False, "left": left}
        self._put(external, {**known, "moves": [*known["moves"], move]})
        return 0

    def result(self, _: WecomApp, body: Mapping[str, Any]) -> dict[str, Any]:
        """What was begun is told, whoever has left meanwhile; the platform's pages say nothing of that."""
        return self._results(body, left=False)

    def result_of_left(self, _: WecomApp, body: Mapping[str, Any]) -> dict[str, Any]:
        return self._results(body, left=True)

    def _results(self, body: Mapping[str, Any], *, left: bool) -> dict[str, Any]:
        pair = (body.get("handover_userid"), body.get("takeover_userid"))
        found = []
        for external, known in self.world.shelf.under("outside:"):
            its = [one for one in known["moves"] if bool(one.get("left")) == left]
            moves = [one for one in its if (one["giver"], one["taker"]) == pair]
            if moves:
                when = datetime.fromisoformat(moves[-1]["at"]) + A_DAY
                status = self._state(moves[-1])
                found.append({"external_userid": external, "status": status, "takeover_time": int(when.timestamp())})
        return {"customer": found, "next_cursor": ""}

    def refuse(self, external: str) -> str:
        """The customer does not want to; who was to take over."""
        known = self._known(external)
        last = {**known["moves"][-1], "refused": True}
        self._put(external, {**known, "moves": [*known["moves"][:-1], last]})
        return str(last["taker"])

    def _state(self, move: Mapping[str, Any]) -> int:
        """The customer who says nothing is handed over after a day."""
        if move["refused"]:
            return 3
        return 1 if self.world.clock.now() - datetime.fromisoformat(move["at"]) >= A_DAY else 2

    def _known(self, external: str) -> dict[str, Any]:
        known: dict[str, Any] | None = self.world.shelf.get(f"outside:{external}")
        if known is None:
            raise Refusal(84061, "not external contact")
        return known

    def _put(self, external: str, thing: dict[str, Any]) -> None:
        self.world.shelf.put(f"outside:{external}", thing)


def left_event(app: WecomApp, user: str, at: datetime) -> bytes:
    """``change_contact``: a member was deleted."""
    return (
        f"<xml><ToUserName>{cdata(app.corp_id)}</ToUserName><FromUserName>{cdata('sys')}</FromUserName>"
        f"<CreateTime>{int(at.timestamp())}</CreateTime><MsgType>{cdata('event')}</MsgType>"
        f"<Event>{cdata('change_contact')}</Event><ChangeType>{cdata('delete_user')}</ChangeType>"
        f"<UserID>{cdata(user)}</UserID></xml>"
    ).encode()


def outside_event(app: WecomApp, change: str, user: str, external: str, at: datetime, tail: str = "") -> bytes:
    """``change_external_contact``, from the platform itself."""
    return (
        f"<xml><ToUserName>{cdata(app.corp_id)}</ToUserName><FromUserName>{cdata('sys')}</FromUserName>"
        f"<CreateTime>{int(at.timestamp())}</CreateTime><MsgType>{cdata('event')}</MsgType>"
        f"<Event>{cdata('change_external_contact')}</Event><ChangeType>{cdata(change)}</ChangeType>"
        f"<UserID>{cdata(user)}</UserID><ExternalUserID>{cdata(external)}</ExternalUserID>{tail}</xml>"
    ).encode()
