"""The chat page at ``/sandbox``: every form works without a script; with one, each turn swaps the live part."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, select_autoescape
from markupsafe import Markup, escape

from adapters.sandbox import record, talk, words
from adapters.sandbox.control import from_here
from adapters.sandbox.desk import Proof
from adapters.sandbox.turns import Turns
from adapters.sandbox.world import CannotDo, Colleague

HERE = Path(__file__).parent
STATIC = {
    "sandbox.css": "text/css",
    "sandbox.js": "text/javascript",
    "htmx.min.js": "text/javascript",
    "htmx.LICENSE.txt": "text/plain",
    "mark.svg": "image/svg+xml",
}
KEEP = {"X-Content-Type-Options": "nosniff", "Cache-Control": "no-cache"}
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}
TABS = ("zhang.wei", "wang.fang", "admin")
MODES = (
    ("429", "限流"),
    ("down", "平台断线"),
    ("5xx", "平台出错"),
    ("slow", "变慢"),
    ("token_expired", "令牌过期"),
    ("none", "恢复"),
)
DATE = re.compile(r"(\d{1,2}月\d{1,2}日|\d{1,2}:\d{2}(?:–\d{1,2}:\d{2})?|[¥$]\d[\d,.]* ?[万亿]?)")
FAULT_SECONDS = 600
STORY = "王总说预算已批，等我们下周三签合同，我周五前把报价单发过去"
AFTER = {"销售": ("报价单改到下周一", "今天做什么", "撤销")}
TRIES = {
    "销售": (STORY, "今天做什么"),
    "主管": ("/today", "/audit verify", "/help"),
    "": ("/health", "/audit verify", "/help"),
}
HELLOS = {
    "销售": "像平时一样说一句客户的事，它来记，到点提醒。",
    "主管": "组里有事要看，它会来找。先让张伟说一句话，再把时钟往后拨。",
    "": "发 /help 看能做什么，发 /health 看都好不好。",
}


class Page:
    def __init__(self, turns: Turns, shared: Path) -> None:
        """``shared`` is the style sheet of all of Genjin's pages, which this one stands on."""
        self._shared = shared
        self._turns, self._desk, self._world = turns, turns.desk, turns.platforms.world
        self._proof: tuple[str, Proof, datetime] | None = None
        self._began = 0
        """The last audit entry before the last turn: younger ones are new."""
        self._jinja = Environment(loader=FileSystemLoader(HERE / "templates"), autoescape=select_autoescape(["html"]),
                                  trim_blocks=True, lstrip_blocks=True)  # fmt: skip
        self._jinja.filters |= {"short_hash": words.short_hash, "is_page": _is_page, "dated": _dated}

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/sandbox", self._show),
            web.get("/sandbox/live", self._live),
            web.get("/sandbox/client", self._client),
            web.get("/sandbox/static/genjin.css", self._sheet),
            web.get("/sandbox/static/{name}", _static),
            web.post("/sandbox/say", self._turn(self._say)),
            web.post("/sandbox/tap", self._turn(self._tap)),
            web.post("/sandbox/clock", self._turn(self._clock)),
            web.post("/sandbox/fault", self._turn(self._fault)),
            web.post("/sandbox/verify", self._turn(self._verify)),
        ]

    async def _sheet(self, request: web.Request) -> web.Response:
        return web.Response(body=self._shared.read_bytes(), content_type="text/css", charset="utf-8", headers=KEEP)

    async def _client(self, request: web.Request) -> web.Response:
        """The page beside a chat, opened on somebody's phone in one of the chat apps: who looks is named there."""
        where = _Where.of(request.query)
        me = self._world.person(where.user) or self._world.people[0]
        try:
            one = self._turns.platforms.standin(where.on)
        except CannotDo as no:
            return await self._page(where, no)
        to = f"{request.url.origin()}/sidebar/login?{urlencode({'in': one.accounts[0], 'next': '/sidebar/'})}"
        address = f"{one.base}/client/open?{urlencode({'as': me.user, 'to': to})}"
        return web.Response(status=303, headers={**HEADERS, "Location": address})

    # showing

    async def _show(self, request: web.Request) -> web.Response:
        return await self._page(_Where.of(request.query))

    async def _page(self, where: _Where, trouble: CannotDo | None = None) -> web.Response:
        values = await self._values(where)
        text = self._jinja.get_template("page.html").render(values | {"trouble": trouble, "seen": _mark(values)})
        return _html(text, trouble.status if trouble else 200)

    async def _live(self, request: web.Request) -> web.Response:
        values = await self._values(_Where.of(request.query))
        seen = _mark(values)
        if seen == request.query.get("seen"):
            return web.Response(status=204, headers=HEADERS)
        return _html(self._jinja.get_template("live.html").render(values | {"seen": seen}))

    async def _values(self, where: _Where) -> dict[str, Any]:
        """All that the templates need."""
        now = self._desk.clock.now()
        me = self._world.person(where.user) or self._world.people[0]
        last, notes = await talk.last_said(self._desk, self._world, me.user)
        lines = await talk.chat(self._desk, self._world, me.user)
        self._world.saw(me.user)
        file = await record.dossier(self._desk, where.customer or notes.customer_id, last)
        coming = list(await self._desk.coming(6))
        ties = talk.numbered(notes) if file and notes.customer_id == file.id else {}
        return {
            "me": me, "wanted": where.customer, "on": where.on, "apps": self._apps(), "app_of": words.APPS.get,
            "now": now, "today": words.day(now.date()),
            "near": lambda at: words.near(at, now),
            "lines": lines, "file": file, "ties": _Ties(ties), "coming": coming,
            "rail": talk.rail(self._world, coming, now), "entries": await self._desk.entries(12), "began": self._began,
            "fault": self._fault_now(), "modes": MODES, **self._people(me, bool(lines)), **await self._proved(now),
        }  # fmt: skip

    def _apps(self) -> list[tuple[str, str]]:
        """The chat apps to choose from; none where there is one alone."""
        there = list(self._turns.platforms.standins)
        return [(name, words.APPS.get(name, name)) for name in there] if len(there) > 1 else []

    def _people(self, me: Colleague, spoken: bool) -> dict[str, Any]:
        everyone = self._world.people
        tabs = [one for one in everyone if one.user in TABS or one.user == me.user]
        role = me.role if me.role in TRIES else "" if me.user == "admin" else "销售"
        prompt = "像平时一样说就行" if role == "销售" else "/help 看能做什么"
        return {
            "tabs": tabs,
            "others": [one for one in everyone if one.user not in TABS],
            "unread": {one.user: self._world.unread(one.user) for one in everyone},
            "tries": (AFTER if spoken and role == "销售" else TRIES)[role], "hello": HELLOS[role], "prompt": prompt,
        }  # fmt: skip

    async def _proved(self, now: datetime) -> dict[str, Any]:
        """The chain, walked again only where it has grown or somebody asked."""
        newest = await self._desk.entries(1)
        head = newest[0].hash if newest else ""
        if self._proof is None or self._proof[0] != head:
            self._proof = (head, await self._desk.verify(), now)
        return {"proof": self._proof[1], "checked": words.clock(self._proof[2])}

    def _fault_now(self) -> dict[str, str] | None:
        on = [self._world.faults.on(platform) for platform in self._turns.platforms.standins]
        fault = next((one for one in on if one is not None), None)
        if fault is None:
            return None
        name = dict(MODES).get(fault.mode, fault.mode)
        return {"name": name, "until": words.near(fault.until, self._desk.clock.now())}

    # turns

    def _turn(self, act: Callable[[Any], Awaitable[None]]) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def handler(request: web.Request) -> web.Response:
            form = await request.post()
            where = _Where.of(form)
            swaps = request.headers.get("HX-Request") == "true"
            try:
                from_here(request)
                self._began = await self._newest()
                await act(form)
            except CannotDo as no:
                return self._told(no) if swaps else await self._page(where, no)
            if not swaps:
                raise web.HTTPSeeOther(f"/sandbox?{urlencode(where.query())}")
            values = await self._values(where)
            return _html(self._jinja.get_template("live.html").render(values | {"seen": _mark(values)}))

        return handler

    async def _newest(self) -> int:
        return next((one.n for one in await self._desk.entries(1)), 0)

    def _told(self, no: CannotDo) -> web.Response:
        """The small notice, put above what stays as it is."""
        text = self._jinja.get_template("notice.html").render(trouble=no)
        answer = _html(text, no.status)
        answer.headers.update({"HX-Retarget": "#notice", "HX-Reswap": "innerHTML"})
        return answer

    async def _say(self, form: Any) -> None:
        await self._turns.say(str(form.get("as", "")), str(form.get("text", "")), str(form.get("on", "")))

    async def _tap(self, form: Any) -> None:
        n = str(form.get("n", ""))
        if not n.isdigit():
            raise CannotDo(400, "bad_request", "n is missing", "刷新页面再点一次")
        select = [str(one) for one in form.getall("select", [])]
        await self._turns.tap(str(form.get("as", "")), int(n), str(form.get("button", "")), select)

    async def _clock(self, form: Any) -> None:
        now, move = self._desk.clock.now(), str(form.get("move", ""))
        lengths = {"2h": timedelta(hours=2), "1d": timedelta(days=1)}
        if move in lengths:
            await self._turns.move(now + lengths[move])
        elif move == "morning":
            await self._turns.move(talk.next_morning(now))
        else:
            await self._turns.move(_moment(str(form.get("to", "")), now))

    async def _fault(self, form: Any) -> None:
        for platform in self._turns.platforms.standins:
            self._turns.fault(platform, str(form.get("mode", "")), FAULT_SECONDS)

    async def _verify(self, _: Any) -> None:
        self._proof = None


