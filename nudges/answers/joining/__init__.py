"""What a tap or a word does about coming in and going."""

from collections.abc import Mapping

from nudges.answers.joining import membership, opt_in, pass_on_form, permission, principles
from nudges.unit_of_work.reply_context import Verb

VERBS: Mapping[str, Verb] = {
    "yes": opt_in.yes,
    "later": opt_in.later,
    "what_is_held": opt_in.what_is_held,
    "stop": opt_in.stop,
    "start": opt_in.start,
    "permission": permission.permission,
    "permission_line": permission.permission_line,
    "permission_line_submit": permission.permission_line_submit,
    "buddy_yes": membership.buddy_yes,
    "leave": membership.leave,
    "leave_yes": membership.leave_yes,
    "principles": principles.principles,
    "sign": principles.sign,
    "amend": principles.amend,
    "pass_on": pass_on_form.pass_on,
    "pass_on_submit": pass_on_form.pass_on_submit,
    "passed_yes": opt_in.passed_yes,
    "passed_no": opt_in.passed_no,
}
