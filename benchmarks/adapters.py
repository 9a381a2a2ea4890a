"""What a platform's message costs at the edge: CPU to prove, open and read one, and to draw a card, on each platform.

``python benchmarks/adapters.py``; beside ours, in the same run and on the same bytes, the platform's own SDK where it is
installed (``pip install lark-oapi dingtalk-stream``: they are no dependency, 150 MB and seconds to load). WeCom has none
for Python; there it is wechatpy, which many use. The messages are those of the tests' vectors. Ours does more: the age
of the timestamp, the key that tells repeats, and the event in words that every platform shares.
"""

from __future__ import annotations

import json
import statistics
import sys
import warnings
from collections.abc import Callable
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from time import process_time
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from multidict import CIMultiDict, MultiDict

from adapters.dingtalk import frames
from adapters.dingtalk import parse as dingtalk_parse
from adapters.dingtalk import plaintext as dingtalk_plaintext
from adapters.dingtalk import render as dingtalk_render
from adapters.events import InboundEvent
from adapters.feishu import parse as feishu_parse
from adapters.feishu import plaintext as feishu_plaintext
from adapters.feishu import render as feishu_render
from adapters.feishu.signature import Lock as FeishuLock
from adapters.messages import Button, Card, Fact
from adapters.wecom import parse as wecom_parse
from adapters.wecom import plaintext as wecom_plaintext
from adapters.wecom import render as wecom_render
from adapters.wecom.signature import Lock as WecomLock

HERE = Path(__file__).parents[1]
TIMES, ROUNDS = 400, 7
One = Callable[[], object]
"""Does it once; what comes back is true when the message was understood."""

CARD = Card(
    "reading.clear",
    "松涛教育 · 记下了",
    status="已记下，有错点改",
    facts=tuple(Fact(label, "松涛教育（何校长是他家联系人）") for label in ("客户", "承诺", "阶段", "日期")),
    why="依据：“定了周四下午两点看演示”是已约好，不是打算",
    buttons=tuple(Button(id, label) for id, label in (("confirm", "确认"), ("edit", "改"), ("undo", "撤销"))),
)


def vectors(platform: str) -> Any:
    return json.loads((HERE / "tests" / "adapters" / platform / "vectors.json").read_text("utf-8"))


def of(platform: str, id: str) -> dict[str, Any]:
    found: dict[str, Any] = next(one for one in vectors(platform)["vectors"] if one["id"] == id)
    return found


# ours


def feishu() -> One:
    case = of("feishu", "message-text-valid")
    body, headers = case["request"]["body"].encode(), CIMultiDict(case["request"]["headers"])
    lock = FeishuLock((case["config"]["encrypt_key"],), (case["config"]["verification_token"],))
    now = datetime.fromtimestamp(case["config"]["now"], UTC)

    def one() -> object:
        plain = lock.open(headers, body, now, 28_800)
        return feishu_plaintext.peek(plain).key and feishu_parse.parse(plain, "lark", "ou_bot")

    return one


def dingtalk() -> One:
    text = json.dumps(of("dingtalk", "stream-bot-message")["frame"], ensure_ascii=False)

    def one() -> object:
        frame = frames.frame_of(text)
        plain = frame.data.encode()
        event = dingtalk_plaintext.peek(plain).key and dingtalk_parse.parse(plain, "ding")
        return frames.heard(frame) and event

    return one


def wecom() -> One:
    case = next(one for one in vectors("wecom")["callbacks"] if one["id"] == "official-post-text")
    given = vectors("wecom")["configs"][case["config"]]
    lock = WecomLock(given["token"], given["encoding_aes_key"], given["receive_id"])
    body, query = case["body"].encode(), MultiDict(case["query"])
    now = datetime.fromtimestamp(int(case["query"]["timestamp"]), UTC)

    def one() -> object:
        encrypt = wecom_plaintext.encrypt_of(body)
        lock.check(query, encrypt, now, 600)
        plain = lock.open(encrypt)
        return wecom_plaintext.peek(plain).key and wecom_parse.parse(plain, "main")

    return one


