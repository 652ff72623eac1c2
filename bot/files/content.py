"""The rules, the catalogue and the campaigns that ship, and campaigns that a programme lead writes."""

from functools import cache
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, Field, create_model

from bot.files.problems import FileProblem, FilesRefused, errors_in
from bot.files.shapes import CLOSED, Text, Whole, model_of, value_of
from bot.files.validation import located, refuse_errors, validated
from bot.files.yaml_file import YamlFile, load_yaml
from nudges.model.catalogue import Action, Campaign, Catalogue, Category, ConfirmedBy, Visibility, With
from nudges.model.metric_cards import MetricCard
from nudges.model.ruleset import Rules
from nudges.rules.campaigns.campaign_checks import check_campaign
from nudges.rules.campaigns.content_checks import check_catalogue, check_metrics, check_rules

CONFIG = Path(__file__).resolve().parents[2] / "config"
CATALOGUE = CONFIG / "catalogue.yaml"


class EvidenceFields(BaseModel):
    """What others can see of a step."""

    model_config = CLOSED
    others_see: Text
    visibility: Visibility
    confirmed_by: ConfirmedBy


class SourceFields(BaseModel):
    """Where an action comes from, in the source's own words."""

    model_config = CLOSED
    title: Text
    quote: Text


class ActionFields(BaseModel):
    """One action as it stands in the catalogue."""

    model_config = CLOSED
    id: Text = Field(pattern=r"^[A-Z]{2,6}-[0-9]{2,3}$")
    title: Text
    category: Text
    nudge: Text
    questions: tuple[Text, ...] = ()
    minutes: Whole
    rung: Whole
    with_: With = Field(alias="with")
    suits: tuple[Text, ...]
    cue: Text
    smaller_step: Text
    done_means: Text
    repeat_weeks: Whole
    check_after_days: Whole | None = None
    evidence: EvidenceFields
    why: Text
    source: SourceFields

    def to_action(self) -> Action:
        """The action as the core knows it."""
        return Action(
            id=self.id,
            title=self.title,
            category=self.category,
            nudge=self.nudge,
            questions=self.questions,
            minutes=self.minutes,
            rung=self.rung,
            with_=self.with_,
            suits=self.suits,
            cue=self.cue,
            smaller_step=self.smaller_step,
            repeat_weeks=self.repeat_weeks,
            others_see=self.evidence.others_see,
            visibility=self.evidence.visibility,
            confirmed_by=self.evidence.confirmed_by,
            why=self.why,
            source_title=self.source.title,
            source_quote=self.source.quote,
            done_means=self.done_means,
            check_after_days=self.check_after_days,
        )


class CatalogueFields(BaseModel):
    """The catalogue file."""

    model_config = CLOSED
    version: Literal[1]
    rungs: dict[int, Text]
    visibility: dict[str, Text]
    categories: dict[str, Text]
    suits_values: tuple[Text, ...]
    actions: tuple[ActionFields, ...]


@cache
def campaign_model() -> type[BaseModel]:
    """The shape of a campaign file."""
    return model_of(Campaign)


@cache
def rules_model() -> type[BaseModel]:
    """The shape of the rules file: the rules and a version."""
    version: Any = (Literal[1], ...)
    return create_model("RulesFile", __base__=model_of(Rules), version=version)


@cache
def metrics_model() -> type[BaseModel]:
    """The shape of the metric cards' file."""
    version: Any = (Literal[1], ...)
    cards: Any = (tuple[model_of(MetricCard), ...], ...)  # type: ignore[misc]  # built at run time
    return create_model("MetricsFile", __config__=CLOSED, version=version, metrics=cards)


def load_rules(path: Path | None = None) -> Rules:
    """The rules that ship (read once in a process), or those in `path`.

    Raises:
        FilesRefused: the file does not hold.
    """
    return _shipped_rules() if path is None else _read_rules(path)


@cache
def _shipped_rules() -> Rules:
    return _read_rules(CONFIG / "rules.yaml")


def _read_rules(path: Path) -> Rules:
    file = load_yaml(path)
    model = validated(file, rules_model())
    rules = value_of(Rules, model)
    refuse_errors(located(file, check_rules(rules)))
    return rules


