"""Which handler answers which tap, word or awaited sentence; and what a handler says: a Reply."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from adapters.messages import Push
from bot.letter import Letter
from bot.playbook.model import Playbook
from nlp.workdays import Calendar
from storage.records import CardRow, Change, Member, Moment

if TYPE_CHECKING:
    from bot.turn import Turn


@dataclass(frozen=True, slots=True)
class Reply:
    """All that handling an event comes to. The worker writes it in one transaction, so a handler writes nothing.

    ``push`` answers the sender: for a real tap the tapped card becomes it, else it is a new message. ``event`` is the
    message that the changes belong to for undoing, where that is not the event at hand.
    """

    push: Push | None = None
    changes: tuple[Change, ...] = ()
    more: tuple[Letter, ...] = ()
    moments: tuple[Moment, ...] = ()
    cancel: tuple[str, ...] = ()
    about: Mapping[str, Any] = field(default_factory=dict)
    question: bool = False
    awaits: str = ""
    awaits_until: datetime | None = None
    event: str = ""
    member: Member | None = None
    """Who acts and is answered; the worker fills it in."""
    card: CardRow | None = None
    """The card that was tapped, or that the typed word meant; the worker fills it in."""
    actor: str = ""
    """Who stands in the audit where it is no member: a word for the hand that did it (approval, mail)."""
    stranger: str = ""
    """The key of the text that a person without membership is answered with, once a day."""
    reason: str = ""
    """Why the message became what it became, where it is not plainly handled."""
    state: Literal["handled", "waiting", "refused", "again"] = "handled"
    """What the message becomes: handled, waiting (asked back), refused; again: read once more, now that it can be."""
    card_state: Literal["open", "done"] = "done"
    """What the tapped card becomes: done, or open where its buttons still live."""
    fold: tuple[str, ...] = ()
    """Ids of cards that this answer folds into itself."""


@dataclass(frozen=True, slots=True)
class Tap:
    """A tap on a card, a typed word that means one, or the sentence that a card awaits (then ``words`` holds it)."""

    member: Member
    card: CardRow
    button: str
    now: datetime
    event: str
    playbook: Playbook
    calendar: Calendar
    selected: tuple[str, ...] = ()
    words: str = ""
    turn: Turn | None = None
    """The event behind the tap, for a handler that needs more of it."""


TapHandler = Callable[[Tap], Awaitable[Reply]]
AnswerHandler = Callable[[Tap], Awaitable[Reply | None]]
"""None: the sentence is none of the question's business, and is read as any other."""


class Router:
    """Handlers by what they answer. The first registered for (button, card kind) wins; "*" answers any card."""

    def __init__(self) -> None:
        self._taps: dict[tuple[str, str], TapHandler] = {}
        self._answers: dict[str, AnswerHandler] = {}

    def tap(self, *buttons: str, cards: Iterable[str] = ("*",)) -> Callable[[TapHandler], TapHandler]:
        """Registers for taps on ``buttons`` of ``cards`` (text keys). ``pick`` answers every pick:N."""

        def register(handler: TapHandler) -> TapHandler:
            for button in buttons:
                for card in cards:
                    if (button, card) in self._taps:
                        raise ValueError(f"two handlers for {button} on {card}")
                    self._taps[button, card] = handler
            return handler

        return register

    def answer(self, *questions: str) -> Callable[[AnswerHandler], AnswerHandler]:
        """Registers for the sentence that answers one of ``questions`` (the ``awaits`` of a card)."""

        def register(handler: AnswerHandler) -> AnswerHandler:
            for question in questions:
                self._answers[question] = handler
            return handler

        return register

    def include(self, other: Router) -> None:
        for (button, card), handler in other._taps.items():
            self.tap(button, cards=(card,))(handler)
        for question, answer in other._answers.items():
            self.answer(question)(answer)

    def tap_handler(self, button: str, card: str) -> TapHandler | None:
        word = "pick" if button.startswith("pick:") else button
        return self._taps.get((word, card)) or self._taps.get((word, "*"))

    def answer_handler(self, question: str) -> AnswerHandler | None:
        return self._answers.get(question)
