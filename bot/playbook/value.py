"""What every part of a playbook is made of: frozen, nothing beside what is named, and the few kinds of word and number.

Times of day are local to the team's zone; days of stay and delay are working days; thresholds lie in 0..1.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Ends = Literal["won", "lost"]
Minutes = Annotated[int, Field(ge=0, le=24 * 60)]
Hours = Annotated[int, Field(ge=1, le=24 * 366)]
Days = Annotated[int, Field(ge=1, le=366)]
Sureness = Annotated[float, Field(ge=0, le=1)]
Word = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=40)]
Name = Annotated[str, Field(min_length=1, max_length=20)]
Line = Annotated[str, Field(min_length=1, max_length=120)]


class Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)
