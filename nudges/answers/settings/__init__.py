"""What a tap or a word does about a person's own choices."""

from collections.abc import Mapping

from nudges.answers.settings import delegate_form, exclusions, settings, visibility, working_time
from nudges.unit_of_work.reply_context import Verb

VERBS: Mapping[str, Verb] = {
    "visibility": visibility.visibility,
    "delegate": delegate_form.delegate,
    "delegate_submit": delegate_form.delegate_submit,
    "apart": exclusions.apart,
    "apart_submit": exclusions.apart_submit,
    "pace": settings.pace,
    "language": settings.language,
    "language_submit": settings.language_submit,
    "pause_until": working_time.pause_until,
    "away": working_time.away,
    "away_submit": working_time.away_submit,
    "away_drop": working_time.away_drop,
    "my_days": working_time.my_days,
    "my_days_submit": working_time.my_days_submit,
    "my_data": settings.my_data,
    "pause": working_time.pause_until,
}
