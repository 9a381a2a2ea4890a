"""A playbook: the team's way of selling, as frozen values. ``load.parse`` makes one from TOML; nothing else does.

Times of day are local to the team's zone; days of stay and delay are working days; thresholds lie in 0..1.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, time
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from nlp import teaching
from nlp.teaching import Taught

Ends = Literal["won", "lost"]
Minutes = Annotated[int, Field(ge=0, le=24 * 60)]
Days = Annotated[int, Field(ge=1, le=366)]
Sureness = Annotated[float, Field(ge=0, le=1)]
Word = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=40)]
Name = Annotated[str, Field(min_length=1, max_length=20)]


class Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class EvidenceKind(Value):
    """What a kind of evidence is called, and what one would hand in for it."""

    name: Name
    hint: str = ""
    measure: str = "份"
    from_actions: tuple[str, ...] = ()
    """Actions reported as done that are such evidence by themselves (a visit is a meeting record)."""
    from_signals: tuple[str, ...] = ()
    """Signals that are such evidence by themselves."""
    from_files: tuple[str, ...] = ()
    """Words in the name of a file that tell what it is."""


class Stage(Value):
    """A step of a pipeline. Its gate: ``entry`` (kind of evidence → how many) and ``fields`` of the opportunity that
    must be known. ``missing``: what happens without them. ``ends`` marks the two ways out."""

    id: Word
    name: Name
    english: str = ""
    reads: tuple[str, ...] = ()
    """What the reader calls it."""
    entry: Mapping[str, Annotated[int, Field(ge=1, le=99)]] = Field(default_factory=dict)
    fields: tuple[Literal["amount", "sign_date", "signing_party", "payment_terms"], ...] = ()
    missing: Literal["warn", "block"] = "warn"
    max_stay_days: Days | None = None
    ends: Ends | None = None


class Pipeline(Value):
    """Stages in their order, the ways out last."""

    id: Word
    name: Name
    stages: tuple[Stage, ...] = Field(alias="stage")

    @property
    def first(self) -> Stage:
        return self.stages[0]

    @property
    def open_stages(self) -> tuple[Stage, ...]:
        return tuple(stage for stage in self.stages if stage.ends is None)

    def stage(self, id: str) -> Stage | None:
        """The stage of that id, None where the pipeline has none."""
        return next((stage for stage in self.stages if stage.id == id), None)

    def named(self, words: str) -> Stage | None:
        """The stage a person calls so: by its name, English name or id."""
        wanted = words.strip().strip("「」").casefold()
        return next((s for s in self.stages if wanted in (s.id, s.name.casefold(), s.english.casefold())), None)

    def stage_reading(self, code: str) -> Stage | None:
        """The stage that the reader's ``code`` means here; the first that lists it."""
        return next((stage for stage in self.stages if code in stage.reads), None)

    def ending(self, ends: Ends) -> Stage | None:
        return next((stage for stage in self.stages if stage.ends == ends), None)

    def place(self, id: str) -> int:
        """How far along the stage stands, from 0; -1 for an id that is not ours (then everything lies ahead)."""
        return next((n for n, stage in enumerate(self.stages) if stage.id == id), -1)

    def passed(self, start: str, target: str) -> tuple[Stage, ...]:
        """The stages entered on the way from ``start`` to ``target``, the target last; empty when it lies behind."""
        return self.stages[self.place(start) + 1 : self.place(target) + 1]


class Reminders(Value):
    """When a promise is spoken of (SPEC TIME-1)."""

    ahead: time = time(17, 40)
    """On the last working day before a due day."""
    day: time = time(14, 10)
    late: time = time(18, 10)
    manager: time = time(18, 40)
    day_end: time = time(18, 0)
    last_before_quiet: Minutes = 10
    """A word ahead that would fall into quiet time comes so many minutes before the quiet begins (20:00: 19:50)."""
    clock_ahead: Minutes = 120
    clock_late: Minutes = 30
    customer: time = time(14, 10)
    wait_more_days: Days = 2
    listed_days: Days = 3
    """Working days that a late promise stays in the rep's morning list."""
    reassign_days: Days = 5
    """Working days after which the manager is offered another owner."""


