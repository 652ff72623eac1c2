"""`milepost step …`: an organisation's public steps."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import click

from bot.commands.command_setup import Day, OpenedLedger, in_partnership, opened, run
from bot.commands.terminal import CommandRefused, as_json, columns, heading, tell, tell_json

if TYPE_CHECKING:
    from nudges.model.partner_step import PartnerStep

PREFIX_MIN = 4
STEP = click.argument("step_id", metavar="STEP")


@click.group()
def step() -> None:
    """Partner steps: what an organisation has promised in public, by when, and who owns it.

    STEP is a step's id as “step list” shows it; its first characters are enough.
    """


@step.command()
@click.argument("organisation")
@click.argument("text")
@click.option("--owner", required=True, help="A leader's name, or a team's.")
@click.option("--done-means", required=True, help="How anybody can tell that it is done.")
@click.option("--by", "due_on", type=Day(), required=True, help="The date.")
@click.option("--why", "why_together", required=True, help="Why no single organisation would do it alone.")
@click.option("--given-limit", default="", help="Given for the whole: the most that is given.")
@click.option("--review-on", type=Day(), help="Given for the whole: when it is looked at again.")
@in_partnership
@as_json
def add(
    organisation: str,
    text: str,
    owner: str,
    done_means: str,
    due_on: date,
    why_together: str,
    given_limit: str,
    review_on: date | None,
    partnership_id: str | None,
    is_json: bool,
) -> None:
    """Make a step of an ORGANISATION (its id or name) public; everybody sees it on the board.

    A step that costs the organisation something is given for the whole: say how far it goes, and when
    it is looked at again.
    """

    async def work() -> PartnerStep:
        from nudges.model.partner_step import StepDraft
        from nudges.use_cases.partner_steps.partner_steps import add_step

        async with opened() as ledger:
            partnership = await ledger.partnership(partnership_id)
            async with ledger.store.reading() as tx:
                organisations = await tx.people.unchecked_organisations(partnership.id)
                leaders = await tx.people.unchecked_leaders(partnership.id)
            wanted = organisation.casefold()
            named = [one.id for one in organisations if wanted in (one.id.casefold(), one.name.casefold())]
            owners = [one.id for one in leaders if owner.casefold() in (one.name.casefold(), one.email)]
            draft = StepDraft(
                organisation_id=named[0] if named else organisation,
                text=text,
                owner=owner,
                done_means=done_means,
                due_on=due_on,
                why_together=why_together,
                given_limit=given_limit,
                review_on=review_on,
                owner_id=owners[0] if owners else None,
            )
            return await add_step(
                ledger.store, ledger.book, draft, partnership_id=partnership.id, at=ledger.at
            )

    made = run(work())
    _told(made, "Promised", is_json=is_json)
    if not is_json:
        from bot.files.content import load_rules
        from bot.files.phrases import in_words
        from nudges.rules.partner_steps.step_advice import advice

        limits = load_rules().partner_step
        for line in advice(
            made.text, done_means=made.done_means, why_together=made.why_together, limits=limits
        ):
            tell(in_words(line))


@step.command("list")
@click.option("--all", "shows_done", is_flag=True, help="Also those that are done.")
@in_partnership
@as_json
def list_them(shows_done: bool, partnership_id: str | None, is_json: bool) -> None:
    """Show the partner steps by date."""

    async def work() -> tuple[dict[str, str], list[PartnerStep]]:
        from nudges.use_cases.partner_steps.partner_steps import list_steps

        async with opened() as ledger:
            partnership = await ledger.partnership(partnership_id)
            roster, steps = await list_steps(ledger.store, partnership.id)
            return {
                organisation.id: organisation.name for organisation in roster.organisations.values()
            }, steps

    names, steps = run(work())
    chosen = [step for step in steps if shows_done or step.is_open or is_json]
    if is_json:
        tell_json([as_value(step) for step in chosen])
        return
    if not chosen:
        tell("No partner step is open. Add one with: milepost step add")
        return
    rows = [("STEP", "BY", "STATUS", "OWNER", "ORGANISATION", "TEXT")]
    rows += [
        (
            step.id[:8],
            step.due_on.isoformat(),
            step.status.replace("_", " "),
            step.owner,
            names[step.organisation_id],
            step.text,
        )
        for step in chosen
    ]
    first, *rest = columns(rows)
    tell(heading(first), *rest)


@step.command()
@STEP
@in_partnership
@as_json
def done(step_id: str, partnership_id: str | None, is_json: bool) -> None:
    """Mark a step done; the next Friday post says so."""

    async def work() -> PartnerStep:
        from nudges.use_cases.partner_steps.partner_steps import finish_step

        async with opened() as ledger:
            partner_step = await _find(ledger, step_id, partnership_id)
            return await finish_step(ledger.store, ledger.book, step_id=partner_step.id, at=ledger.at)

    _told(run(work()), "Done", is_json=is_json)


@step.command()
@STEP
@click.option("--to", "due_on", type=Day(), help="The new date.")
@click.option("--because", "reason", help="Why it has a new date, in one line that all can read.")
@click.option("--owner", help="Who looks after it from now on: a leader's name, or a team's.")
@in_partnership
@as_json
def change(
    step_id: str,
    due_on: date | None,
    reason: str | None,
    owner: str | None,
    partnership_id: str | None,
    is_json: bool,
) -> None:
    """Give a step a new date by agreement, or another owner; the history keeps the old ones."""
    if owner is None and due_on is None:
        raise click.UsageError("Say what changes: --to DATE with --because TEXT, or --owner NAME.")
    if (due_on is None) != (reason is None):
        raise click.UsageError("A new date needs both: --to DATE and --because TEXT.")

    async def work() -> PartnerStep:
        from nudges.use_cases.partner_steps.partner_steps import hand_over_step, move_step

        async with opened() as ledger:
            partner_step = await _find(ledger, step_id, partnership_id)
            if due_on is not None:
                partner_step = await move_step(
                    ledger.store,
                    ledger.book,
                    step_id=partner_step.id,
                    due_on=due_on,
                    reason=reason or "",
                    at=ledger.at,
                )
            if owner is not None:
                partner_step = await hand_over_step(
                    ledger.store, ledger.book, step_id=partner_step.id, owner=owner, at=ledger.at
                )
            return partner_step

    _told(run(work()), "Changed", is_json=is_json)


@step.command()
@STEP
@click.argument("text")
@in_partnership
@as_json
def words(step_id: str, text: str, partnership_id: str | None, is_json: bool) -> None:
    """Keep the partner's own answer to “What would help?”; everybody reads it as TEXT says it."""

    async def work() -> PartnerStep:
        from nudges.use_cases.partner_steps.partner_steps import say_words

        async with opened() as ledger:
            partner_step = await _find(ledger, step_id, partnership_id)
            return await say_words(
                ledger.store, ledger.book, step_id=partner_step.id, words=text, at=ledger.at
            )

    _told(run(work()), "Said", is_json=is_json)


