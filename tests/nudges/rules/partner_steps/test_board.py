"""Partner steps on the board, in the thread and in the Friday post."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from bot.files.phrases import in_words, load_phrases
from nudges.model.nudge import Promise, PromiseState
from nudges.model.partner_step import Given, PartnerStep, StepChange, StepStatus, hand_over
from nudges.model.people import Leader, Nation, Organisation, Visibility
from nudges.rules.partner_steps.board import (
    ChannelView,
    as_of,
    board,
    given_in_words,
    status_in_words,
    steps_in_post,
    thread,
)
from nudges.said import said
from tests.nudges.example_leader import a_leader

MONDAY = datetime(2027, 1, 4, 9, tzinfo=UTC)
FRIDAY = datetime(2027, 1, 22, 11, tzinfo=UTC)
BEFORE = FRIDAY - timedelta(weeks=1)
ON = FRIDAY.date()
ORGANISATIONS = [
    Organisation(id="trust", partnership_id="riverside", name="Trust", nation=Nation.ENGLAND),
    Organisation(id="council", partnership_id="riverside", name="Council", nation=Nation.ENGLAND),
]
VIEW = ChannelView(organisations=ORGANISATIONS, phrases=load_phrases())


def a_partner_step(
    id: str, due_on: date, *later: tuple[StepStatus, datetime], organisation: str = "trust", reason: str = ""
) -> PartnerStep:
    history = (
        StepChange(at=MONDAY, status=StepStatus.PLANNED, due_on=due_on),
        *(StepChange(at=at, status=status, due_on=due_on, reason=reason) for status, at in later),
    )
    return PartnerStep(
        id=id,
        partnership_id="riverside",
        organisation_id=organisation,
        text=f"share {id}.",
        owner=f"Owner of {id}",
        done_means="it is shared",
        due_on=due_on,
        status=history[-1].status,
        history=history,
    )


def a_promise(
    id: str, due_on: date, state: PromiseState = PromiseState.OPEN, ended_at: datetime | None = None
) -> Promise:
    return Promise(
        id=id,
        partnership_id="riverside",
        leader_id="ama",
        text=f"promise {id}",
        due_on=due_on,
        made_at=MONDAY,
        visibility=Visibility.NAMED,
        state=state,
        ended_at=ended_at,
    )


def _status(step: PartnerStep, *, helper: str = "", is_supported: bool = False) -> str:
    return in_words(status_in_words(step, helper=helper, is_supported=is_supported))


def _given(step: PartnerStep, names: dict[str, str]) -> str:
    words = given_in_words(step, names)
    return in_words(words) if words is not None else ""


def opted_in() -> Leader:
    return replace(a_leader(), opted_in_at=MONDAY, stopped_at=None)


DONE, OFFERED, ASKED = StepStatus.DONE, StepStatus.SUPPORT_OFFERED, StepStatus.SUPPORT_ASKED_FOR


def texts(steps: tuple[object, ...]) -> list[str]:
    return [step.text for step in steps]  # type: ignore[attr-defined]


def test_the_post_names_what_was_kept_what_is_due_and_where_help_was_offered() -> None:
    steps = [
        a_partner_step("kept", ON, (DONE, FRIDAY)),
        a_partner_step("kept-earlier", ON, (DONE, BEFORE)),
        a_partner_step("due-today", ON),
        a_partner_step("due-next-friday", ON + timedelta(days=7)),
        a_partner_step("due-later", ON + timedelta(days=8)),
        a_partner_step("due-with-help-asked", ON + timedelta(days=1), (ASKED, FRIDAY)),
        a_partner_step("passed", ON - timedelta(days=1), (OFFERED, FRIDAY)),
        a_partner_step("passed-and-asked", ON - timedelta(days=1), (ASKED, FRIDAY)),
        a_partner_step("passed-an-hour-ago", ON - timedelta(days=1)),
    ]
    found = steps_in_post(
        steps, ORGANISATIONS, after=BEFORE, until=FRIDAY, on=ON, by=ON + timedelta(days=7), helper="Ruth"
    )
    assert texts(found.kept) == ["share kept."]
    assert texts(found.due) == [
        "share due-today.",
        "share due-next-friday.",
        "share due-with-help-asked.",
        "share passed-an-hour-ago.",
    ]
    assert texts(found.passed) == ["share passed.", "share passed-and-asked."]
    assert (found.passed[0].organisation, found.passed[0].helper) == ("Trust", "Ruth")
    assert [step.is_help_asked for step in found.passed] == [False, True]


def test_what_happened_after_the_post_is_not_in_it() -> None:
    later = FRIDAY + timedelta(seconds=1)
    step = a_partner_step("a", ON, (DONE, later))
    assert as_of(step, FRIDAY) == replace(step, status=StepStatus.PLANNED, history=step.history[:1])
    assert as_of(step, MONDAY - timedelta(seconds=1)) is None
    assert as_of(step, later) == step


def test_an_undone_step_is_not_kept() -> None:
    undone = a_partner_step("a", ON, (DONE, FRIDAY - timedelta(hours=2)), (StepStatus.PLANNED, FRIDAY))
    found = steps_in_post([undone], ORGANISATIONS, after=BEFORE, until=FRIDAY, on=ON, by=ON, helper="")
    assert not found.kept
    assert texts(found.due) == ["share a."]


def test_each_status_is_said_in_words_and_support_only_offered_is_called_offered() -> None:
    step = a_partner_step(
        "a", date(2027, 1, 29), (StepStatus.CHANGED_BY_AGREEMENT, FRIDAY), reason="the floor is wet."
    )
    words = {status: _status(replace(step, status=status), helper="Ruth") for status in StepStatus}
    assert words == {
        StepStatus.PLANNED: "Planned",
        StepStatus.DONE: "Done",
        StepStatus.SUPPORT_ASKED_FOR: "Support asked for",
        StepStatus.SUPPORT_OFFERED: "Support offered by Ruth",
        StepStatus.CHANGED_BY_AGREEMENT: "Changed by agreement to Friday 29 January: the floor is wet",
    }
    assert not any("in place" in word for word in words.values())


def test_support_is_in_place_only_where_help_was_taken_up_and_the_step_still_needs_it() -> None:
    words = {
        status: _status(replace(a_partner_step("a", ON), status=status), helper="Ruth", is_supported=True)
        for status in StepStatus
    }
    assert words[OFFERED] == words[ASKED] == "Support in place, from Ruth"
    assert [status for status, word in words.items() if "in place" in word] == [ASKED, OFFERED]
    asked = replace(a_partner_step("a", ON), status=ASKED)
    assert status_in_words(asked, is_supported=True) == said("partner_steps.status.support_in_place")
    rows = board(replace(VIEW, supported={"a"}), [asked], [], [], on=ON)["steps"]
    assert rows[0]["status"] == "Support in place"


def test_what_is_given_for_the_whole_says_its_limit_its_date_and_who_says_that_it_helps() -> None:
    given = Given(limit="two beds at most.", review_on=date(2027, 4, 1))
    step = replace(a_partner_step("a", ON), given=given)
    names = {"council": "Council"}
    assert _given(step, names) == (
        "Given for the whole: two beds at most. Looked at again on Thursday 1 April; "
        "no partner has said yet that it helps"
    )
    confirmed = replace(step, given=replace(given, confirmed_by="council", confirmed_at=FRIDAY))
    assert _given(confirmed, names).endswith("Council says that it helps")
    assert _given(a_partner_step("a", ON), names) == ""
    assert board(VIEW, [confirmed], [], [], on=ON)["steps"][0]["given"].startswith("Given for")


def test_the_thread_brings_the_partners_own_words_while_a_step_is_open() -> None:
    opened = replace(a_partner_step("open", ON), own_words="a van on Fridays.")
    done = replace(a_partner_step("done", ON, (DONE, FRIDAY)), own_words="a van")
    rows = thread(VIEW, [opened, done], after=BEFORE, until=FRIDAY)
    assert [row["own_words"] for row in rows] == ["", "a van on Fridays"]


def test_a_post_names_the_owner_as_it_was_then() -> None:
    step = hand_over(a_partner_step("a", ON), owner="The ward team", owner_id=None, at=FRIDAY)
    first = replace(step.history[0], owner="Ama")
    step = replace(step, history=(first, *step.history[1:]))
    before, after = as_of(step, BEFORE), as_of(step, FRIDAY)
    assert before is not None
    assert after is not None
    assert (before.owner, after.owner) == ("Ama", "The ward team")


def test_a_status_says_no_more_than_is_known() -> None:
    step = a_partner_step("a", date(2027, 1, 29))
    assert _status(replace(step, status=StepStatus.SUPPORT_OFFERED)) == "Support offered"
    assert _status(replace(step, status=StepStatus.SUPPORT_OFFERED, helper="Joe"), helper="Ruth").endswith(
        "Joe"
    )
    changed = replace(step, status=StepStatus.CHANGED_BY_AGREEMENT)
    assert _status(changed) == "Changed by agreement to Friday 29 January"
    assert _status(replace(changed, history=())) == "Changed by agreement to Friday 29 January"


def test_the_board_lists_every_open_step_by_organisation_and_date() -> None:
    steps = [
        a_partner_step("later", date(2027, 2, 5)),
        a_partner_step("sooner", date(2027, 1, 29)),
        a_partner_step("done", date(2027, 1, 29), (DONE, FRIDAY)),
        a_partner_step("theirs", date(2027, 3, 1), organisation="council"),
    ]
    facts = board(VIEW, steps, [], [], on=ON)
    assert [(row["organisation"], row["step"]) for row in facts["steps"]] == [
        ("Council", "share theirs"),
        ("Trust", "share sooner"),
        ("Trust", "share later"),
    ]
    assert facts["steps"][1] == {
        "organisation": "Trust",
        "step": "share sooner",
        "owner": "Owner of sooner",
        "date": "Friday 29 January",
        "status": "Planned",
        "given": "",
    }


def test_the_board_shows_promises_of_people_who_chose_to_be_named() -> None:
    promises = [
        a_promise("ahead", ON),
        replace(a_promise("private", ON), visibility=Visibility.PRIVATE),
        replace(a_promise("for-my-pair", ON), visibility=Visibility.PAIR),
        replace(a_promise("of-somebody-gone", ON), leader_id="gone"),
        a_promise("kept", ON, PromiseState.KEPT, FRIDAY),
        a_promise("kept-long-ago", ON, PromiseState.KEPT, BEFORE),
    ]
    facts = board(VIEW, [], promises, [opted_in()], on=ON, kept_after=BEFORE)
    assert [(row["text"], row["is_kept"]) for row in facts["promises"]] == [
        ("promise ahead", False),
        ("promise kept", True),
    ]
    assert facts["promises"][0] == {
        "who": "Ama Boateng",
        "organisation": "Trust",
        "text": "promise ahead",
        "date": "Friday 22 January",
        "is_kept": False,
    }
    everything_kept = board(VIEW, [], promises, [opted_in()], on=ON)
    assert len(everything_kept["promises"]) == 3


def test_nobody_is_put_on_show_for_a_promise_whose_date_has_gone_by() -> None:
    promises = [
        a_promise("gone-by", ON - timedelta(days=1)),
        a_promise("let-go", ON, PromiseState.LET_GO),
        a_promise("partly", ON, PromiseState.PARTLY),
    ]
    assert board(VIEW, [], promises, [opted_in()], on=ON)["promises"] == []


def test_people_who_stopped_are_not_on_the_board() -> None:
    stopped = replace(opted_in(), stopped_at=FRIDAY)
    assert board(VIEW, [], [a_promise("a", ON)], [stopped], on=ON)["promises"] == []


def test_a_campaign_that_names_nobody_has_a_board_without_names() -> None:
    step = a_partner_step("a", ON, (OFFERED, FRIDAY))
    facts = board(
        replace(VIEW, helper="Ruth", may_name=False), [step], [a_promise("a", ON)], [opted_in()], on=ON
    )
    assert facts["promises"] == []
    assert (facts["steps"][0]["owner"], facts["steps"][0]["status"]) == ("", "Support offered")


def test_the_thread_lists_every_open_step_and_what_was_kept_this_week() -> None:
    steps = [
        a_partner_step("open", date(2027, 3, 1)),
        a_partner_step("kept", ON, (DONE, FRIDAY)),
        a_partner_step("kept-earlier", ON, (DONE, BEFORE)),
    ]
    rows = thread(VIEW, steps, after=BEFORE, until=FRIDAY)
    assert [(row["step"], row["owner"], row["date"], row["status"]) for row in rows] == [
        ("share kept", "Owner of kept", "Friday 22 January", "Done"),
        ("share open", "Owner of open", "Monday 1 March", "Planned"),
    ]
