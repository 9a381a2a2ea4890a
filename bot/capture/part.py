"""One customer's part of a message, as its record grows. Pure."""

from __future__ import annotations

from dataclasses import replace

from bot.capture import facts, second
from bot.capture.memory import Memory
from bot.capture.values import Choices, Said
from bot.capture.whose import Known, New
from bot.playbook.model import Pipeline, Playbook, Stage
from bot.process.spoken import heard
from nlp.reading import Deal, Reading
from storage.records import Change, Customer, Opportunity, changed


class Part:
    """One customer's part of a message, and the record that it comes to: each step adds its changes."""

    def __init__(
        self,
        deal: Deal,
        found: Known | New,
        reading: Reading,
        said: Said,
        memory: Memory,
        playbook: Playbook,
        choices: Choices,
    ) -> None:
        self.deal, self.found, self.reading, self.said = deal, found, reading, said
        self.memory, self.playbook, self.choices = memory, playbook, choices
        self.changes: list[Change] = []
        self.customer: Customer | None = None
        self.opportunity: Opportunity | None = None
        self.new_customer = self.new_opportunity = False
        self.unsure: list[str] = []
        self.decides: list[tuple[str, str]] = []
        self.stage_found = deal.stage

    @property
    def name(self) -> str:
        if self.customer is None:
            return self.found.words
        return self.customer.name if self.new_customer else self.memory.name(self.customer.id)

    @property
    def words(self) -> str:
        """What of the message is about this customer."""
        return facts.part_of(self.deal, self.reading)

    def sells(self) -> bool:
        """Sales content of our own finding; of the large model's only where it was agreed to."""
        ours = self.deal if self.choices.agreed else second.without(self.deal, self.reading)
        return facts.sales_content(ours) or self.spoken(self.playbook.main) is not None

    def spoken(self, pipeline: Pipeline) -> Stage | None:
        """The stage or step that the playbook's own words name."""
        every = (*pipeline.stages, *(step for track in pipeline.tracks for step in track.steps))
        found = heard(self.words, every)
        return found[0] if found else None

    def pipeline_of(self, deal: Opportunity) -> Pipeline:
        return self.playbook.pipeline(deal.pipeline)

    def sure(self, name: str, confidence: float) -> bool:
        if self.choices.agreed or (confidence > second.NOT_SURE and confidence >= self.playbook.asks_below(name)):
            return True
        self.unsure.append(name)
        return False

    def change(self, kind: str, **fields: object) -> None:
        assert self.opportunity is not None
        change = changed(self.opportunity, kind, **fields)
        if change.after:
            self.changes.append(change)
            self.opportunity = replace(self.opportunity, **fields)  # type: ignore[arg-type]
