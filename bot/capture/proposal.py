"""A reading and what is remembered, made into what would change. Pure: values in, a Proposal out.

The order of thought is the order of the file: whose deal it is, which opportunity, then each thing that was said.
"""

from __future__ import annotations

from bot.capture import facts
from bot.capture.entry import activity_alone, record
from bot.capture.memory import Memory
from bot.capture.part import Part
from bot.capture.values import Ask, Choices, Entry, Proposal, Said
from bot.capture.which_deal import open_account, pick_opportunity
from bot.capture.whose import Foreign, Known, New, Unsure, whose
from bot.playbook.model import Playbook
from nlp.reading import Deal, Reading


def propose(reading: Reading, said: Said, memory: Memory, playbook: Playbook, choices: Choices) -> Proposal:
    """What ``reading`` would change for ``memory.member``, and what must be asked first."""
    entries: list[Entry] = []
    asks: list[Ask] = []
    for n, deal in enumerate(reading.deals):
        if not facts.worth_recording(deal, reading):
            continue
        answer = choices.customers.get(str(n), "")
        found = whose(deal, reading, memory, playbook, answer)
        if isinstance(found, Unsure):
            asks.append(Ask("which_customer", n, found.words, customers=found.options, new=found.new))
            continue
        if isinstance(found, Foreign):
            asks.append(Ask("foreign", n, found.words, customer_id=found.customer_id))
            continue
        one = _entry(n, deal, found, reading, said, memory, playbook, choices)
        (asks if isinstance(one, Ask) else entries).append(one)  # type: ignore[arg-type]
    return Proposal(tuple(entries), tuple(asks))


def _entry(
    n: int,
    deal: Deal,
    found: Known | New,
    reading: Reading,
    said: Said,
    memory: Memory,
    playbook: Playbook,
    choices: Choices,
) -> Entry | Ask:
    part = Part(deal, found, reading, said, memory, playbook, choices)
    if not open_account(part):
        return activity_alone(part)
    options = pick_opportunity(part)
    if options:
        assert part.customer is not None
        return Ask("which_opportunity", n, part.name, opportunities=options, customer_id=part.customer.id)
    return record(part)