@dataclass(frozen=True, slots=True)
class _Where:
    """Whose phone is held, which chat app is open on it, and which customer's record stands beside; "" where the page
    chooses."""

    user: str = ""
    customer: str = ""
    on: str = ""

    @classmethod
    def of(cls, said: Mapping[str, Any]) -> _Where:
        return cls(*(str(said.get(name, "")) for name in ("as", "customer", "on")))

    def query(self) -> dict[str, str]:
        found = (("as", self.user), ("customer", self.customer), ("on", self.on))
        return {name: value for name, value in found if value}


class _Ties(dict[str, int]):
    """0 for a label without a circle."""

    def __missing__(self, _: str) -> int:
        return 0


def _moment(text: str, now: datetime) -> datetime:
    try:
        return max(datetime.fromisoformat(text), now)
    except (ValueError, TypeError) as error:
        raise CannotDo(400, "bad_request", "no such moment", "刷新页面再点一次") from error


def _mark(values: dict[str, Any]) -> str:
    """A short mark of what is shown, to the minute: the page asks for more only when it has changed."""
    shown = {key: value for key, value in values.items() if key not in ("near", "now", "app_of")}
    return sha256(f"{values['now']:%H%M}{shown}".encode()).hexdigest()[:16]


def _dated(text: str) -> Markup:
    """The text with its dates held together."""
    pieces = DATE.split(text)
    return Markup("").join(Markup('<span class="nb">{}</span>').format(one) if n % 2 else escape(one)
                           for n, one in enumerate(pieces))  # fmt: skip


def _is_page(url: str) -> bool:
    return url.startswith(("http://", "https://"))


def _html(text: str, status: int = 200) -> web.Response:
    return web.Response(text=text, status=status, content_type="text/html", headers=HEADERS)


async def _static(request: web.Request) -> web.Response:
    name = request.match_info["name"]
    if name not in STATIC:
        raise web.HTTPNotFound
    body = (HERE / "static" / name).read_bytes()
    return web.Response(body=body, content_type=STATIC[name], charset="utf-8", headers=KEEP)
