"""A playbook: the team's way of selling, as frozen values. ``load.parse`` makes one from TOML; nothing else does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from bot.playbook import nodes
from bot.playbook.forms import CONTRACT, ApprovalForm
from bot.playbook.knowledge import Objection, Script
from bot.playbook.nodes import Node
from bot.playbook.pipeline import Column, CustomField, EvidenceKind, Pipeline, Stage, Track
from bot.playbook.rules import Rule
from bot.playbook.settings import Caps, CompanyDays, Context, Mail, Questions, Quiet, Reminders, Visits, Windows
from bot.playbook.silent import Silent
from bot.playbook.value import Ends, Name, Sureness, Value
from bot.playbook.watch import Reasons, Watch
from bot.playbook.words import Words

__all__ = [
    "ASK", "ApprovalForm", "Caps", "Column", "CompanyDays", "Context", "CustomField", "Ends", "EvidenceKind",
    "Objection", "Pipeline", "Playbook", "Questions", "Quiet", "Reasons", "Reminders", "Rule", "Script", "Stage",
    "Track", "Visits", "Watch", "Windows", "Words",
]  # fmt: skip

ASK: Mapping[str, float] = {
    "customer": 0.8,
    "new_customer": 0.7,
    "contact": 0.7,
    "opportunity": 0.8,
    "stage": 0.8,
    "commitment": 0.7,
    "amount": 0.75,
    "date": 0.75,
    "action": 0.7,
    "signal": 0.7,
}
"""From how sure on a field is recorded at once (LOOP-0), where a playbook says nothing else."""


Act = Literal["trial"]
ActField = Literal["trial_period", "trial_contact"]
ACTS: Mapping[Act, tuple[ActField, ...]] = {"trial": nodes.TRIAL_FIELDS}  # type: ignore[dict-item]


class Playbook(Value):
    name: Name = "打法"
    pipelines: tuple[Pipeline, ...] = Field(alias="pipeline")
    evidence: Mapping[str, EvidenceKind] = Field(default_factory=dict)
    synonyms: Mapping[str, tuple[str, ...]] = Field(default_factory=dict)
    """Other words for the object of a promise, by its own: 报价单 = ["quotation"]."""
    fields: Mapping[str, Name] = Field(default_factory=dict)
    """What the fields that a gate may want are called."""
    acts: Mapping[Act, tuple[ActField, ...]] = Field(default_factory=lambda: dict(ACTS))
    """What a trial brings along, and is asked for where it was not said (CAP-8)."""
    nodes: tuple[Node, ...] = Field((nodes.CONTRACT,), alias="node")
    """Where else something is asked for, and what."""
    ask: Mapping[str, Sureness] = Field(default_factory=lambda: dict(ASK))
    reminders: Reminders = Field(default_factory=Reminders)
    quiet: Quiet = Field(default_factory=Quiet)
    windows: Windows = Field(default_factory=Windows)
    caps: Caps = Field(default_factory=Caps)
    calendar: CompanyDays = Field(default_factory=CompanyDays)
    context: Context = Field(default_factory=Context)
    questions: Questions = Field(default_factory=Questions)
    mail: Mail = Field(default_factory=Mail)
    lexicon: Words = Field(default_factory=Words)
    custom: tuple[CustomField, ...] = Field((), alias="field")
    rules: tuple[Rule, ...] = Field((), alias="rule")
    watch: Watch = Field(default_factory=Watch)
    silent: Silent = Field(default_factory=Silent)
    reasons: Reasons = Field(default_factory=Reasons)
    visits: Visits = Field(default_factory=Visits)
    approvals: tuple[ApprovalForm, ...] = Field((CONTRACT,), alias="approval")
    """Forms of the platforms' approvals that are about a deal."""
    objections: tuple[Objection, ...] = Field((), alias="objection")
    scripts: tuple[Script, ...] = Field((), alias="script")

    @property
    def asking(self) -> tuple[Node, ...]:
        """Every node that asks for something; the trial as ``acts`` has it, unless it is written as a node."""
        if any(node.id == nodes.TRIAL.id for node in self.nodes):
            return self.nodes
        return (nodes.TRIAL.model_copy(update={"fields": self.acts.get("trial", ())}), *self.nodes)

    def pipeline(self, id: str) -> Pipeline:
        """The pipeline of that id; the first where it is no longer there (an opportunity is never without one)."""
        for one in self.pipelines:
            if one.id == id:
                return one
        return self.pipelines[0]

    @property
    def main(self) -> Pipeline:
        """The pipeline that new opportunities enter."""
        return self.pipelines[0]

    def asks_below(self, field: str) -> float:
        """How sure a finding must be to be recorded without asking."""
        return self.ask.get(field, ASK.get(field, 0.8))

    def called(self, kind: str) -> str:
        """The name of a kind of evidence or of a wanted field; the word itself where the playbook names none."""
        if kind in self.evidence:
            return self.evidence[kind].name
        if "." in kind:
            return self._called_of(*kind.split(".", 1))
        own = self.custom_field(kind)
        return own.name if own is not None else self.fields.get(kind, kind)

    def _called_of(self, first: str, rest: str) -> str:
        """合规走到「伦理备案」; 合同金额和之前不一致"""
        if first == "agree":
            return f"{self.fields.get(rest, rest)}和之前不一致"
        track = next((one for line in self.pipelines if (one := line.track(first)) is not None), None)
        step = track.step(rest) if track else None
        return f"{track.name}走到「{step.name}」" if track and step else f"{first}.{rest}"

    def custom_field(self, id: str) -> CustomField | None:
        """The field of the trade's own of that id."""
        return next((one for one in self.custom if one.id == id), None)
