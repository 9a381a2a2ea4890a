"""What every page behind the login shares: the visitor, the headers, the templates, and the answers to who may not."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import cached_property
from typing import Any
from urllib.parse import quote, urlsplit

from aiohttp import web
from jinja2 import Environment, PackageLoader, StrictUndefined

from adapters.base import Door
from bot.house import House
from bot.web import forms
from bot.web.forms import Form
from bot.web.sessions import Sessions, Visitor
from storage.errors import Stale

Show = Callable[[web.Request, Visitor], Awaitable[web.StreamResponse]]
Act = Callable[[web.Request, Visitor, Form], Awaitable[web.StreamResponse]]


LOGIN = "/sidebar/login"


class NotThere(Exception):
    """What is asked for is not there, or not for this member: the page says the same of both."""


class Pages:
    """``doors``: by account, the adapters that can name who looks at a page."""

    def __init__(self, house: House, doors: Mapping[str, Door]) -> None:
        self.house, self.doors = house, doors
        self.sessions = Sessions(house)
        self._jinja = Environment(
            loader=PackageLoader("bot.web", "templates"), autoescape=True, undefined=StrictUndefined,
            trim_blocks=True, lstrip_blocks=True,
        )  # fmt: skip

    @cached_property
    def headers(self) -> dict[str, str]:
        """No script of anybody else's, no frame but the chat apps', nothing kept on the way."""
        frames = " ".join(
            dict.fromkeys(origin for door in self.doors.values() for origin in getattr(door, "frames", ()))
        )
        policy = (
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; "
            f"form-action 'self'; base-uri 'none'; frame-ancestors {frames or chr(39) + 'none' + chr(39)}"
        )
        return {
            "Content-Security-Policy": policy,
            "Cache-Control": "no-store",
            "Referrer-Policy": "same-origin",
            "X-Content-Type-Options": "nosniff",
            "Permissions-Policy": "geolocation=(self), camera=(self), microphone=()",
        }

    def get(self, path: str, show: Show) -> web.RouteDef:
        """A page that only members see."""

        async def handler(request: web.Request) -> web.StreamResponse:
            visitor = await self.sessions.of(request)
            if visitor is None:
                return self.stranger(request)
            return await self._answered(request, show(request, visitor))

        return web.get(path, handler, allow_head=False)

    def post(self, path: str, act: Act, files: Sequence[str] = ()) -> web.RouteDef:
        """What a form of a page does; ``files`` are the names of its fields that hold one."""

        async def handler(request: web.Request) -> web.StreamResponse:
            visitor = await self.sessions.of(request)
            if visitor is None:
                return self.stranger(request)
            form = await forms.read(request, files)
            if not self.sessions.is_own(request, form.fields, visitor):
                return self.notice(
                    request, 403, "这一下没做成", "页面放太久了，刷新再点一次。什么都没改。", "stale_form"
                )
            return self._onward(request, await self._answered(request, act(request, visitor, form)))

        return web.post(path, handler)

    def _onward(self, request: web.Request, answer: web.StreamResponse) -> web.StreamResponse:
        """A script is told where to go on, so that the next page is loaded once and not twice."""
        if answer.status != 303 or not is_part(request):
            return answer
        return web.Response(status=204, headers={**self.headers, "HX-Redirect": answer.headers["Location"]})

    async def _answered(self, request: web.Request, answer: Awaitable[web.StreamResponse]) -> web.StreamResponse:
        try:
            return await answer
        except NotThere:
            return self.notice(request, 404, "这位客户不在你名下", "需要看的话，跟主管说一声。", "not_found")
        except Stale:
            return self.notice(request, 409, "刚刚有人改过", "刷新看一眼现在的样子，再点一次。", "stale")

    def page(self, template: str, status: int = 200, **values: Any) -> web.Response:
        html = self._jinja.get_template(template).render(**values)
        return web.Response(text=html, content_type="text/html", status=status, headers=self.headers)

    def notice(
        self, request: web.Request, status: int, title: str, words: str, code: str, back: str = "", label: str = "回去",
    ) -> web.Response:  # fmt: skip
        """A plain answer: JSON where a script asked for it, a fragment for a part of a page, else a page; ``back`` is
        where it goes on, ``label`` what stands on the button that leads there."""
        if "application/json" in request.headers.get("Accept", ""):
            body = {"error": {"code": code, "message": title, "hint": words}}
            return web.json_response(body, status=status, headers=self.headers)
        template = "notice_part.html" if is_part(request) else "notice.html"
        home = status != 401 and request.path.startswith("/sidebar/") and self.sessions.cookie in request.cookies
        return self.page(template, status, title=title, words=words, again="", home=home, back=back, label=label)

    def stranger(self, request: web.Request) -> web.Response:
        """401; a page that was opened goes to be named by itself, what was posted or fetched does not."""
        if request.method != "GET" or is_part(request) or "application/json" in request.headers.get("Accept", ""):
            words = "从聊天里再点一次「跟进」，或再登录一次就能回来。"
            return self.notice(request, 401, "离开太久了", words, "login_over", _back_to(request), "再登录")
        again = f"/sidebar/login?next={quote(request.path_qs, safe='')}"
        if account := request.query.get("in", ""):
            again += f"&in={quote(account, safe='')}"
        return self.page(
            "notice.html", 401, title="正在登录", words="没有跳转就点一下。", again=again, home=False, back="", label=""
        )


def _back_to(request: web.Request) -> str:
    """The login that leads to the page from which was posted, as far as it is one of ours."""
    came = urlsplit(request.headers.get("Referer", ""))
    ours = came.netloc == request.host and came.path.startswith("/sidebar/")
    path = f"{came.path}?{came.query}" if came.query else came.path
    return f"{LOGIN}?next={quote(path, safe='')}" if ours else LOGIN


def is_part(request: web.Request) -> bool:
    """A fragment is wanted, to be put into a page that is there."""
    return request.headers.get("HX-Request") == "true"


def doors_of(adapters: Mapping[str, Any]) -> dict[str, Door]:
    """The accounts whose app names who looks at a page."""
    wanted: Sequence[str] = ("login_url", "whose", "page_keys")
    return {name: one for name, one in adapters.items() if all(hasattr(one, part) for part in wanted)}
