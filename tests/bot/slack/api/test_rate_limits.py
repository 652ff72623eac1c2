"""Each workspace has its own pace, its channels theirs, and Slack's own word comes first."""

from dataclasses import dataclass
from datetime import timedelta

from bot.slack.api.rate_limits import CHANNELS_MAX, POST, Limits, Rate, Wait


@dataclass
class Timer:
    """A monotonic timer that is moved by hand."""

    at: float = 1000.0

    def __call__(self) -> float:
        return self.at


CHANNEL, WORKSPACE = Rate(per_minute=60, burst=2), Rate(per_minute=300, burst=10)


def limits(timer: Timer, *, workspace: Rate | None = WORKSPACE) -> Limits:
    return Limits(channel=CHANNEL, workspace=workspace, timer=timer)


def test_a_channel_takes_a_short_burst_and_then_one_a_second() -> None:
    timer = Timer()
    slack = limits(timer)
    assert [slack.take(POST, channel="C1") for _ in range(2)] == [None, None]
    assert slack.take(POST, channel="C1") == Wait(wait=timedelta(seconds=1), is_everywhere=False)
    assert slack.take(POST, channel="C2") is None, "another channel has room"
    timer.at += 1
    assert slack.take(POST, channel="C1") is None
    assert slack.take(POST, channel="C1") is not None


def test_so_many_messages_an_hour_reach_a_channel_as_it_has_seconds() -> None:
    timer = Timer()
    slack = limits(timer)
    sent = 0
    for _ in range(36_000):
        timer.at += 0.1
        sent += slack.take(POST, channel="C1") is None
    assert 3600 <= sent <= 3602


def test_the_budget_of_a_workspace_holds_everywhere() -> None:
    timer = Timer()
    slack = limits(timer)
    assert all(slack.take(POST, channel=f"C{n}") is None for n in range(10))
    until_there_is_room_for_ten = Wait(wait=timedelta(seconds=2), is_everywhere=True)
    assert slack.take(POST, channel="C99") == until_there_is_room_for_ten
    timer.at += 2
    assert [slack.take(POST, channel=f"E{n}") for n in range(10)] == [None] * 10
    assert slack.take(POST, channel="E99") == until_there_is_room_for_ten


def test_what_was_refused_takes_no_room() -> None:
    timer = Timer()
    slack = limits(timer)
    for _ in range(50):
        slack.take(POST, channel="C1")
    assert sum(slack.take(POST, channel=f"D{n}") is None for n in range(20)) == 8


def test_only_posts_are_held_back_by_us() -> None:
    slack = limits(Timer())
    for method in ("chat.update", "views.open", "views.publish", "chat.postEphemeral"):
        assert all(slack.take(method) is None for _ in range(1000))


def test_slacks_own_word_holds_for_its_method_alone() -> None:
    timer = Timer()
    slack = limits(timer)
    slack.hold("chat.update", timedelta(seconds=30))
    assert slack.take("chat.update") == Wait(wait=timedelta(seconds=30), is_everywhere=False)
    assert slack.take(POST, channel="C1") is None
    timer.at += 29.9
    assert slack.take("chat.update") is not None
    timer.at += 0.2
    assert slack.take("chat.update") is None


def test_a_shorter_word_of_slacks_never_ends_a_longer_one() -> None:
    timer = Timer()
    slack = limits(timer)
    slack.hold(POST, timedelta(hours=1))
    slack.hold(POST, timedelta(seconds=1))
    timer.at += 10
    assert slack.take(POST, channel="C1") == Wait(wait=timedelta(seconds=3590), is_everywhere=True)


def test_a_wait_is_never_so_short_that_it_spins() -> None:
    timer = Timer()
    slack = limits(timer)
    slack.hold(POST, timedelta(seconds=1))
    timer.at += 0.9999
    wait = slack.take(POST, channel="C1")
    assert wait is not None
    assert wait.wait == timedelta(milliseconds=50)


def test_without_a_budget_only_slacks_own_word_counts() -> None:
    slack = limits(Timer(), workspace=None)
    assert all(slack.take(POST, channel="C1") is None for _ in range(1000))
    slack.hold(POST, timedelta(seconds=5))
    assert slack.take(POST, channel="C1") is not None


def test_channels_that_rest_are_forgotten() -> None:
    timer = Timer()
    slack = Limits(channel=CHANNEL, workspace=Rate(per_minute=60_000, burst=CHANNELS_MAX * 3), timer=timer)
    for n in range(CHANNELS_MAX):
        assert slack.take(POST, channel=f"C{n}") is None
    timer.at += 5
    assert slack.take(POST, channel="one more") is None
    assert len(slack._channels) == 1
