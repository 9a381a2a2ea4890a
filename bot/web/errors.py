"""Errors everywhere in one shape: ``{"error": {"code", "message", "hint"}}``, and a page for who looks at them in a
browser; never a traceback, never a version."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from functools import cache, partial

import structlog
from aiohttp import web
from jinja2 import Environment, PackageLoader, StrictUndefined

log = structlog.get_logger(__name__)
dumps = partial(json.dumps, ensure_ascii=False)

HINTS = {
    404: ("not_found", "没有这个地址，看看是不是写错了"),
    405: ("method_not_allowed", "这个地址不能这样调用"),
    413: ("too_large", "内容太大了，最多 100 MB"),
}
WORDS = {
    404: ("没有这个页面", "地址不全，或者旧了。从聊天里再点一次就好。"),
    405: ("这样打不开", "从聊天里再点一次就好。"),
    413: ("内容太大", "一次最多 100 MB，什么都没存。"),
}
"""What people read of it."""
NOT_DONE = ("这一下没做成", "回上一页再点一次，什么都没改。")
CUT = ("没传完整", "网断了一下。再传一次就行，不会记两遍。")
FAILED = ("这一下没做成", "是我的问题，已记在日志里。过一分钟再点一次，不会记两遍。")
MACHINES = ("/api/", "/hooks/", "/callback/")
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
}
API = "没有这个地址。有哪些，见 /api/v1/openapi.json；末尾不带 /"
MALFORMED = "请求写得不对。地址里的中文和空格要转义，比如 curl -G --data-urlencode q=医械；正文不要压缩"


@web.middleware
async def told(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """The answer, or why there is none."""
    try:
        return await handler(request)
    except web.HTTPException as no:
        if no.status < 400 or no.content_type == "application/json":
            raise
        if for_eyes(request):
            return page(request, no.status, *WORDS.get(no.status, NOT_DONE))
        code, hint = HINTS.get(no.status, ("bad_request", "检查请求"))
        if no.status == 405:
            hint = f"{hint}，能用 {no.headers.get('Allow', '')}".removesuffix("，能用 ")
        elif no.status == 404 and request.path.startswith("/api/"):
            hint = API
        return error(no.status, code, no.reason, hint, {k: v for k, v in no.headers.items() if k == "Allow"})
    except (web.RequestPayloadError, web.PayloadAccessError, ConnectionError):
        hint = "正文没传完整，或压缩坏了，再发一次"
        said = error(400, "bad_request", "the body did not arrive whole", hint)
        cut = page(request, 400, *CUT) if for_eyes(request) else said
        cut.force_close()
        return cut
    except Exception:
        log.exception("request.failed", method=request.method, route=_route(request))
        if for_eyes(request):
            return page(request, 500, *FAILED)
        return error(500, "internal", "something went wrong", "稍后再试；还不行就看日志里的 request.failed")


def for_eyes(request: web.Request) -> bool:
    """A person looks at the answer, in a browser."""
    return "text/html" in request.headers.get("Accept", "") and not request.path.startswith(MACHINES)


def page(request: web.Request, status: int, title: str, words: str) -> web.Response:
    """The same as a page, or as a fragment of one where a part of a page asked."""
    name = "notice_part.html" if request.headers.get("HX-Request") == "true" else "notice.html"
    html = _jinja().get_template(name).render(title=title, words=words, again="", home=False, back="", label="")
    return web.Response(text=html, content_type="text/html", status=status, headers=HEADERS)


@cache
def _jinja() -> Environment:
    return Environment(loader=PackageLoader("bot.web", "templates"), autoescape=True, undefined=StrictUndefined)


def error(status: int, code: str, message: str, hint: str, headers: dict[str, str] | None = None) -> web.Response:
    body = {"error": {"code": code, "message": message, "hint": hint}}
    return web.json_response(body, status=status, headers=headers, dumps=dumps)


def no_request(status: int) -> web.Response:
    """What came is no request."""
    if status >= 500:
        return error(status, "internal", "something went wrong", "稍后再试；还不行就看日志")
    answer = error(status, "bad_request", "this is no HTTP request", MALFORMED)
    answer.headers.update({"Server": "genjin", "X-Content-Type-Options": "nosniff"})
    return answer


async def silent(request: web.Request, response: web.StreamResponse) -> None:
    """The server's name tells no version, and no browser guesses a type."""
    response.headers["Server"] = "genjin"
    response.headers.setdefault("X-Content-Type-Options", "nosniff")


def _route(request: web.Request) -> str:
    """The pattern, so that no capability stands in a log."""
    resource = request.match_info.route.resource
    return resource.canonical if resource else "none"


def install(site: web.Application) -> None:
    site.middlewares.append(told)
    site.on_response_prepare.append(silent)
