"""The stand-in platforms as a whole: started on loopback ports, spoken through by people."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

from aiohttp import web

from adapters.sandbox.wecom import WecomServer
from adapters.sandbox.wecom_app import WecomApp
from adapters.sandbox.wecom_callbacks import (
    Callbacks,
    CardTap,
    Heard,
    enter_agent,
    event_key,
    image_message,
    text_message,
)
from adapters.sandbox.wecom_cards import INTERACTIVE, draw
from adapters.sandbox.wecom_messages import greyed
from adapters.sandbox.world import CannotDo, Item, Knob, Shown, World

PLATFORMS = ("wecom",)


class Platforms:
    """``wecom_base`` is what an account's ``api_base`` is to hold. ``point`` tells the app where the bot listens."""

    def __init__(self, world: World, apps: Sequence[WecomApp], wecom_base: str = "") -> None:
        self.world = world
        self.wecom = WecomServer(world, list(apps))
        self.wecom_base = wecom_base
        self.callbacks = Callbacks()

    def point(self, account: str, callback_url: str) -> None:
        self.wecom.point(account, callback_url)

    # what people do

    async def say(self, user: str, text: str, account: str = "") -> str:
        """Sends ``user``'s words; the platform's id of the message, once the bot acknowledged it. Raises CannotDo."""
        app = self._app(account)
        who, now, msgid = self.world.join(user), self.world.clock.now(), self.world.serial()
        self.world.hear(who.user, app.name, str(msgid), text)
        await self._post(app, text_message(app, who.user, text, msgid, now), who.user)
        return str(msgid)

    async def send_image(self, user: str, name: str, data: bytes, account: str = "") -> str:
        """The same with a picture, which a WeCom app does hear of."""
        app = self._app(account)
        who, now, msgid = self.world.join(user), self.world.clock.now(), self.world.serial()
        media = self.wecom.media.keep(name, "image", data)
        self.world.hear(who.user, app.name, str(msgid), f"[图片] {name}")
        await self._post(app, image_message(app, who.user, media, msgid, now), who.user)
        return str(msgid)

    async def enter(self, user: str, account: str = "") -> str:
        """Opens the bot's chat as ``user``; the event's key."""
        app = self._app(account)
        plain = enter_agent(app, self.world.join(user).user, self.world.clock.now())
        await self._post(app, plain, user)
        return event_key(plain)

    async def tap(self, user: str, n: int, button: str, select: Sequence[str] = ()) -> str:
        """Taps a button of item ``n``, and changes the card as the bot answers; the event's key. Raises CannotDo."""
        item = self.world.item(user, n)
        if item is None:
            raise CannotDo(404, "no_such_item", f"{user} has no item {n}", "先看 inbox 里有哪些")
        knob = _knob(item, button)
        chosen = _chosen(item, select)
        app = self._app(item.account)
        code = self.wecom.messages.new_code(app, item.reference)
        shown = item.shown
        tap = CardTap(knob.id, item.task, shown.form, code, shown.question, chosen, menu=knob.menu)
        plain = tap.message(app, item.to, self.world.clock.now())
        if chosen:
            self._mark_picked(item, chosen)
        heard = await self._post(app, plain, item.to)
        self._take_reply(item, heard)
        return event_key(plain)

    def _app(self, account: str) -> WecomApp:
        name = account or self.wecom.apps[0].name
        try:
            return self.wecom.app(name)
        except KeyError as error:
            raise CannotDo(400, "unknown_account", f"no account {name}", "看配置里 [[wecom]] 的 name") from error

    async def _post(self, app: WecomApp, plain: bytes, user: str) -> Heard:
        if not app.callback_url:
            raise CannotDo(503, "no_callback_url", "the bot has not told where it listens", "等演示起来再试")
        heard = await self.callbacks.post(app, plain, self.world.clock.now())
        if not heard.ok:
            hint = "看机器人的日志：它没有在 5 秒内答 200"
            raise CannotDo(502, "callback_failed", f"not heard after {heard.tries} tries: {heard.trouble}", hint)
        if heard.reply and heard.reply.get("msg_type") == "text":
            self.world.put(user, "wecom", app.name, "", Shown(body=str(heard.reply.get("content", ""))))
        return heard

    def _mark_picked(self, item: Item, chosen: Sequence[str]) -> None:
        self.world.change(item, replace(item.shown, picked=tuple(chosen)))

    def _take_reply(self, item: Item, heard: Heard) -> None:
        """A passive reply changes the card for the one who tapped."""
        now = self.world.item(item.to, item.n)
        changed = _answered(now.shown, heard.reply) if now and heard.reply else None
        if now and changed:
            self.world.change(now, changed)


def _knob(item: Item, button: str) -> Knob:
    for knob in item.shown.buttons:
        if knob.id == button and knob.url:
            raise CannotDo(400, "opens_a_page", f"{button} opens a page and calls nothing back", f"打开 {knob.url}")
        if knob.id == button:
            return knob
    there = "、".join(knob.id for knob in item.shown.buttons) or "没有按钮"
    raise CannotDo(400, "no_such_button", f"item {item.n} has no button {button}", f"现在有：{there}")


def _chosen(item: Item, select: Sequence[str]) -> tuple[str, ...]:
    """The options that go with the tap: those named, else those the card came with."""
    known = {one for one, _ in item.shown.options}
    strange = [one for one in select if one not in known]
    if strange or (len(select) > 1 and not item.shown.many):
        raise CannotDo(
            400, "no_such_option", f"cannot choose {list(select)}", f"可选：{'、'.join(sorted(known)) or '无'}"
        )
    return tuple(select) or item.shown.picked


def _answered(shown: Shown, reply: dict[str, Any]) -> Shown | None:
    button, card = reply.get("button"), reply.get("template_card")
    if reply.get("msg_type") == "update_button" and isinstance(button, dict) and shown.form in INTERACTIVE:
        return greyed(shown, str(button.get("replace_name", "")))
    if reply.get("msg_type") == "update_template_card" and isinstance(card, dict):
        return draw(card).shown
    return None


@asynccontextmanager
async def on_loopback(world: World, apps: Sequence[WecomApp] = (), port: int = 0) -> AsyncIterator[Platforms]:
    """The platforms, running on 127.0.0.1 until the block ends; ``port`` 0 takes a free one."""
    platforms = Platforms(world, apps or [WecomApp()])
    runner = web.AppRunner(platforms.wecom.application(), access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", port)
    await site.start()
    platforms.wecom_base = f"http://127.0.0.1:{runner.addresses[0][1]}"
    await platforms.callbacks.start()
    try:
        yield platforms
    finally:
        await platforms.callbacks.stop()
        await runner.cleanup()
        world.shelf.close()