async def _find(ledger: OpenedLedger, step_id: str, partnership_id: str | None) -> PartnerStep:
    partnership = await ledger.partnership(partnership_id)
    async with ledger.store.reading() as tx:
        steps = await tx.commitments.unchecked_steps(partnership.id)
    matching = [step for step in steps if step.id == step_id]
    if not matching and len(step_id) >= PREFIX_MIN:
        matching = [step for step in steps if step.id.startswith(step_id)]
    if len(matching) == 1:
        return matching[0]
    if matching:
        raise CommandRefused(
            f"Several steps begin with “{step_id}”. “milepost step list --json” shows whole ids."
        )
    raise CommandRefused(f"There is no partner step “{step_id}” here. “milepost step list --all” shows them.")


def _told(step: PartnerStep, verb: str, *, is_json: bool) -> None:
    if is_json:
        tell_json(as_value(step))
    else:
        tell(f"{verb}: {step.text} ({step.owner}, by {step.due_on}, step {step.id[:8]})")


def as_value(step: PartnerStep) -> dict[str, object]:
    """A step as plain values."""
    return {
        "id": step.id,
        "organisation": step.organisation_id,
        "text": step.text,
        "owner": step.owner,
        "done_means": step.done_means,
        "due_on": step.due_on,
        "status": str(step.status),
        "channel": step.channel,
        "why_together": step.why_together,
        "goal": step.goal,
        "given": {
            "limit": step.given.limit,
            "review_on": step.given.review_on,
            "confirmed_by": step.given.confirmed_by,
        }
        if step.given
        else None,
        "own_words": step.own_words,
        "history": [
            {
                "at": step_change.at.isoformat(),
                "status": str(step_change.status),
                "due_on": step_change.due_on,
                "reason": step_change.reason,
                "owner": step_change.owner,
            }
            for step_change in step.history
        ],
    }
