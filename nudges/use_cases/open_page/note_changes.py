"""What decides or is said is compared with what was published: every difference gets its date."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from nudges.model.open_page import Change, Published, changes_since, first_published
from nudges.ports import Store


async def note_changes(store: Store, parts: Mapping[tuple[str, str], str], *, at: datetime) -> list[Change]:
    """Write the present fingerprints, and a change for each part that is new, gone or different.

    `parts` maps (kind, name) to a fingerprint. The first time there is one line for all of it. Doing it again
    with the same parts writes nothing.
    """
    async with store.transaction() as tx:
        known = {(one.kind, one.name): one for one in await tx.records.unchecked_published()}
        changes = changes_since(known, parts, at=at) if known else first_published(at=at)
        fresh = [
            Published(kind=kind, name=name, fingerprint=fingerprint, changed_at=at)
            for (kind, name), fingerprint in sorted(parts.items())
            if (kind, name) not in known or known[kind, name].fingerprint != fingerprint
        ]
        if not fresh and not changes:
            return []
        await tx.records.save_published(fresh)
        gone: dict[str, list[str]] = {}
        for kind, name in sorted(known.keys() - parts.keys()):
            gone.setdefault(kind, []).append(name)
        for kind, names in gone.items():
            await tx.records.drop_published(kind, names)
        await tx.records.append_changes(changes)
    return changes
