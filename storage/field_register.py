"""The field register: every stored field, what it is for, who reads it and how long it is kept."""

from __future__ import annotations

from nudges.model.retention import Keep, StoredField

SYSTEM = ("system",)
LEAD = ("system", "programme lead")
MEMBERS = ("all members",)
LEADER = ("system", "the leader")
LEADER_AND_TOTALS = ("the leader", "others in totals")
DIRECTORY = ("system", "directory of those who opted in")
PAIR = ("the pair", "others in totals")
HELPER = ("the leader", "the named helper")
OWNER = ("the owner", "whoever the owner chose")

_Line = tuple[str, str, tuple[str, ...], Keep]

# table -> lines of (columns, purpose, read by, kept until)
_LINES: dict[str, tuple[_Line, ...]] = {
    "partnerships": (
        ("id name shared_goal better_off", "Says whose work this is and what it is for", MEMBERS, Keep.LIFE),
        ("earlier_goals", "What was decided together before, and when it changed", MEMBERS, Keep.LIFE),
        ("principles", "How we want to work together, for leaders to sign", MEMBERS, Keep.LIFE),
        ("is_public join_code", "Who may read the open page, and who may join", MEMBERS, Keep.UNTIL_CHANGED),
        ("advised", "Which advice before a launch was followed", LEAD, Keep.LIFE),
        ("zone nation", "Local time and bank holidays of the rollup", SYSTEM, Keep.LIFE),
        ("helper_name helper_id facilitator_id", "Whom people can ask for help", MEMBERS, Keep.UNTIL_CHANGED),
        ("channels words", "Where to post, and the partnership's own words", SYSTEM, Keep.UNTIL_CHANGED),
        ("paused_from_on paused_to_on", "Stops all messages for a while", MEMBERS, Keep.UNTIL_CHANGED),
    ),
    "organisations": (
        (
            "id partnership_id name nation kind setting",
            "Pairing across partners; local holidays",
            MEMBERS,
            Keep.LIFE,
        ),
        (
            "permission_line permission_at",
            "Nobody is asked before their organisation agreed",
            MEMBERS,
            Keep.LIFE,
        ),
        ("assessment", "Reference of the impact assessment", LEAD, Keep.LIFE),
    ),
    "leaders": (
        ("id name organisation_id partnership_id", "Sending and pairing", DIRECTORY, Keep.RECORD),
        (
            "email person platform workspace send_to",
            "Finds the person in chat; one cap for one human",
            SYSTEM,
            Keep.RECORD,
        ),
        (
            "zone nation working_days locale",
            "Sends in the person's own hours and language",
            SYSTEM,
            Keep.RECORD,
        ),
        ("leave paused_from_on paused_to_on", "Leaves the person alone", LEADER, Keep.UNTIL_CHANGED),
        ("delegate", "Who may fix a time for a meeting", LEADER, Keep.UNTIL_CHANGED),
        ("roles", "What the person may do here", LEAD, Keep.RECORD),
        ("suits has_team level setting tags", "Fits steps and pairs to the person", SYSTEM, Keep.RECORD),
        ("visibility visibility_asked", "Who sees the person's own steps", LEADER, Keep.UNTIL_CHANGED),
        ("pace exclusions", "Kindness: pace, and whom not to be paired with", LEADER, Keep.UNTIL_CHANGED),
        (
            "welcomed_at welcomes opted_in_at stopped_at",
            "Proof of notice and of the choice",
            LEAD,
            Keep.RECORD,
        ),
        (
            "silent missed last_offer_on backed_off_until restarted_at",
            "Asks less often when there is no reply",
            SYSTEM,
            Keep.RECORD,
        ),
        ("ladder help_offered_on", "Offers help step by step, and not twice at once", LEADER, Keep.RECORD),
        ("joined_on buddy_id", "A gentle start beside somebody for those who join later", PAIR, Keep.RECORD),
        ("signed_at", "Whether and when the person signed the principles", MEMBERS, Keep.RECORD),
        ("passed_action", "The step that a colleague passed on to the person", LEADER, Keep.UNTIL_CHANGED),
        ("left_at", "Sends nothing after somebody left", LEAD, Keep.RECORD),
        ("earliest latest", "Sends in the hours that the person chose", LEADER, Keep.UNTIL_CHANGED),
    ),
    "stamps": (
        ("subject stamp", "Says whether people or holidays changed since they were read", SYSTEM, Keep.LIFE),
    ),
    "own_campaigns": (
        ("id partnership_id text applied_at", "A programme lead's own weeks", MEMBERS, Keep.LIFE),
    ),
    "holidays": (("nation day", "Sends nothing on bank holidays", SYSTEM, Keep.LIFE),),
    "campaign_runs": (
        (
            "id partnership_id campaign_id starts_on channel",
            "Which campaign runs since when",
            MEMBERS,
            Keep.RECORD,
        ),
        ("member_ids", "Who takes part", LEAD, Keep.RECORD),
        (
            "pauses gates rolled_up_at ended_at",
            "Pauses, opened rungs, posts and the end of the run",
            LEAD,
            Keep.RECORD,
        ),
        ("is_open", "Whether whoever comes later joins this run", LEAD, Keep.RECORD),
        ("goals", "Goals that were reached, and who agreed that they were", MEMBERS, Keep.RECORD),
        ("held_until", "How long a lead holds this week's Friday post", LEAD, Keep.UNTIL_CHANGED),
        (
            "name changes",
            "What the run is called here, and the weeks that a lead changed",
            MEMBERS,
            Keep.RECORD,
        ),
    ),
    "nudges": (
        (
            "id partnership_id run_id leader_id action_id week_on week offered_at offers "
            "is_first_step question",
            "The offer: cadence, and no step twice",
            ("system", "evaluator by key"),
            Keep.RECORD,
        ),
        (
            "state before plan_at plan_place plan_by_office replied_at done_at ended_at snoozed_until "
            "swaps swapped_from",
            "The reply: support and totals",
            LEADER_AND_TOTALS,
            Keep.RECORD,
        ),
        ("pair_id", "The meeting that this step is about", PAIR, Keep.RECORD),
        ("is_missed smaller_at", "Whether it was a miss, and the smaller step, as help", LEADER, Keep.RECORD),
        ("followed_up_at judged_at", "Asks about a step once, and counts a miss once", SYSTEM, Keep.RECORD),
        (
            "shared_line",
            "A line for the thanks, if the leader chose to share one",
            ("channel",),
            Keep.FREE_TEXT,
        ),
    ),
    "pairs": (
        (
            "id partnership_id run_id kind round leader_ids organisation_ids formed_at",
            "Who is to meet",
            PAIR,
            Keep.RECORD,
        ),
        ("proposed proposed_by agreed_at place", "Finds a time and a place", PAIR, Keep.RECORD),
        (
            "met_at met_by confirmed_at denied_at ended_at tends_at",
            "Whether a link was made or kept",
            PAIR,
            Keep.RECORD,
        ),
        ("shared_by", "Gives contact cards only where both said yes", PAIR, Keep.RECORD),
    ),
    "promises": (
        ("id partnership_id leader_id", "Whose promise it is", OWNER, Keep.RECORD),
        ("text", "The leader's own promise, in their words", OWNER, Keep.FREE_TEXT),
        ("due_on made_at asked_at", "Asks about it once, after its day", OWNER, Keep.RECORD),
        ("visibility", "Who may see it", OWNER, Keep.UNTIL_CHANGED),
        ("state ended_at carried", "What became of it", OWNER, Keep.RECORD),
    ),
    "partner_steps": (
        (
            "id partnership_id organisation_id text owner owner_id done_means due_on status history "
            "helper channel",
            "A public promise of an organisation: accountability",
            MEMBERS,
            Keep.LIFE,
        ),
        ("why_together goal", "Why it takes more than one, and for which goal", MEMBERS, Keep.LIFE),
        (
            "given_limit given_review_on given_confirmed_by given_confirmed_at",
            "What a partner gives for the whole, how far, and who says that it helps",
            MEMBERS,
            Keep.LIFE,
        ),
        ("asked_at", "Asks how it is going no more than once in a while", SYSTEM, Keep.LIFE),
        ("own_words board_asked_at", "What would help, in the partner's own words", MEMBERS, Keep.LIFE),
    ),
    "help_requests": (
        (
            "id partnership_id about subject organisation_id reason",
            "What help was asked for",
            HELPER,
            Keep.FREE_TEXT,
        ),
        ("leader_id", "Who asked, after their yes; a tombstone after erasure", HELPER, Keep.FREE_TEXT),
        (
            "helper_id asked_at contact_by reminded_at contacted_at taken_up_at closed_at",
            "That help comes in time, and what became of it",
            HELPER,
            Keep.FREE_TEXT,
        ),
    ),
    "things_heard": (
        (
            "id partnership_id kind text theme why_together said_on",
            "What people want to be heard; no instant and no order of arrival",
            MEMBERS,
            Keep.LIFE,
        ),
        ("author_id", "Whom to tell of the reply, if they gave their name", MEMBERS, Keep.FREE_TEXT),
        (
            "owner_id reply_by state reply is_not_yet replied_on told_on",
            "Who answers by when, and what was answered",
            MEMBERS,
            Keep.LIFE,
        ),
    ),
    "leaves": (
        (
            "id partnership_id run_id text wording added_on state parent_id",
            "The problem tree; nobody's name is with it, here or anywhere",
            ("the facilitator", "all members once it is published"),
            Keep.LIFE,
        ),
    ),
    "votes": (
        (
            "partnership_id leader_id action_id",
            "One vote for one person and one action",
            LEADER_AND_TOTALS,
            Keep.RECORD,
        ),
    ),
    "library": (
        (
            "id partnership_id organisation_id action_id text posted_on",
            "Lines that may be copied; nobody's name is with them",
            MEMBERS,
            Keep.LIFE,
        ),
    ),
    "trials": (
        ("id partnership_id leader_id run_id", "Whose two-week test it is", MEMBERS, Keep.RECORD),
        ("text learned", "What was tried, and what was learnt from it", MEMBERS, Keep.RECORD),
        (
            "started_at ends_on asked_at learned_at told_on",
            "Asks at its end, once, and tells it once",
            MEMBERS,
            Keep.RECORD,
        ),
    ),
    "pulse_keys": (
        (
            "run_id secret",
            "Matches a person's answers; destroyed with them",
            ("system", "the leader, for their own answers"),
            Keep.RECORD,
        ),
    ),
    "pulse_answers": (
        (
            "run_id moment person_key item_id value answered_on",
            "Measures: what changed, in totals of ten or more",
            ("evaluator by key", "others in totals of ten or more"),
            Keep.RECORD,
        ),
    ),
    "published": (
        (
            "kind name fingerprint changed_at",
            "Notices when a rule, a message or a campaign changes",
            MEMBERS,
            Keep.LIFE,
        ),
    ),
    "changes": (
        (
            "seq partnership_id at kind name what",
            "The change log of the open page",
            MEMBERS,
            Keep.LIFE,
        ),
    ),
    "entry_links": (
        (
            "token_hash partnership_id leader_id expires_at used_at",
            "Lets a member into the open page once; only a hash of the link",
            SYSTEM,
            Keep.UNTIL_CHANGED,
        ),
    ),
    "installations": (
        (
            "platform workspace name is_enterprise enterprise scopes installed_at",
            "Where the app was added, and what it may do there",
            LEAD,
            Keep.UNTIL_CHANGED,
        ),
        (
            "sealed expires_at",
            "The workspace's own tokens, encrypted and bound to it; emptied when the app is removed",
            SYSTEM,
            Keep.UNTIL_CHANGED,
        ),
        ("state gone_at because", "Whether messages reach it, and if not, why", LEAD, Keep.UNTIL_CHANGED),
    ),
    "install_requests": (
        (
            "secret_hash browser_hash expires_at",
            "Adds the app once, for the browser that began; only hashes, for minutes",
            SYSTEM,
            Keep.UNTIL_CHANGED,
        ),
    ),
    "homes": (
        (
            "platform workspace send_to",
            "Whose own page is kept up to date, once they opened it",
            SYSTEM,
            Keep.RECORD,
        ),
        (
            "changed_at shown_at fingerprint mark",
            "Draws the page once for each change; a hash, not its words",
            SYSTEM,
            Keep.RECORD,
        ),
    ),
    "deliveries": (
        ("seq id purpose occurrence event subject action_id", "Sends each message once", SYSTEM, Keep.RECORD),
        (
            "partnership_id recipient person platform workspace send_to installation",
            "To whom and through what",
            SYSTEM,
            Keep.RECORD,
        ),
        ("facts locale variant", "Fills the message when it is sent", LEADER, Keep.FREE_TEXT),
        (
            "not_before not_after week_on due_at is_counted created_at",
            "When, and inside which cap",
            SYSTEM,
            Keep.RECORD,
        ),
        (
            "edits thread_of ref_conversation ref_message",
            "Finds the message again to change it",
            SYSTEM,
            Keep.RECORD,
        ),
        (
            "state lease_until fence attempts sent_at reason is_flagged is_cancelled",
            "Nothing lost, nothing twice without a flag",
            LEAD,
            Keep.RECORD,
        ),
    ),
    "timers": (
        ("kind subject partnership_id due_at", "When to look at something again", SYSTEM, Keep.UNTIL_CHANGED),
    ),
    "events": (
        (
            "seq partnership_id at kind subject run_id",
            "All totals are recounted from here",
            SYSTEM,
            Keep.LIFE,
        ),
        (
            "leader_id organisation_id",
            "Whose event it was; a tombstone after erasure",
            LEADER_AND_TOTALS,
            Keep.RECORD,
        ),
        ("data", "Ids and codes, never words", SYSTEM, Keep.RECORD),
    ),
    "inbox": (("key outcome at", "A tap that comes twice counts once", SYSTEM, Keep.FREE_TEXT),),
}

REGISTER: tuple[StoredField, ...] = tuple(
    StoredField(table=table, column=column, purpose=purpose, read_by=read_by, keep=keep)
    for table, lines in _LINES.items()
    for columns, purpose, read_by, keep in lines
    for column in columns.split()
)
