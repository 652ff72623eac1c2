"""Files turned into what the core wants: organisations, leaders, steps and bank holidays."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from bot.files.partnership_file import OrganisationFields, PartnershipFile, PartnerStepFields
from bot.files.people_file import PersonRow
from nudges.model import calendar
from nudges.model.bank_holidays import bank_holidays
from nudges.model.ids import leader_id
from nudges.model.partner_step import StepDraft
from nudges.model.people import Address, Days, Leader, Nation, Organisation, Partnership, Role
from nudges.model.ruleset import Rules
from nudges.use_cases.joining.apply_roster import Wanted

YEARS_AHEAD = 3


def wanted(file: PartnershipFile, people: Iterable[PersonRow], rules: Rules, *, at: datetime) -> Wanted:
    """What the files ask for, as the core's own values. `at` decides which bank holidays are computed."""
    rows = list(people)
    organisations = [_organisation(file, organisation, rules, at=at) for organisation in file.organisations]
    leaders = [_leader(file, row, rules) for row in rows]
    nations = {file.nation, *(one.nation for one in organisations), *(one.nation for one in leaders)}
    years = range(at.year - 1, at.year + YEARS_AHEAD + 1)
    return Wanted(
        partnership=_partnership(file, rules, leaders),
        organisations=organisations,
        leaders=leaders,
        steps=[_step(step) for step in file.partner_steps],
        permitted_from={
            organisation.id: posted_at
            for organisation in file.organisations
            if (posted_at := _posted_at(file, organisation)) is not None and posted_at > at
        },
        holidays={str(nation): bank_holidays(Nation(nation), years) for nation in sorted(nations)},
    )


def _step(fields: PartnerStepFields) -> StepDraft:
    given = fields.given
    return StepDraft(
        organisation_id=fields.organisation,
        text=fields.text,
        owner=fields.owner,
        done_means=fields.done_means,
        due_on=fields.due_on,
        why_together=fields.why_together,
        given_limit=given.limit if given else "",
        review_on=given.review_on if given else None,
    )


def _partnership(file: PartnershipFile, rules: Rules, leaders: list[Leader]) -> Partnership:
    by_email = {one.email: one.id for one in leaders}
    return Partnership(
        id=file.id,
        name=file.spoken_name,
        shared_goal=file.shared_goal,
        better_off=file.better_off,
        zone=file.zone,
        nation=file.nation,
        helper_name=file.helper.name,
        helper_id=by_email.get(file.helper.email or ""),
        facilitator_id=leader_id(file.id, file.facilitator.email or file.facilitator.name)
        if file.facilitator
        else None,
        channels={
            name: Address(platform=channel.platform, workspace=channel.workspace, to=channel.to)
            for name, channel in file.channels.items()
        },
        words=dict(file.all_words(rules)),
        principles=file.principles,
        is_public=file.open_page == "public",
        join_code=file.join.code if file.join else None,
        advised=frozenset(file.advised),
    )


def _posted_at(file: PartnershipFile, organisation: OrganisationFields) -> datetime | None:
    """When the organisation's permission begins, or began."""
    if organisation.permission is None:
        return None
    return calendar.instant_of(organisation.permission.posted_on, time(0), organisation.zone or file.zone)


def _organisation(
    file: PartnershipFile, organisation: OrganisationFields, rules: Rules, *, at: datetime
) -> Organisation:
    permission, posted_at = organisation.permission, _posted_at(file, organisation)
    return Organisation(
        id=organisation.id,
        partnership_id=file.id,
        name=organisation.name,
        nation=organisation.nation or file.nation,
        kind=organisation.kind or "",
        setting=organisation.setting or "",
        permission_line=permission.line if permission else None,
        permission_at=posted_at if posted_at is None or posted_at <= at else None,
        assessment=organisation.assessment,
    )


def _leader(file: PartnershipFile, row: PersonRow, rules: Rules) -> Leader:
    organisation = file.organisation(row.organisation)
    assert organisation is not None, "check_people refuses people of unknown organisations before this"
    is_lead = row.email in file.programme_leads
    is_sponsor = organisation.sponsor is not None and organisation.sponsor.email == row.email
    roles = {*row.roles, Role.LEADER}
    roles |= {Role.PROGRAMME_LEAD} if is_lead else set()
    roles |= {Role.SPONSOR} if is_sponsor else set()
    return Leader(
        id=leader_id(file.id, row.email),
        partnership_id=file.id,
        organisation_id=organisation.id,
        name=row.name,
        email=row.email,
        person=row.email,
        zone=row.zone or organisation.zone or file.zone,
        nation=row.nation or organisation.nation or file.nation,
        working_days=row.working_days or frozenset(rules.cadence.default_working_days),
        leave=(*row.leave, *_closed(one.on for one in file.holidays)),
        delegate=row.delegate,
        roles=frozenset(roles),
        suits=row.suits,
        has_team=row.has_team if row.has_team is not None else True,
        level=row.level or "",
        setting=row.setting or organisation.setting or "",
        tags=row.tags,
        address=_address(row),
        locale=row.locale or "en",
    )


def _closed(days: Iterable[date]) -> list[Days]:
    return [Days(from_on=day, to_on=day + timedelta(days=1)) for day in days]


def _address(row: PersonRow) -> Address | None:
    if row.slack_id and row.slack_workspace:
        return Address(platform="slack", workspace=row.slack_workspace, to=row.slack_id)
    if row.teams_id and row.teams_tenant:
        return Address(platform="teams", workspace=row.teams_tenant, to=row.teams_id)
    return None
