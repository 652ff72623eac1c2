"""What a tap or a word does about people who meet across organisations."""

from collections.abc import Mapping

from nudges.answers.pairing import contact, pair_office, pair_times, pairs
from nudges.unit_of_work.reply_context import Verb

VERBS: Mapping[str, Verb] = {
    "slots": pair_times.slots,
    "slots_submit": pair_times.slots_submit,
    "pick": pair_times.pick,
    "office": pair_office.office,
    "contact_yes": contact.contact_yes,
    "contact_no": contact.contact_no,
    "cannot": pairs.cannot,
    "met": pairs.met,
    "not_met": pairs.not_met,
}
