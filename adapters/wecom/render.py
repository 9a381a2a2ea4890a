"""Push → WeCom's JSON. The same key and push give the same body: nothing here knows the time or draws lots."""

from __future__ import annotations

import hashlib
import re
from typing import Any

from adapters.errors import PlatformRefused
from adapters.messages import Address, Button, Card, Choice, Push, Text, plain, words
from adapters.safe_push import made_safe
from adapters.words import cut, cut_bytes, fit

TEXT_BYTES = 2048
_TASK = re.compile(r"[0-9A-Za-z_@-]{1,128}")
_TITLE, _STATUS, _LABEL, _VALUE, _NOTE, _WHY, _FOOTER = 26, 30, 5, 26, 112, 80, 30
_FACTS, _BUTTONS, _ONE_OF, _TICKS, _JUMPS = 6, 6, 10, 20, 3
_SPENT = "已处理"
QUESTION = "choice"
"""The question key of a card's one choice."""
UNCHOSEN = "unchosen"
"""The option that stands first in a list and means nothing: the platform takes the first for chosen."""
_STYLES = {"main": 1, "plain": 2, "danger": 3}
_COLOURS = {"plain": 0, "done": 0, "decide": 1, "alarm": 2}


def message(
    to: Address, push: Push, key: str, agent_id: int, media: str = "", form_of_media: str = "file"
) -> tuple[str, dict[str, Any]]:
    """(path, body) that sends ``push``: a card to a person where it has a card form, its file by ``media`` where that
    was uploaded, else text. Raises PlatformRefused where ``key`` cannot be a task id."""
    if to.chat:
        return "appchat/send", {"chatid": to.chat, "msgtype": "text", "text": {"content": words_of(push)}, "safe": 0}
    form = card_of(push, key) if isinstance(push, Card) else None
    content = {"template_card": form} if form else {"text": {"content": words_of(push)}}
    if media:
        content = {form_of_media: {"media_id": media}}
    body = {"touser": to.user, "msgtype": next(iter(content)), "agentid": agent_id, **content}
    return "message/send", {**body, "enable_duplicate_check": 1, "duplicate_check_interval": interval(key)}


def change(to: Address, push: Push, key: str, agent_id: int, change_code: str) -> dict[str, Any]:
    """The body that changes the card sent with ``key`` for its receiver; a text takes the buttons' place, grey."""
    body: dict[str, Any] = {"userids": [to.user], "agentid": agent_id, "response_code": change_code}
    if isinstance(push, Text):
        return {**body, "button": {"replace_name": cut(made_safe(push).text.replace("\n", " "), 10)}}
    return {**body, "template_card": changed_card(push, key)}


def interval(key: str) -> int:
    """Seconds, 2 to 4 hours, in which the platform drops an equal request. It differs with the key, so that two equal
    texts with two keys are two requests and both are seen."""
    return 7200 + int.from_bytes(hashlib.sha256(key.encode()).digest()[:4], "big") % 7201


def words_of(push: Push) -> str:
    """The push as text, at most 2048 bytes; the words that stand for its buttons are never cut."""
    clean = made_safe(push)
    if isinstance(clean, Card):
        buttons = words(clean.buttons, clean.choice)
        body = plain(clean)
        tail = f"\n{buttons}" if buttons else ""
        return cut_bytes(body.removesuffix(buttons).rstrip("\n"), TEXT_BYTES, tail)
    links = [f'<a href="{_address(button.url)}">{button.label}</a>' for button in clean.buttons if button.url]
    tail = "".join(f"\n{part}" for part in [*links, words(clean.buttons)] if part)
    return cut_bytes(clean.text, TEXT_BYTES, tail)


def card_of(card: Card, key: str) -> dict[str, Any] | None:
    """The card as ``template_card``; None where WeCom has no form for it (no button that calls back, and no page)."""
    clean = made_safe(card)
    if _ticks(clean):
        return _vote(clean, key)
    if clean.choice is not None or any(not button.url for button in clean.buttons):
        return _interaction(clean, key)
    return _notice(clean) if _pages(clean) else None


def changed_card(card: Card, key: str) -> dict[str, Any]:
    """The card as what the one sent with ``key`` becomes: it keeps its kind, and spent buttons turn grey."""
    clean = made_safe(card)
    if _ticks(clean):
        return _vote(clean, key)
    form = _interaction(clean, key)
    if not form["button_list"]:
        form["button_list"] = [{"text": _SPENT, "style": _STYLES["plain"], "key": "spent"}]
        form["replace_text"] = _SPENT
    return form


def _interaction(card: Card, key: str) -> dict[str, Any]:
    buttons, left = _buttons(card)
    return {
        "card_type": "button_interaction",
        **_head(card, left),
        **_facts(card),
        **({"button_selection": _selection(card.choice)} if card.choice and card.choice.options else {}),
        "button_list": [_button(button) for button in buttons],
        **_action(card.link if card.link not in buttons else None),
        "task_id": _task(key),
    }


