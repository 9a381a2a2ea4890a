"""Pipelines as values: stages and tracks with their gates, kinds of evidence, fields of the trade's own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from bot.playbook.value import Days, Ends, Name, Value, Word


class EvidenceKind(Value):
    """What a kind of evidence is called, and what one would hand in for it."""

    name: Name
    hint: str = ""
    measure: str = "份"
    from_actions: tuple[str, ...] = ()
    """Actions reported as done that are such evidence by themselves (a visit is a meeting record)."""
    from_signals: tuple[str, ...] = ()
    """Signals that are such evidence by themselves."""
    from_words: tuple[str, ...] = ()
    """Words that are such evidence when they are said as done (量了尺)."""
    from_files: tuple[str, ...] = ()
    """Words in the name of a file that tell what it is."""


class Stage(Value):
    """A step of a pipeline. Its gate: ``entry`` (kind of evidence → how many), ``fields`` of the opportunity and
    ``custom`` fields that must be known, and how far the ``tracks`` beside must have come. ``missing``: what happens
    without them. ``ends`` marks the two ways out."""

    id: Word
    name: Name
    english: str = ""
    reads: tuple[str, ...] = ()
    """What the reader calls it, and words of the team's own that say it is reached (量好房)."""
    entry: Mapping[str, Annotated[int, Field(ge=1, le=99)]] = Field(default_factory=dict)
    fields: tuple[Literal["amount", "sign_date", "signing_party", "payment_terms"], ...] = ()
    custom: tuple[Word, ...] = ()
    exit: Mapping[str, Annotated[int, Field(ge=1, le=99)]] = Field(default_factory=dict)
    """What must be in before any later stage is entered, as if their gates wanted it."""
    tracks: Mapping[str, str] = Field(default_factory=dict)
    """Track → the step of it that must be reached."""
    agree: tuple[Literal["amount", "signing_party", "payment_terms"], ...] = ()
    """Fields whose value must be the one recorded before; else the manager accepts the shown difference."""
    missing: Literal["warn", "block"] = "warn"
    override: bool = True
    """A manager may let pass what this gate lacks, with a reason."""
    required: tuple[str, ...] = ()
    """Actions that belong to this stage; what was not done yet is named."""
    max_stay_days: Days | None = None
    guide: str = ""
    """One concrete act for whoever stands here."""
    ends: Ends | None = None

    @property
    def spoken(self) -> tuple[str, ...]:
        """Of ``reads`` the words of the team's own, the longest first."""
        return tuple(sorted((word for word in self.reads if not word.isascii()), key=len, reverse=True))


class Track(Value):
    """A path beside the stages, walked in parallel; its steps have gates like stages and end nothing."""

    id: Word
    name: Name
    steps: tuple[Stage, ...] = Field(alias="step")

    def step(self, id: str) -> Stage | None:
        return next((step for step in self.steps if step.id == id), None)

    def place(self, id: str) -> int:
        """How far along the step stands, from 0; -1 for one that is not ours: nothing was walked yet."""
        return next((n for n, step in enumerate(self.steps) if step.id == id), -1)


class Pipeline(Value):
    """Stages in their order, the ways out last; tracks beside them."""

    id: Word
    name: Name
    stages: tuple[Stage, ...] = Field(alias="stage")
    tracks: tuple[Track, ...] = Field((), alias="track")

    @property
    def first(self) -> Stage:
        return self.stages[0]

    @property
    def open_stages(self) -> tuple[Stage, ...]:
        return tuple(stage for stage in self.stages if stage.ends is None)

    def stage(self, id: str) -> Stage | None:
        """The stage of that id, None where the pipeline has none."""
        for stage in self.stages:
            if stage.id == id:
                return stage
        return None

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

    def reached(self, target: str) -> Stage | None:
        """The stage of that id, or the step for ``track.step``."""
        id, dot, step = target.partition(".")
        if not dot:
            return self.stage(id)
        track = self.track(id)
        return track.step(step) if track is not None else None

    def before(self, target: str) -> Stage | None:
        """The stage (of ``track.step`` the step) before that one; None before the first."""
        id, _, step = target.partition(".")
        track = self.track(id)
        path, place = (track.steps, track.place(step)) if track is not None and step else (self.stages, self.place(id))
        return path[place - 1] if place > 0 else None

    def track(self, id: str) -> Track | None:
        return next((track for track in self.tracks if track.id == id), None)


class Column(Value):
    """A column of a table field."""

    name: Name
    kind: Literal["text", "number", "choice", "day"] = "text"
    choices: tuple[Name, ...] = ()


class CustomField(Value):
    """A field of the trade's own, checked before it is kept: 医院等级 is one of three, 年手术量 a number above 0."""

    id: Word
    name: Name
    of: Literal["customer", "opportunity"] = "opportunity"
    kind: Literal["text", "number", "choice", "choices", "day", "table"] = "text"
    choices: tuple[Name, ...] = ()
    above: float | None = None
    """A number must be larger than this."""
    most: Annotated[int, Field(ge=1, le=500)] = 200
    """Characters of a text, choices of several, rows of a table."""
    columns: tuple[Column, ...] = Field((), alias="column")
