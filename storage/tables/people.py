"""Who takes part: partnerships, organisations, leaders, campaign runs and their calendars."""

from __future__ import annotations

from sqlalchemy import Column, Date, Index, Table

from storage.tables.columns import METADATA, at, flag, hour, json, key, number, on, text

PARTNERSHIPS = Table(
    "partnerships",
    METADATA,
    key("id"),
    text("name"),
    text("shared_goal"),
    text("better_off"),
    text("zone"),
    text("nation"),
    text("helper_name"),
    text("helper_id", optional=True),
    text("facilitator_id", optional=True),
    json("channels"),
    json("words"),
    on("paused_from_on"),
    on("paused_to_on"),
    json("earlier_goals", is_new=True),
    json("principles", is_new=True),
    flag("is_public", is_new=True),
    text("join_code", optional=True),
    json("advised", is_new=True),
)

OWN_CAMPAIGNS = Table(
    "own_campaigns",
    METADATA,
    key("id"),
    text("partnership_id"),
    text("text"),
    at("applied_at", optional=False),
)

ORGANISATIONS = Table(
    "organisations",
    METADATA,
    key("id"),
    text("partnership_id"),
    text("name"),
    text("nation"),
    text("kind"),
    text("setting"),
    text("permission_line", optional=True),
    at("permission_at"),
    text("assessment", optional=True),
    Index(None, "partnership_id"),
)

LEADERS = Table(
    "leaders",
    METADATA,
    key("id"),
    text("partnership_id"),
    text("organisation_id"),
    text("name"),
    text("email"),
    text("person"),
    text("zone"),
    text("nation"),
    json("working_days"),
    json("leave"),
    text("delegate", optional=True),
    json("roles"),
    json("suits"),
    flag("has_team"),
    text("level"),
    text("setting"),
    json("tags"),
    text("platform", optional=True),
    text("workspace", optional=True),
    text("send_to", optional=True),
    text("locale"),
    text("visibility"),
    flag("visibility_asked"),
    text("pace", optional=True),
    json("exclusions"),
    at("welcomed_at"),
    number("welcomes"),
    at("opted_in_at"),
    at("stopped_at"),
    on("paused_from_on"),
    on("paused_to_on"),
    number("silent"),
    number("missed"),
    on("last_offer_on"),
    on("backed_off_until"),
    at("restarted_at"),
    number("ladder", is_new=True),
    on("help_offered_on"),
    on("joined_on"),
    text("buddy_id", optional=True),
    at("signed_at"),
    text("passed_action", optional=True),
    at("left_at"),
    hour("earliest"),
    hour("latest"),
    Index(None, "partnership_id"),
    Index(None, "platform", "workspace", "send_to"),
)

HOLIDAYS = Table("holidays", METADATA, key("nation"), Column("day", Date, primary_key=True))

# A new random stamp with every change, so that what was read once can be used while the stamp stands.
STAMPS = Table("stamps", METADATA, key("subject"), text("stamp"))

CAMPAIGN_RUNS = Table(
    "campaign_runs",
    METADATA,
    key("id"),
    text("partnership_id"),
    text("campaign_id"),
    on("starts_on", optional=False),
    json("member_ids"),
    text("channel"),
    json("pauses"),
    json("gates"),
    at("rolled_up_at"),
    at("ended_at"),
    flag("is_open", is_new=True),
    json("goals", is_new=True),
    at("held_until"),
    text("name", is_new=True),
    json("changes", is_new=True),
    Index(None, "partnership_id"),
)
