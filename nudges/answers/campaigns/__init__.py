"""What a tap or a word does about campaigns and their lead."""

from collections.abc import Mapping

from nudges.answers.campaigns import (
    gate_reason,
    next_weeks_step,
    pause_everybody,
    start_campaign,
    week_preview,
)
from nudges.unit_of_work.reply_context import Verb

VERBS: Mapping[str, Verb] = {
    "open_gate": gate_reason.open_gate,
    "open_gate_submit": gate_reason.open_gate_submit,
    "pause_everybody": pause_everybody.pause_everybody,
    "pause_everybody_submit": pause_everybody.pause_everybody_submit,
    "campaign_new": start_campaign.campaign_new,
    "campaign_new_submit": start_campaign.campaign_new_submit,
    "campaign_launch": start_campaign.campaign_launch,
    "preview_week": week_preview.preview_week,
    "preview_week_submit": week_preview.preview_week_submit,
    "next_offer": next_weeks_step.next_offer,
    "next_offer_submit": next_weeks_step.next_offer_submit,
    "next_offer_undo": next_weeks_step.next_offer_undo,
    "start_everybody": pause_everybody.start_everybody,
}