class Quiet(Value):
    """Time without unasked pushes: the night, the midday break, rest days, leave."""

    night_from: time = time(20, 0)
    night_until: time = time(8, 30)
    midday_from: time = time(12, 0)
    midday_until: time = time(13, 30)


class Windows(Value):
    """When gathered pushes go out."""

    morning: time = time(8, 40)
    manager_morning: time = time(8, 50)
    before_noon: time = time(11, 40)
    afternoon: time = time(16, 40)
    manager_evening: time = time(18, 40)
    seal: time = time(18, 45)


class Caps(Value):
    """Unasked pushes a working day; a member of several roles has the highest of theirs."""

    rep: int = Field(6, ge=1)
    manager: int = Field(4, ge=1)
    admin: int = Field(5, ge=1)
    director: int = Field(2, ge=1)
    partner: int = Field(2, ge=1)

    def of(self, roles: Iterable[str]) -> int:
        return max((getattr(self, role, self.partner) for role in roles), default=self.partner)


class Hours(Value):
    start: time = time(9, 0)
    end: time = time(18, 0)


class CompanyDays(Value):
    """The company's own days, over the national calendar."""

    off: Mapping[date, str] = Field(default_factory=dict)
    work: Mapping[date, str] = Field(default_factory=dict)
    hours: Hours = Field(default_factory=Hours)


class Context(Value):
    minutes: Minutes = 30
    """How long a message without a customer still belongs to the one before."""
    fold_minutes: Minutes = 2
    """How long an untapped card folds into the next of the same opportunity."""
    answer_minutes: Minutes = 10
    """How long the next sentence is taken for the answer that was asked for."""


class Questions(Value):
    unassigned_days: Days = 7
    """Days after which a question nobody answered goes to the unassigned inbox."""


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


Phrase = Annotated[str, Field(min_length=2, max_length=20, pattern=r"^\S(.*\S)?$")]


class Words(Value):
    """What the team adds to the reader's lexicon. ``words``: by the name of their meaning (nlp/lexicon/meanings.toml);
    ``without``: words of the shipped lexicon that mean something else here; ``packs``: trades."""

    packs: tuple[str, ...] = ()
    words: Mapping[str, tuple[Phrase, ...]] = Field(default_factory=dict)
    without: tuple[Phrase, ...] = ()

    @property
    def taught(self) -> Taught:
        """As the reader takes it: by ids, in one order."""
        by_id: dict[str, list[str]] = {}
        for called, words in self.words.items():
            if (one := teaching.meaning(called)) is not None:
                by_id.setdefault(one.id, []).extend(words)
        packs = {found.id for called in self.packs if (found := teaching.pack(called)) is not None}
        return Taught(
            tuple((id, tuple(dict.fromkeys(by_id[id]))) for id in sorted(by_id) if by_id[id]),
            tuple(sorted(set(self.without))),
            tuple(sorted(packs)),
        )


class Playbook(Value):
    name: Name = "打法"
    pipelines: tuple[Pipeline, ...] = Field(alias="pipeline")
    evidence: Mapping[str, EvidenceKind] = Field(default_factory=dict)
    synonyms: Mapping[str, tuple[str, ...]] = Field(default_factory=dict)
    """Other words for the object of a promise, by its own: 报价单 = ["quotation"]."""
    fields: Mapping[str, Name] = Field(default_factory=dict)
    """What the fields that a gate may want are called."""
    ask: Mapping[str, Sureness] = Field(default_factory=lambda: dict(ASK))
    reminders: Reminders = Field(default_factory=Reminders)
    quiet: Quiet = Field(default_factory=Quiet)
    windows: Windows = Field(default_factory=Windows)
    caps: Caps = Field(default_factory=Caps)
    calendar: CompanyDays = Field(default_factory=CompanyDays)
    context: Context = Field(default_factory=Context)
    questions: Questions = Field(default_factory=Questions)
    lexicon: Words = Field(default_factory=Words)

    def pipeline(self, id: str) -> Pipeline:
        """The pipeline of that id; the first where it is no longer there (an opportunity is never without one)."""
        return next((p for p in self.pipelines if p.id == id), self.pipelines[0])

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
        return self.fields.get(kind, kind)
