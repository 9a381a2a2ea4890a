"""Which of a customer's open opportunities something on a page is for: said where there is more than one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.replies.wording import cut, money
from bot.web.pages import NotThere
from storage import opportunities
from storage.records import Customer, Opportunity

NAME_MOST = 24


@dataclass(frozen=True, slots=True)
class Which:
    """More than one is open, and none was said: (id, words) of each, the one that moved last first."""

    deals: tuple[tuple[str, str], ...]


async def open_ones(customer: Customer) -> list[Opportunity]:
    """The one that moved last first."""
    return sorted(await opportunities.open_of(customer.id), key=lambda deal: deal.stage_since, reverse=True)


async def choices(customer: Customer) -> tuple[tuple[str, str], ...]:
    """(id, words) of each that is open."""
    return tuple((deal.id, _words(deal)) for deal in await open_ones(customer))


async def chosen(customer: Customer, said: str) -> Opportunity | Which | None:
    """The one that is said by its id, else the only one; None where none is open. Raises NotThere for another's."""
    deals = await open_ones(customer)
    if said:
        found = next((deal for deal in deals if deal.id == said), None)
        if found is None:
            raise NotThere
        return found
    if len(deals) > 1:
        return Which(_all(deals))
    return deals[0] if deals else None


def _all(deals: Sequence[Opportunity]) -> tuple[tuple[str, str], ...]:
    return tuple((deal.id, _words(deal)) for deal in deals)


def _words(deal: Opportunity) -> str:
    amount = f" · {money(deal.amount, deal.currency)}" if deal.amount is not None else ""
    return f"{cut(deal.name, NAME_MOST)}{amount}"
