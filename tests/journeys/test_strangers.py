"""Every verb about everything of a partnership, from somebody of another one who has every role there."""

from nudges.errors import MilepostError
from nudges.model.commands import Command
from nudges.record_reply import VERBS, inbox_key
from tests.journeys.crowded import SECRET, crowded, rows, subjects_of
from tests.journeys.world import World

FIELDS = {
    "text": "something new", "due": "2027-01-20", "until": "2027-01-20", "reason": "because",
    "reply": "Done now", "line": "A line", "shared": "yes", "words": "our words", "because": "it is time",
    "wording": "New words", "why": "why so", "title": "T", "named": "yes", "ends": "2027-01-12",
    "what": "publish", "other_day": "2027-01-12", "other_time": "10:00", "place": "by phone",
    "to": "riverside-ben", "owner": "riverside-ben", "parent": "riverside-leaf-published",
    "organisation": "riverside-trust", "team": "The team", "name": "Mia", "email": "mia@example.org",
    "from": "2027-01-12", "drop": "riverside-ama", "days": "1,2", "earliest": "09:00", "latest": "17:00",
    "people": "riverside-ama,riverside-ben", "persona": "riverside-ama", "week": "2", "action": "REL-01",
    "campaign": "starter", "starts_on": "2027-02-01", "goal": "Our goal", "better_off": "Everybody",
    "channel": "private_group", "organisations": "riverside-trust,riverside-council", "kind": "concern",
    "language": "cy", "day_1": "2027-01-12", "time_1": "10:00", "slot": "2027-01-12T10:00:00+00:00",
}  # fmt: skip


# What the buttons of their own lead would carry.
FORGED = {
    "campaign_launch": '["riverside-hetty","starter","2027-02-01","","","","","riverside-trust"]',
    "campaign_new": '["riverside-hetty","starter","2027-02-01","","","","","riverside-trust"]',
    "preview_week_submit": "starter|2|riverside-ama",
    "pause_everybody": "2027-01-29",
}


async def _answer(world: World, verb: str, subject: str, value: str, key: str) -> str:
    """What Zoe of hillside is told, in one text."""
    via = "form" if verb.endswith("_submit") else "tap"
    args = {**FIELDS, "value": value}
    actor = world.address("Zoe")
    try:
        made = await world.milepost.handle(
            Command(key=key, actor=actor, verb=verb, subject=subject, args=args, via=via)
        )
    except MilepostError as error:
        return f"{type(error).__name__}: {error}"
    return f"{made.reply.text if made.reply else ''}{made.form or ''}{dict(made.errors)}"


def _of_riverside(world: World) -> set[str]:
    # What a stranger is answered may hold the words that they sent themselves.
    own = ("'hillside', 'hillside-zoe'", inbox_key(world.address("Zoe")))
    return {
        one for one in rows(world) if "riverside" in one.casefold() and not any(part in one for part in own)
    }


async def test_a_stranger_reads_and_changes_nothing_whatever_their_roles() -> None:
    world = await crowded()
    subjects = await subjects_of(world, "riverside")
    before = _of_riverside(world)
    leaks, told = [], {}
    for number, verb in enumerate(VERBS):
        for place, subject in enumerate(subjects):
            forged = FORGED.get(verb, "riverside-ben")
            told[verb, subject] = await _answer(world, verb, subject, forged, f"{number}-{place}")
            if f"{SECRET} of riverside" in told[verb, subject].casefold():
                leaks.append((verb, subject))
        assert _of_riverside(world) == before, verb
    assert leaks == []
    for (verb, subject), words in told.items():
        if words.startswith(("NotFound", "NotAllowed")):
            forged = FORGED.get(verb, "riverside-ben")
            absent = await _answer(world, verb, "no-such-thing", forged, f"absent-{verb}-{subject}")
            assert words == absent, (verb, subject)
