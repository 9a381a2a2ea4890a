"""The record of one customer's part of a message, as it grows: each step adds the changes that it comes to. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.capture import facts, second
from bot.capture.memory import Memory
from bot.capture.values import Choices, Entry, Said
from bot.capture.whose import Known, New
from bot.followup.fit import dropped, same_deed
from bot.followup.service import withdraw
from bot.playbook.model import Pipeline, Playbook, Stage
from bot.process import fields as own
from bot.process.gates import Decision, decide, step
from bot.process.service import advance
from bot.process.spoken import heard
from nlp import tags
from nlp.reading import Contact as SaidContact
from nlp.reading import Deal, Reading, StageFound
from storage.records import Activity, Change, Commitment, Contact, Customer, Opportunity, changed, made, new_id

SURE = 0.95
"""How sure a stage is that the playbook's own words name."""


class Work:
    """The record of one customer's part, as it grows: each step adds the changes that it comes to."""

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

    # -- whose ---------------------------------------------------------------------------------------------------

    def open_account(self) -> bool:
        """False when the talk names somebody new without anything that is worth an account (LOOP-6)."""
        if isinstance(self.found, Known):
            self.customer = self.memory.customers[self.found.customer_id]
            return True
        if not self._sells() and not facts.made_known(self.deal, self.reading):
            return False
        self.customer = Customer(
            id=new_id("cus", self.said.now),
            name=self.found.name,
            owner_id=self.memory.member.id,
            recorder_id=self.memory.member.id,
            created_at=self.said.at,
            tags=facts.tags_at_first(self.found.name, self.deal, self.reading),
        )
        self.new_customer = True
        self.changes.append(made(self.customer))
        return True

    @property
    def name(self) -> str:
        if self.customer is None:
            return self.found.words
        return self.customer.name if self.new_customer else self.memory.name(self.customer.id)

    def _sells(self) -> bool:
        """Sales content of our own finding; of the large model's only where it was agreed to."""
        ours = self.deal if self.choices.agreed else second.without(self.deal, self.reading)
        return facts.sales_content(ours) or self._spoken(self.playbook.main) is not None

    def _spoken(self, pipeline: Pipeline) -> Stage | None:
        """The stage or step that the playbook's own words name."""
        every = (*pipeline.stages, *(step for track in pipeline.tracks for step in track.steps))
        found = heard(facts.part_of(self.deal, self.reading), every)
        return found[0] if found else None

    def activity_alone(self) -> Entry:
        activity = facts.activity(self.deal, self.said, self.memory.member, None, None)
        return Entry(
            customer=None,
            name=self.name,
            whose=self.found,
            opportunity=None,
            activity=activity,
            changes=(second.noted(made(activity), self.said.opinion),),
            deal=self.deal,
        )

    # -- which opportunity ---------------------------------------------------------------------------------------

    def pick_opportunity(self) -> tuple[Opportunity, ...]:
        """The opportunities to choose from when it cannot be told; empty when it is settled."""
        assert self.customer is not None
        deals = self.memory.opportunities.get(self.customer.id, ())
        chosen = self.choices.opportunities.get(self.customer.id, "")
        if chosen and not chosen.startswith("new:"):
            self.opportunity = next((deal for deal in deals if deal.id == chosen), None)
            return ()
        if not self._sells() and not self.new_customer:
            self.opportunity = deals[0] if len(deals) == 1 else None
            return ()
        if not deals or chosen:
            self._open_opportunity(chosen.removeprefix("new:"))
            return ()
        self.opportunity = deals[0] if len(deals) == 1 else self._said_by_name(deals) or self._of_context(deals)
        return () if self.opportunity else deals

    def _said_by_name(self, deals: tuple[Opportunity, ...]) -> Opportunity | None:
        named = [deal for deal in deals if deal.name and deal.name in self.reading.text]
        return named[0] if len(named) == 1 else None

    def _of_context(self, deals: tuple[Opportunity, ...]) -> Opportunity | None:
        last = self.memory.last
        return next((deal for deal in deals if last and deal.id == last.opportunity_id), None)

    def _open_opportunity(self, name: str) -> None:
        assert self.customer is not None
        pipeline = self.playbook.main
        self.opportunity = Opportunity(
            id=new_id("opp", self.said.now),
            customer_id=self.customer.id,
            owner_id=self.customer.owner_id,
            name=name or "首单",
            pipeline=pipeline.id,
            stage=pipeline.first.id,
            stage_since=self.said.at,
            created_at=self.said.at,
        )
        self.new_opportunity = True
        self.changes.append(made(self.opportunity))

    def pipeline_of(self, deal: Opportunity) -> Pipeline:
        return self.playbook.pipeline(deal.pipeline)

    # -- what was said -------------------------------------------------------------------------------------------

    def record(self) -> Entry:
        assert self.customer is not None
        people = self._people()
        activity = facts.activity(self.deal, self.said, self.memory.member, self.customer, self.opportunity)
        activity = activity.with_(tags=facts.four_tags(activity, self.customer, self.opportunity, people))
        self.changes.append(second.noted(made(activity), self.said.opinion))
        before = self.opportunity
        counts = self._proofs(activity, people)
        told = self._fields(counts)
        decision = self._stage(counts)
        steps = self._steps(counts)
        signing, amount_before = self._sign_date(), self._amount()
        commitments, moved = self._commitments(people)
        standing = self.memory.promises.get(self.customer.id, ())
        awaited = self.memory.awaited.get(self.customer.id, ())
        fitting = facts.kept_by(self.reading, (*standing, *awaited), self.playbook)
        kept = self._keep(fitting)
        given_up = self._give_up([one for one in standing if one not in fitting])
        return Entry(
            customer=self.customer,
            name=self.name,
            whose=self.found,
            opportunity=self.opportunity,
            activity=activity,
            changes=tuple(self.changes),
            new_customer=self.new_customer,
            new_opportunity=self.new_opportunity,
            stage=self.stage_found,
            decision=decision,
            commitments=commitments,
            moved=moved,
            kept=kept,
            dropped=given_up,
            which_kept=fitting if len(fitting) > 1 else (),
            signing=signing,
            amount_from=before if amount_before else None,
            unsure=tuple(self.unsure),
            deal=self.deal,
            steps=steps,
            fields=told.shown,
            bad_fields=tuple(one.mend for one in told.bad),
            decides=tuple(self.decides),
        )

    def _people(self) -> tuple[Contact, ...]:
        """The contacts this part names: those on the books, and new ones with the phones said beside them."""
        assert self.customer is not None
        known = self.memory.contacts.get(self.customer.id, ())
        found = [self._person(self.reading.contacts[index], known) for index in self.deal.contacts]
        if len(found) == 1:
            self._reach(found[0])
        return tuple(found)

    def _person(self, said: SaidContact, known: tuple[Contact, ...]) -> Contact:
        assert self.customer is not None
        told = (self.reading.text, said, self.reading.contacts)
        role = tags.decides(*told)
        person = next((one for one in known if facts.same_person(one, said)), None)
        known_before = person is not None
        if person is None:
            person = facts.contact(said, self.customer, self.said.now).with_(role=role)
            self.changes.append(made(person))
        elif role != person.role and (role or person.role in tags.decides_not(*told)):
            self.changes.append(changed(person, "contact.role", role=role))
            person = person.with_(role=role)
        else:
            return person
        if role or known_before:
            self.decides.append((f"{person.name}{person.title or ''}", role))
        return person

    def _reach(self, person: Contact) -> None:
        phones = tuple(dict.fromkeys((*person.phones, *(p.value for p in self.reading.phones))))
        emails = tuple(dict.fromkeys((*person.emails, *(e.value for e in self.reading.emails))))
        if (phones, emails) != (person.phones, person.emails):
            self.changes.append(changed(person, "contact.reach", phones=phones, emails=emails))

    def _proofs(self, activity: Activity, people: tuple[Contact, ...]) -> Counter[str]:
        """Evidence that the words themselves are (a meeting, a decision maker met), beside what was on file."""
        if self.opportunity is None:
            return Counter()
        counts = Counter(self.memory.evidence.get(self.opportunity.id, Counter()))
        for proof in facts.proofs(
            self.deal, self.reading, activity, self.opportunity, people, self.said, self.playbook
        ):
            self.changes.append(made(proof))
            counts[proof.kind] += 1
        return counts

    def _sure(self, name: str, confidence: float) -> bool:
        if self.choices.agreed or (confidence > second.NOT_SURE and confidence >= self.playbook.asks_below(name)):
            return True
        self.unsure.append(name)
        return False

    def _change(self, kind: str, **fields: object) -> None:
        assert self.opportunity is not None
        change = changed(self.opportunity, kind, **fields)
        if change.after:
            self.changes.append(change)
            self.opportunity = replace(self.opportunity, **fields)  # type: ignore[arg-type]

    def _stage(self, counts: Counter[str]) -> Decision | None:
        """How far the talk carries the opportunity; only forwards, and won or lost wait for a tap (LOOP-0)."""
        deal = self.opportunity
        if deal is None:
            return None
        pipeline = self.pipeline_of(deal)
        found, target = self._stage_said(pipeline)
        if found is None or not self._sure("stage", found.confidence):
            return None
        if self.said.late and deal.stage_since > self.said.at:
            return None
        decision = decide(pipeline, deal, target, counts)
        for change in advance(deal, decision, self.said.at):
            self.changes.append(change)
            self.opportunity = replace(deal, **change.after)
        return decision

    def _stage_said(self, pipeline: Pipeline) -> tuple[StageFound | None, Stage | None]:
        """The playbook's own words go before the reader's."""
        own_words = heard(facts.part_of(self.deal, self.reading), pipeline.stages)
        if own_words is None:
            found = self.deal.stage
            return found, pipeline.stage_reading(found.value) if found else None
        stage, word, at = own_words
        code = next((code for code in stage.reads if code.isascii()), "negotiation")
        at += max(0, self.reading.text.find(facts.part_of(self.deal, self.reading)))
        self.stage_found = StageFound(word, (at, at + len(word)), "playbook", SURE, code)  # type: ignore[arg-type]
        return self.stage_found, stage

    def _steps(self, counts: Counter[str]) -> tuple[Decision, ...]:
        """Tracks that the words carry on; what stands there already is no news."""
        found = []
        for track in self.pipeline_of(self.opportunity).tracks if self.opportunity else ():
            said = heard(facts.part_of(self.deal, self.reading), track.steps)
            if said is None or self.opportunity is None or self._younger(track.id):
                continue
            decision = step(self.pipeline_of(self.opportunity), self.opportunity, track.id, said[0].id, counts)
            if decision.way not in ("same", "tap"):
                found.append(decision)
            for change in advance(self.opportunity, decision, self.said.at):
                self.changes.append(change)
                self.opportunity = replace(self.opportunity, **change.after)
        return tuple(found)

    def _younger(self, track: str) -> bool:
        """What is said late does not overwrite what the track came to since."""
        assert self.opportunity is not None
        since = (self.opportunity.tracks.get(track) or {}).get("since", "")
        return self.said.late and bool(since) and datetime.fromisoformat(since) > self.said.at

    def _fields(self, counts: Counter[str]) -> own.Told:
        """Fields of the trade's own; what does not hold is named and not kept."""
        if not self.playbook.custom or self.customer is None:
            return own.Told({}, {})
        deal = self.opportunity
        fields = [one for one in self.playbook.custom if one.of == "customer" or deal is not None]
        words = facts.part_of(self.deal, self.reading)
        told = own.tell(words, fields, self.customer.custom, deal.custom if deal else {}, self.said.at.date())
        if told.customer != self.customer.custom:
            self.changes.append(changed(self.customer, "customer.field", custom=told.customer))
            self.customer = replace(self.customer, custom=told.customer)
            counts.update({f"custom.{id}": 1 for id in told.customer if not counts[f"custom.{id}"]})
        if deal is not None:
            self._change("opportunity.field", custom=told.opportunity)
        return told

    def _sign_date(self) -> datetime | None:
        found = self.deal.stage
        if found is None or found.when is None or found.value != "contract_signing" or self.opportunity is None:
            return None
        self._change("opportunity.sign_date", sign_date=found.when.last_day)
        return found.when.start

    def _amount(self) -> bool:
        """Takes the one amount that stands beside talk of this deal; a range or several are left alone."""
        if self.opportunity is None or len(self.deal.amounts) != 1:
            return False
        amount = self.reading.amounts[self.deal.amounts[0]]
        if not facts.speaks_of_the_price(amount, self.reading, self.opportunity):
            return False
        if amount.confidence < self.playbook.asks_below("amount") and not self.choices.agreed:
            return False
        before = self.opportunity.amount
        self._change("opportunity.amount", amount=amount.value, currency=amount.currency)
        return before != amount.value

    def _commitments(
        self, people: tuple[Contact, ...]
    ) -> tuple[tuple[Commitment, ...], tuple[tuple[Commitment, Commitment], ...]]:
        assert self.customer is not None
        fresh: list[Commitment] = []
        moved: list[tuple[Commitment, Commitment]] = []
        standing = self.memory.promises.get(self.customer.id, ())
        for index in self.deal.commitments:
            said = self.reading.commitments[index]
            if not self._sure("commitment", said.confidence):
                continue
            one = facts.commitment(said, self.said, self.memory.member, self.customer, self.opportunity, people)
            same = next((c for c in standing if c.by == one.by and same_deed(c.what, one.what)), None)
            if same is None:
                self.changes.append(made(one))
                fresh.append(one)
            elif one.due is not None and one.due != same.due and not (self.said.late and same.said_at > self.said.at):
                after = same.with_(due=one.due, evening=one.evening)
                self.changes.append(changed(same, "commitment.moved", due=one.due, evening=one.evening))
                moved.append((same, after))
        return tuple(fresh), tuple(moved)

    def _keep(self, fitting: tuple[Commitment, ...]) -> tuple[Commitment, ...]:
        if len(fitting) != 1:
            return ()
        change = changed(
            fitting[0],
            "commitment.kept",
            state="kept",
            closed_at=self.said.at,
            why_closed="said",
            message_id=fitting[0].message_id,
        )
        self.changes.append(change)
        return (fitting[0].with_(state="kept", closed_at=self.said.at),)

    def _give_up(self, standing: Sequence[Commitment]) -> tuple[Commitment, ...]:
        """The one promise that the words say is not wanted any more (TIME-1: by tap or by saying so)."""
        found = dropped(self.reading.text, standing, self.playbook.synonyms)
        if len(found) != 1:
            return ()
        self.changes += withdraw(found[0], self.said.at, "说了不用")
        return found
