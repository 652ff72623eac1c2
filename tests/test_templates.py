"""Every message: complete, short, plain, and kind."""

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.files.content import load_catalogue, load_rules
from bot.rendering.fact_types import EXTRAS, used_facts
from bot.rendering.message_renderer import TemplateRenderer
from bot.rendering.template_language import environment_of
from nudges.model.catalogue import Action
from nudges.model.message import FieldKind
from nudges.model.people import Pace, Visibility
from nudges.model.placeholders import fill
from nudges.record_reply import VERBS
from nudges.rules.partner_steps.step_advice import grade
from nudges.rules.typed.typed_words import EXACT
from nudges.use_cases.joining import join_by_code
from tests.source import python_files, tree

ROOT = Path(__file__).parents[1] / "config" / "messages"
RENDERER = TemplateRenderer(ROOT)
BY_OTHERS = {"rollup", "rollup_thread", "board"}  # they have tests of their own
FORMS = sorted(path.stem for path in (ROOT / "forms").glob("*.yaml"))
FOLDERS = sorted(path.name for path in ROOT.iterdir() if path.is_dir() and path.name != "forms")
OURS = [event for event in FOLDERS if event not in BY_OTHERS]
TEXTS = {
    (event, number): path for event in OURS for number, path in enumerate(sorted((ROOT / event).glob("*.j2")))
}
VARIANTS = sorted(TEXTS)
LISTS = {
    "what_happens",
    "help",
    "data_notice",
    "steps",
    "signs",
    "my_data",
    "today",
    "heard",
    "votes",
    "library",
    "learned",
    "tree",
    "week_preview",
    "campaign_summary",
}  # asked for, and as long as they must be
CARD_STATES = "offered planned done partly not_yet not_now snoozed swapped expired withdrawn"
# What can be said in words alone: no message offers it as a button.
ONLY_TYPED = {"console", "help_log", "pause", "signs"}
# Calls that name a message or a form by themselves.
NAMING = {"say", "tell", "draw", "post", "post_in_channel", "redraw", "redraw_all", "rider", "part", "form"}


def yaml_of(path: Path) -> Any:
    """A YAML file as it is."""
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def sample(event: str) -> dict[str, Any]:
    """The facts of an event at their longest."""
    return dict(yaml_of(ROOT / event / "sample.yaml"))


def own_words(event: str, variant: int, facts: Mapping[str, Any]) -> str:
    """What is left of a message when every fact is empty of words."""
    empty = {
        name: _emptied(value, keep=name in ("state", "guess", "choice")) for name, value in facts.items()
    }
    return " ".join(RENDERER.text(event, empty, variant=variant).split())


def _emptied(value: Any, *, keep: bool) -> Any:
    if isinstance(value, list):
        return [_emptied(each, keep=keep) for each in value]
    return value if keep or not isinstance(value, str) else "x"


