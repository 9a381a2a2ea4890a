"""A reading and what is remembered, made into what would change. Pure: values in, a Proposal out.

The order of thought is the order of the file: whose deal it is, which opportunity, then each thing that was said.
"""

from __future__ import annotations

from bot.capture import facts
from bot.capture.entry import Work
from bot.capture.memory import Memory
from bot.capture.values import Ask, Choices, Entry, Proposal, Said
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
    work = Work(deal, found, reading, said, memory, playbook, choices)
    if not work.open_account():
        return work.activity_alone()
    options = work.pick_opportunity()
    if options:
        assert work.customer is not None
        return Ask("which_opportunity", n, work.name, opportunities=options, customer_id=work.customer.id)
    return work.record()