def _vote(card: Card, key: str) -> dict[str, Any]:
    """Ticks with one button: a vote card has room for no facts and no second button, so their words go under the
    title."""
    choice = card.choice or Choice("", (), many=True)
    submit = next((button for button in card.buttons if not button.url), Button("choose", "就这些"))
    others = [button for button in (*card.buttons, card.link) if button is not None and button is not submit]
    rest = [f"{fact.label} {fact.value}" for fact in card.facts]
    rest += ["也可以回：" + "、".join(button.label for button in others)] if others else []
    return {
        "card_type": "vote_interaction",
        **_source(card),
        "main_title": {"title": cut(card.title, _TITLE), "desc": "；".join(filter(None, [card.status, *rest]))},
        "checkbox": {
            "question_key": QUESTION,
            "option_list": [{"id": o.id, "text": o.label, "is_checked": False} for o in choice.options[:_TICKS]],
            "mode": 1,
        },
        "submit_button": {"text": cut(submit.label, 10), "key": submit.id},
        "task_id": _task(key),
    }


def _notice(card: Card) -> dict[str, Any]:
    pages = _pages(card)
    return {
        "card_type": "text_notice",
        **_head(card, []),
        **_facts(card),
        "jump_list": [{"type": 1, "title": page.label, "url": page.url} for page in pages[:_JUMPS]],
        **_action(pages[0]),
    }


def _head(card: Card, left: list[Button]) -> dict[str, Any]:
    """Source, title, status and the note."""
    title = {"title": cut(card.title, _TITLE)} | ({"desc": cut(card.status, _STATUS)} if card.status else {})
    note = _note(card, left)
    return {**_source(card), "main_title": title, **({"sub_title_text": note} if note else {})}


def _note(card: Card, left: list[Button]) -> str:
    """What has no room elsewhere, why and footer. Where they are too long, why gives way first, then the footer."""
    words_left = "也可以回：" + "、".join(button.label for button in left) if left else ""
    status = card.status if len(card.status) > _STATUS else ""
    room, parts = _NOTE, dict[str, str]()
    wanted = (("left", words_left, _NOTE), ("status", status, _NOTE), ("footer", card.footer, _FOOTER))
    for name, part, most in (*wanted, ("why", card.why, _WHY)):
        if part and room > 8:
            parts[name] = fit(part, min(most, room))
            room -= len(parts[name]) + 1
    return "\n".join(parts[name] for name in ("status", "why", "footer", "left") if name in parts)


def _source(card: Card) -> dict[str, Any]:
    return {"source": {"desc": cut(card.label, 8), "desc_color": _COLOURS[card.tone]}} if card.label else {}


def _facts(card: Card) -> dict[str, Any]:
    rows = [{"keyname": cut(fact.label, _LABEL), "value": fit(fact.value, _VALUE)} for fact in card.facts]
    if len(rows) > _FACTS:
        rows = [*rows[: _FACTS - 1], {"keyname": "还有", "value": f"{len(rows) - _FACTS + 1} 项"}]
    return {"horizontal_content_list": rows} if rows else {}


def _buttons(card: Card) -> tuple[list[Button], list[Button]]:
    """(those that fit on the card, those whose words go into the note). A page link is a button where there is room."""
    buttons = list(card.buttons)
    if card.choice is not None and not any(not button.url for button in buttons):
        buttons.insert(0, Button("choose", "就这个", style="main"))
    if card.link is not None and card.link.url and len(buttons) < _BUTTONS:
        buttons.append(card.link)
    return buttons[:_BUTTONS], buttons[_BUTTONS:]


def _button(button: Button) -> dict[str, Any]:
    face = {"text": cut(button.label, 10), "style": _STYLES[button.style]}
    return {**face, "type": 1, "url": button.url} if button.url else {**face, "key": button.id}


def _selection(choice: Choice) -> dict[str, Any]:
    neutral = {"id": UNCHOSEN, "text": "请选择"}
    options = [{"id": option.id, "text": cut(option.label, 12)} for option in choice.options[: _ONE_OF - 1]]
    options = [neutral, *options]
    return {"question_key": QUESTION, "title": cut(choice.label, 10), "option_list": options}


def _action(page: Button | None) -> dict[str, Any]:
    return {"card_action": {"type": 1, "url": page.url}} if page is not None and page.url else {}


def _pages(card: Card) -> list[Button]:
    return [page for page in (card.link, *card.buttons) if page is not None and page.url]


def _ticks(card: Card) -> bool:
    return card.choice is not None and card.choice.many and bool(card.choice.options)


def _task(key: str) -> str:
    if not _TASK.fullmatch(key):
        raise PlatformRefused("a key must be 1 to 128 of 0-9 A-Z a-z _ @ -", "这是跟进自己的错，请把这条记录发给维护者")
    return key


def _address(url: str) -> str:
    return url.replace("&", "&amp;").replace('"', "%22").replace("<", "%3C").replace(">", "%3E")
