"""One thing that the doctor looked at."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """One thing that was looked at. `todo` names the next command where there is one."""

    about: str
    what: str
    todo: str = ""
    is_problem: bool = False
