"""The calendar file of an agreed time: moved and taken out by the same entry."""

from typing import Any

from icalendar import Calendar

from bot.rendering.calendar_file import invitation, with_invitation

INVITE = {
    "uid": "pair-1",
    "summary": "Ama and Ben: Riverside",
    "place": "Town hall",
    "zone": "Europe/London",
    "minutes": 30,
    "starts_at": "2027-06-10T09:00:00+00:00",
    "stamped_at": "2027-06-01T08:00:00+00:00",
    "sequence": 7,
}


def _read(invite: dict[str, Any]) -> tuple[str, list[Any]]:
    entries = Calendar.from_ical(invitation(invite))
    return str(entries["METHOD"]), list(entries.walk("VEVENT"))


def test_an_agreed_time_is_one_entry_in_the_readers_zone_with_the_number_of_its_version() -> None:
    method, (event,) = _read(INVITE)
    assert (method, str(event["STATUS"]), int(event["SEQUENCE"])) == ("PUBLISH", "CONFIRMED", 7)
    assert str(event["UID"]) == "pair-1@milepost"
    assert event.decoded("DTSTART").isoformat() == "2027-06-10T10:00:00+01:00"
    assert event.decoded("DTEND") - event.decoded("DTSTART") == event.duration
    assert str(event["LOCATION"]) == "Town hall"


def test_a_meeting_that_is_off_is_taken_out_by_the_same_entry_with_a_higher_number() -> None:
    method, (event,) = _read({**INVITE, "is_off": True, "sequence": 8})
    assert (method, str(event["STATUS"]), int(event["SEQUENCE"])) == ("CANCEL", "CANCELLED", 8)
    assert str(event["UID"]) == "pair-1@milepost"


def test_times_to_choose_from_are_entries_of_their_own_which_nobody_has_agreed_to() -> None:
    choices = ["2027-06-10T09:00:00+00:00", "2027-06-11T13:00:00+00:00"]
    _, events = _read({**INVITE, "choices": choices})
    assert [str(one["UID"]) for one in events] == ["pair-1-1@milepost", "pair-1-2@milepost"]
    assert {str(one["STATUS"]) for one in events} == {"TENTATIVE"}


def test_no_address_of_a_person_is_in_the_file() -> None:
    assert "mailto" not in invitation(INVITE).lower()
    assert "ATTENDEE" not in invitation(INVITE)


def test_the_file_says_by_its_name_what_it_does() -> None:
    def name(**more: Any) -> str:
        (file,) = with_invitation({"invite": {**INVITE, **more}})["attachments"]
        return str(file["name"])

    assert [name(), name(is_off=True), name(choices=[INVITE["starts_at"]])] == [
        "meeting.ics",
        "meeting-off.ics",
        "times.ics",
    ]
    assert with_invitation({}) == {}