def load_catalogue(path: Path | None = None, *, rules: Rules | None = None) -> Catalogue:
    """The actions that ship (read once in a process), or those in `path`, in their order.

    Raises:
        FilesRefused: the file does not hold, or an action breaks a rule.
    """
    if path is None and rules in (None, _shipped_rules()):
        return _shipped_catalogue()
    return _read_catalogue(path or CATALOGUE, rules or load_rules())


@cache
def _shipped_catalogue() -> Catalogue:
    return _read_catalogue(CATALOGUE, _shipped_rules())


def _read_catalogue(path: Path, rules: Rules) -> Catalogue:
    file = load_yaml(path)
    fields = validated(file, CatalogueFields)
    refuse_errors(_twice(file, [action.id for action in fields.actions]))
    catalogue = Catalogue(
        actions={action.id: action.to_action() for action in fields.actions},
        categories=tuple(Category(id=key, name=name) for key, name in fields.categories.items()),
        suits_values=fields.suits_values,
        rungs=fields.rungs,
        visibility=fields.visibility,
    )
    refuse_errors(located(file, check_catalogue(catalogue, rules)))
    return catalogue


def load_metrics(
    path: Path | None = None, *, catalogue: Catalogue | None = None, rules: Rules | None = None
) -> dict[str, MetricCard]:
    """The metric cards that ship, or those in `path`, by id in their order.

    Raises:
        FilesRefused: a line of a card is missing or blank, an id stands twice, an action is not in the
            catalogue, or a word blames.
    """
    file = load_yaml(path or CONFIG / "metrics.yaml")
    model: Any = validated(file, metrics_model())
    cards = [value_of(MetricCard, each) for each in model.metrics]
    refuse_errors(_twice(file, [card.id for card in cards], under="metrics"))
    refuse_errors(located(file, check_metrics(cards, catalogue or load_catalogue(), rules or load_rules())))
    return {card.id: card for card in cards}


def load_campaigns(directory: Path | None = None) -> dict[str, Campaign]:
    """The campaigns that ship, or those in `directory`, by id, the shortest first.

    Raises:
        FilesRefused: a file does not hold, or two have the same id.
    """
    rules = load_rules()
    catalogue = load_catalogue(rules=rules)
    campaigns: dict[str, Campaign] = {}
    for path in sorted((directory or CONFIG / "campaigns").glob("*.yaml")):
        campaign = load_campaign_file(path, catalogue=catalogue, rules=rules)
        if campaign.id in campaigns:
            raise FilesRefused(
                [
                    FileProblem(
                        path=path,
                        line=1,
                        what=f"the id `{campaign.id}` stands in another file, too",
                        why="a campaign is found by its id",
                        todo="give it another id",
                    )
                ]
            )
        campaigns[campaign.id] = campaign
    return dict(sorted(campaigns.items(), key=lambda item: item[1].length_weeks))


def load_campaign_file(
    path: Path, *, catalogue: Catalogue | None = None, rules: Rules | None = None
) -> Campaign:
    """One campaign, checked against the catalogue and the rules (those that ship by default).

    Raises:
        FilesRefused: the file does not hold. Advice alone does not refuse it.
    """
    campaign, problems = read_campaign(path, catalogue=catalogue, rules=rules)
    refuse_errors(problems)
    return campaign


def read_campaign(
    path: Path, *, catalogue: Catalogue | None = None, rules: Rules | None = None, text: str | None = None
) -> tuple[Campaign, list[FileProblem]]:
    """One campaign with every finding on it, errors and advice; with `text`, that text of the file.

    Raises:
        FilesRefused: the file has not the shape of a campaign.
    """
    rules = rules or load_rules()
    file = load_yaml(path, text=text)
    campaign = value_of(Campaign, validated(file, campaign_model()))
    problems = check_campaign(campaign, catalogue or load_catalogue(rules=rules), rules)
    return campaign, located(file, problems)


def _twice(file: YamlFile, ids: list[str], *, under: str = "actions") -> list[FileProblem]:
    return errors_in(
        FileProblem(
            path=file.path,
            line=file.line_of((under, index, "id")),
            what=f"the id `{action_id}` stands twice",
            why="each is found by its id",
            todo="give one of them another id",
        )
        for index, action_id in enumerate(ids)
        if action_id in ids[:index]
    )
