"""A table of the configuration: what holds for every one of them."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from typing import get_args

from pydantic import BaseModel, ConfigDict, ValidationInfo, field_validator


def suggestion(word: str, known: Sequence[str]) -> str:
    """'; did you mean "x"?' for the nearest of the known words, "" where none is near."""
    near = get_close_matches(word, known, n=1, cutoff=0.7)
    return f'; did you mean "{near[0]}"?' if near else ""


class Table(BaseModel):
    """A table of `gateway.toml`: unknown keys are errors, and no error repeats a value."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True, allow_inf_nan=False)

    @field_validator("*", mode="before")
    @classmethod
    def _truth_is_no_number(cls, value: object, info: ValidationInfo) -> object:
        """A number may be written as text, which variables need; true and false would pass as 1 and 0."""
        field = cls.model_fields[info.field_name or ""]
        if isinstance(value, bool) and bool not in (field.annotation, *get_args(field.annotation)):
            raise ValueError("must not be true or false")
        return value
