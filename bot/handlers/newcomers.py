"""G8: a customer that is made new and is like past ones brings the words that worked, once."""

from __future__ import annotations

from bot.capture.values import Entry
from bot.knowledge import service as knowledge
from bot.knowledge.match import one_a_title
from bot.knowledge.newcomers import whom_first
from bot.letter import Letter
from bot.outbox import diet
from bot.replies import knowledge as say
from bot.replies.knowledge import SHOWN
from bot.turn import Turn
from storage import customers, members
from storage.records import Change, Member

CARD = "newcomer.scripts"


async def met(turn: Turn, entry: Entry) -> tuple[list[Change], list[Letter]]:
    """What is shown of a new customer; nothing where no deal with one like it was won, or no words are known."""
    customer = entry.customer
    if not entry.new_customer or customer is None or not customer.tags or diet.turned_off(CARD, turn.member.prefs):
        return [], []
    mates = await mates_of(turn.member)
    past = await knowledge.past(customer.tags, sorted(mates), customer.id)
    found = one_a_title(await knowledge.scripts(turn.playbook, customer.tags))[:SHOWN]
    if not past.won or not found:
        return [], []
    people = await customers.contacts_of([deal.customer_id for deal in past.won])
    who = [mates[id].name for id in past.owners]
    card = say.newcomer(customer.tags, whom_first(people), found, who, len(past.deals), len(past.won))
    ids = [one.script.id for one in found]
    of = {"opportunity": entry.opportunity.id if entry.opportunity else "", "customer": customer.id}
    about = {**of, "tags": list(customer.tags), "scripts": ids}
    changes = [knowledge.use(id, "shown", turn.member, turn.now, **of) for id in ids]
    return changes, [Letter(card, to=turn.member.id, once=f"newcomer:{customer.id}", about=about, answer=False)]


async def mates_of(member: Member) -> dict[str, Member]:
    """The member and the others of the team, by id: from whose deals one may learn."""
    mates = {mate.id: mate for mate in await members.of_team(member.team_id)} if member.team_id else {}
    return {**mates, member.id: member}
