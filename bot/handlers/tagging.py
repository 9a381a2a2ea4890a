"""A customer's tags put right in one sentence (NLP-10), and remembered as every correction is."""

from __future__ import annotations

from bot.capture.service import spoken_of
from bot.handlers.correct_customer import example
from bot.replies import knowledge as told
from bot.replies import reading as say
from bot.replies import words
from bot.replies.wording import clock_of
from bot.routing import Reply
from bot.turn import Turn
from nlp.tagging import Tagging, parse
from nlp.tags import tags_of
from storage import customers
from storage.records import Customer, changed


async def answer(turn: Turn) -> Reply | None:
    """The correction's card; None where the sentence is none."""
    said = parse(turn.text, [tag for script in turn.playbook.scripts for tag in script.tags])
    if said is None:
        return None
    customer = await _whose(said, turn)
    if customer is None:
        return Reply(push=words.text("tags.whose"))
    departments = [one.department for one in await customers.contacts(customer.id)]
    old = tags_of(customer.name, customer.tags, departments)
    new = said.applied(old)
    name = await customers.short_name(customer.id)
    if new == old:
        return Reply(push=words.text("tags.same", customer=name, tags=told.tags_line(new)))
    event = turn.row.id
    changes = (
        changed(customer, "customer.tags", tags=new),
        example("tags", told.tags_line(old), told.tags_line(new), event, turn),
    )
    card = say.corrected(name, clock_of(turn.now), told.tags_changed(old, new))
    return Reply(push=card, changes=changes, about={"events": [event], "message": event, "name": name})


async def _whose(said: Tagging, turn: Turn) -> Customer | None:
    """The customer named, else the one spoken of just before; None for nobody, or somebody else's."""
    if said.whose:
        await turn.house.names.refresh()
        found = turn.house.names.read(said.whose, turn.at, turn.calendar).customers
        ids = [one.id for one in found if one.known]
    else:
        last = await spoken_of(turn.member, turn.at, turn.playbook)
        ids = [last.customer_id] if last is not None else []
    customer = await customers.get(ids[0]) if len(ids) == 1 else None
    return customer if customer is not None and turn.scope.sees(customer) else None