def understood(one: One) -> One:
    """The same, having shown once that it does what it says."""
    found = one()
    assert isinstance(found, InboundEvent), found
    assert found.text
    return one


# theirs


def of_lark() -> One:
    from lark_oapi.core.model import RawRequest
    from lark_oapi.event.dispatcher_handler import EventDispatcherHandler

    case, heard = of("feishu", "message-text-valid"), list[object]()
    given = case["config"]
    builder = EventDispatcherHandler.builder(given["encrypt_key"], given["verification_token"])
    handler = builder.register_p2_im_message_receive_v1(heard.append).build()
    request = RawRequest()
    request.uri, request.body, request.headers = "/", case["request"]["body"].encode(), case["request"]["headers"]

    def one() -> object:
        heard.clear()
        return handler.do(request).status_code == 200 and heard

    return one


def of_dingtalk_stream() -> One:
    from dingtalk_stream import AckMessage, ChatbotHandler, ChatbotMessage, Credential, DingTalkStreamClient

    heard = list[object]()

    class Handler(ChatbotHandler):  # type: ignore[misc]
        async def process(self, callback: Any) -> tuple[int, str]:
            heard.append(ChatbotMessage.from_dict(callback.data))
            return AckMessage.STATUS_OK, "OK"

    class Socket:
        async def send(self, _: str) -> None: ...

    client = DingTalkStreamClient(Credential("id", "secret"))
    client.register_callback_handler(ChatbotMessage.TOPIC, Handler())
    client.websocket = Socket()
    text = json.dumps(of("dingtalk", "stream-bot-message")["frame"], ensure_ascii=False)

    def one() -> object:
        heard.clear()
        step = client.route_message(json.loads(text))
        try:
            step.send(None)  # it waits for nothing
        except StopIteration:
            return heard
        raise AssertionError("it waited")

    return one


def of_wechatpy() -> One:
    from wechatpy.enterprise import parse_message
    from wechatpy.enterprise.crypto import WeChatCrypto

    case = next(one for one in vectors("wecom")["callbacks"] if one["id"] == "official-post-text")
    given = vectors("wecom")["configs"][case["config"]]
    crypto = WeChatCrypto(given["token"], given["encoding_aes_key"], given["receive_id"])
    query = case["query"]

    def one() -> object:
        plain = crypto.decrypt_message(case["body"], query["msg_signature"], query["timestamp"], query["nonce"])
        return parse_message(plain)

    return one


PLATFORMS: dict[str, tuple[Callable[[], One], One, str, str, Callable[[], One]]] = {
    "Feishu": (feishu, lambda: feishu_render.message(CARD, "out_1", to_group=False), "lark_oapi", "lark-oapi", of_lark),
    "DingTalk": (dingtalk, lambda: dingtalk_render.template(CARD), "dingtalk_stream", "dingtalk-stream",
                 of_dingtalk_stream),
    "WeCom": (wecom, lambda: json.dumps(wecom_render.card_of(CARD, "out_1")), "wechatpy", "wechatpy", of_wechatpy),
}  # fmt: skip


def cost(one: One) -> float:
    """CPU seconds of one, the median of several rounds."""
    for _ in range(20):
        assert one()
    rounds = []
    for _ in range(ROUNDS):
        began = process_time()
        for _ in range(TIMES):
            one()
        rounds.append((process_time() - began) / TIMES)
    return statistics.median(rounds)


def main() -> None:
    warnings.simplefilter("ignore")
    print(f"{'':10}{'prove, open, read':>20}{'a second':>10}{'card drawn':>12}   beside it")
    for name, (ours, drawn, module, package, theirs) in PLATFORMS.items():
        read, card = cost(understood(ours())), cost(drawn)
        if find_spec(module) is None:
            beside = f"{package} is not installed: pip install {package}, and again"
        else:
            other = cost(theirs())
            beside = f"{package} {other * 1e6:,.0f} µs; ours / theirs {read / other:.2f}"
        print(f"{name:10}{read * 1e6:>17,.0f} µs{1 / read:>10,.0f}{card * 1e6:>9,.0f} µs   {beside}")


if __name__ == "__main__":
    main()