def source_words(path: Path) -> str:
    """A template without its tags: our own words, in every branch."""
    return re.sub(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", " ", path.read_text(encoding="utf-8"), flags=re.DOTALL)


def form_words(name: str) -> str:
    """All words of a form."""
    source = {
        key: value for key, value in yaml_of(ROOT / "forms" / f"{name}.yaml").items() if key != "sample"
    }
    return " ".join(_strings(source))


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        for each in value.values():
            yield from _strings(each)
    elif isinstance(value, list):
        for each in value:
            yield from _strings(each)
    elif isinstance(value, str):
        yield value


@pytest.mark.parametrize("event", FOLDERS)
def test_every_event_has_a_folder_with_words_and_a_sample(event: str) -> None:
    assert (ROOT / event / "sample.yaml").is_file()
    assert RENDERER.variants(event) >= 1
    names = sorted(path.stem for path in (ROOT / event).glob("*.j2"))
    assert names == [str(number + 1) for number in range(len(names))]


def test_every_message_and_every_form_is_used() -> None:
    reasons = {f"reason_{each.id}" for each in RULES.reasons}  # the answer to each reason is named after it
    assert not set(FOLDERS) - reasons - _words_of_the_code()
    assert not set(FORMS) - _words_of_the_code()


def test_every_message_and_every_form_that_is_named_exists() -> None:
    missing = [
        f"{path.name}:{node.lineno} {expr.value}"
        for path in python_files("nudges")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and (called := _called(node)) in NAMING
        for expr in node.args
        if isinstance(expr, ast.Constant) and isinstance(expr.value, str) and expr.value
        if expr.value not in (FORMS if called == "form" else FOLDERS)
    ]
    assert not missing


def _called(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def _words_of_the_code() -> set[str]:
    """Every text that stands in the code as a value, and not only as a key."""
    result: set[str] = set()
    for path in python_files("nudges", "bot"):
        keys: set[ast.AST | None] = set()
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Dict):
                keys.update(node.keys)
            elif isinstance(node, ast.Subscript):
                keys.add(node.slice)
            elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in keys:
                result.add(node.value)
    return result


@pytest.mark.parametrize("event", FOLDERS)
def test_every_folder_has_a_sample_that_shows_it(event: str) -> None:
    assert RENDERER.text(event, sample(event))


@pytest.mark.parametrize("event", ["reminder", "did_it_happen"])
def test_follow_ups_have_four_really_different_wordings(event: str) -> None:
    assert RENDERER.variants(event) == 4
    words = [set(own_words(event, number, sample(event)).lower().split()) for number in range(4)]
    for index, one in enumerate(words):
        for other in words[index + 1 :]:
            assert len(one & other) / len(one | other) < 0.5


@pytest.mark.parametrize(("event", "variant"), VARIANTS)
def test_every_message_renders_with_its_sample(event: str, variant: int) -> None:
    text = RENDERER.text(event, sample(event), variant=variant)
    assert text
    assert "  " not in text
    assert not re.search(r"[.?!]\.|\?\?|\s[.,;?]|,,|\n{3}|[{}]", text), text
    assert "None" not in text


@pytest.mark.parametrize("event", [event for event in FOLDERS if event != "rollup"])
def test_a_sample_holds_the_facts_that_its_templates_use(event: str) -> None:
    # The Friday post is made of lines, each with facts of its own.
    environment = environment_of(ROOT)
    # A fact may have the name of something that templates know anyhow.
    used, given = used_facts(environment, event) - set(EXTRAS), set(sample(event)) - set(environment.globals)
    assert not given - used, "no template uses these"
    assert not used - given, "no sample shows these, so they have no type"


@pytest.mark.parametrize("state", CARD_STATES.split())
def test_a_card_says_where_things_stand(state: str) -> None:
    facts = {**sample("card"), "state": state}
    bare = {**facts, "when": "", "place": "", "peer": "", "note": ""}
    assert len(RENDERER.text("card", facts).split("\n\n")) >= 2
    assert len(RENDERER.text("card", bare).split("\n\n")) >= 2
    assert facts["note"] in RENDERER.text("card", facts)


def test_a_nudge_leads_with_the_goal_and_its_title_is_the_heading() -> None:
    facts = {**sample("nudge"), "peer_note": "", "theme": ""}
    text = RENDERER.text("nudge", facts)
    assert text.startswith("Why: ")
    assert text.index(facts["goal"]) < text.index(facts["title"]) < text.index(facts["text"])
    assert text.endswith(f"Done means: {facts['done_means']}\n\nAbout 45 minutes.")


def test_the_welcome_fits_its_limit_with_the_longest_names() -> None:
    assert len(RENDERER.text("welcome", sample("welcome"))) <= 300


def test_our_own_words_are_short() -> None:
    wordy = {
        (event, variant): words
        for event, variant in VARIANTS
        if event not in LISTS and len(words := own_words(event, variant, sample(event))) > 300
    }
    assert not wordy


RULES = load_rules()
BANNED = (*RULES.rollup.banned_everywhere, *RULES.rollup.banned_in_rollup)
SOURCES = {f"{event}/{number}": source_words(path) for (event, number), path in TEXTS.items()}
SOURCES |= {f"forms/{name}": form_words(name) for name in FORMS}
SOURCES["buttons"] = " ".join(_strings(yaml_of(ROOT / "buttons.yaml")))


@pytest.mark.parametrize("banned", BANNED)
def test_no_word_blames_or_ranks(banned: str) -> None:
    word = re.compile(rf"\b{re.escape(banned)}\b", 0 if banned.isupper() else re.IGNORECASE)
    assert not [name for name, words in SOURCES.items() if word.search(words)]


def test_no_message_shouts_or_uses_an_unexplained_acronym() -> None:
    assert not [name for name, words in SOURCES.items() if "!" in words or re.search(r"\b[A-Z]{2,}\b", words)]


def test_apostrophes_are_plain_and_quotes_are_curly_everywhere() -> None:
    assert not [name for name, words in SOURCES.items() if re.search('[‘’–—…"]', words)]
    assert not [name for name, words in SOURCES.items() if words.count("“") != words.count("”")]


@pytest.mark.parametrize(("event", "variant"), VARIANTS)
def test_every_message_is_easy_to_read(event: str, variant: int) -> None:
    plain = {name: _short(value, name) for name, value in sample(event).items()}
    text = RENDERER.text(event, plain, variant=variant)
    assert grade(text) <= 8, text


def _short(value: Any, name: str) -> Any:
    """Facts as short words, so that the grade is that of our own sentences."""
    if isinstance(value, list):
        return [_short(each, name) for each in value]
    return value if not isinstance(value, str) or name in ("state", "guess", "choice") else "This one"


def test_every_verb_has_a_label_and_every_label_a_verb() -> None:
    labels = yaml_of(ROOT / "buttons.yaml")["verbs"]
    assert set(labels) == {*VERBS, *join_by_code.VERBS} - ONLY_TYPED
    assert all(isinstance(verb, str) and isinstance(label, str) for verb, label in labels.items())
    assert all(0 < len(label) <= 30 for label in labels.values())


def test_fixed_values_have_labels_of_their_own() -> None:
    values = yaml_of(ROOT / "buttons.yaml")["values"]
    assert set(values["visibility"]) == set(Visibility)
    assert set(values["pace"]) == set(Pace)
    assert set(yaml_of(ROOT / "buttons.yaml")["primary"]) <= set(yaml_of(ROOT / "buttons.yaml")["verbs"])


def test_an_empty_fact_leaves_whole_sentences() -> None:
    assert RENDERER.text("pair_solo", {"peer": "Ann", "title": ""}).endswith("on its usual day.")
    assert (
        RENDERER.text("restart", {"minutes": 5, "title": ""})
        == "A new month. Would a 5-minute step suit you?"
    )
    assert RENDERER.text("pause", {"until": "Friday", "reason": ""}) == "Nudges are paused until Friday."
    facts = {**sample("did_it_happen"), "time": ""}
    assert RENDERER.text("did_it_happen", facts).endswith("September. Did it happen?")
    assert RENDERER.text("today", {"items": []}).endswith("Nothing is open. Enjoy the space.")


@pytest.mark.parametrize("choice", [*Visibility, *Pace])
def test_every_choice_is_answered_in_words(choice: str) -> None:
    event = "pace_set" if choice in set(Pace) else "visibility_set"
    text = RENDERER.text(event, {"choice": choice})
    assert "_" not in text
    assert text != RENDERER.text(event, {"choice": "another"})


def test_every_guess_is_a_question() -> None:
    for guess in [*EXACT.values(), "commit", "pause_until"]:
        asked = RENDERER.text("ask_word", {"guess": guess, "text": "hm"})
        assert "?" in asked
        assert "_" not in asked


@pytest.mark.parametrize("name", FORMS)
def test_every_form_is_complete(name: str) -> None:
    source = yaml_of(ROOT / "forms" / f"{name}.yaml")
    form = RENDERER.form(name, source["sample"], subject="n1")
    assert form.verb in {*VERBS, *join_by_code.VERBS}
    assert len(form.title) <= 24
    assert len(form.submit) <= 24
    asked = [source["sample"][each["for_each"]] for each in source["fields"] if "for_each" in each]
    assert len(form.fields) == len(source["fields"]) + sum(len(each) - 1 for each in asked)
    longest = 100 if asked else 48  # a statement is read whole, its answers stand under it
    assert all(field.label and len(field.label) <= longest for field in form.fields)
    assert all(len(field.hint) <= 150 for field in form.fields)
    assert all(field.choices for field in form.fields if field.kind is FieldKind.CHOICE)
    # What stands after the first full stop is small print beside the choice; a why may be cut there.
    parts = [choice.label.partition(". ")[::2] for field in form.fields for choice in field.choices]
    assert all(len(first) <= 75 and (len(rest) <= 75 or name == "next_offer") for first, rest in parts)


def test_the_numbers_in_words_are_those_of_the_rules() -> None:
    held = RENDERER.text("data_notice", sample("data_notice"))
    assert f"{RULES.privacy.keep_free_text_days} days" in held
    assert f"{RULES.privacy.keep_records_months_after_end} months" in held
    assert RULES.cadence.welcome_again_after_weeks == 2
    assert "two weeks" in RENDERER.text("welcome_later", {})
    assert RULES.joining.passed_on_reply_within_days == 14
    assert "within two weeks" in RENDERER.text("passed_on", sample("passed_on"))
    assert RULES.cadence.joiner_first_rung_weeks == 4
    assert "first four weeks" in RENDERER.text("buddy_ask", sample("buddy_ask"))
    for use in RULES.privacy.never_used_for:
        assert use in held
    step = RENDERER.form("step_new", yaml_of(ROOT / "forms" / "step_new.yaml")["sample"], subject="")
    limits, most = RULES.partner_step, {field.name: field.max_length for field in step.fields}
    assert (most["text"], most["owner"]) == (limits.text_max, limits.owner_max)
    assert (most["done_means"], most["why_together"]) == (limits.done_means_max, limits.why_together_max)
    assert most["given_limit"] == limits.given_limit_max
    assert f"{limits.due_within_days} days" in form_words("step_new")
    assert limits.given_review_within_months == 6
    assert "six months" in form_words("step_new")
    listening = RULES.listening
    for name in ("hear", "idea"):
        assert f"{listening.reply_within_days} days" in form_words(name)
    assert RENDERER.form("idea", {"text": ""}, subject="").fields[0].max_length == listening.idea_title_max
    assert (listening.turn_minutes, listening.trial_days_max, listening.theme_to_board_at) == (10, 14, 5)


CATALOGUE = load_catalogue()


def test_every_action_reads_well_inside_a_nudge() -> None:
    assert len(CATALOGUE.actions) == 59
    for action in CATALOGUE.actions.values():
        _read_in_a_nudge(action)


def _read_in_a_nudge(action: Action) -> None:
    limits = {**RULES.content.default_words(), "peer": "Bartholomew Featherstone", "month": "September"}
    words = {
        **limits,
        "peer_org": "Northern Valleys Community Health Trust",
        "partnership": "Northern Valley Together",
    }
    words["question"] = next(iter(action.questions), "what is on your mind?")
    facts = {
        **sample("nudge"),
        "title": fill(action.title, words),
        "text": fill(action.nudge, words),
        "minutes": action.minutes,
        "done_means": action.done_means,
        "peer_note": "",
    }
    text = RENDERER.text("nudge", facts)
    assert facts["text"] in text
    assert "{" not in text
    assert not re.search(r"[^.]\.\.([^.]|$)", text)
    how = {"title": facts["title"], "cue": action.cue, "smaller_step": fill(action.smaller_step, words)}
    assert ".”" in RENDERER.text("how", how)
    assert ".." not in RENDERER.text("how", how)
