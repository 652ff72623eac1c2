"""The JSON Schemas that editors use for our files, made from the models that read them."""

import json
from pathlib import Path

from pydantic import BaseModel

from bot.files.content import CONFIG, campaign_model
from bot.files.partnership_file import PartnershipFile

SCHEMAS = CONFIG / "schema"


def schema_texts() -> dict[str, str]:
    """File name to the text of its schema, with the keys in a steady order."""
    models: dict[str, type[BaseModel]] = {
        "campaign.schema.json": campaign_model(),
        "partnership.schema.json": PartnershipFile,
    }
    return {
        name: json.dumps(
            {"$schema": "https://json-schema.org/draft/2020-12/schema", **model.model_json_schema()},
            indent=2,
            ensure_ascii=False,
        )
        + "\n"
        for name, model in models.items()
    }


def write_schemas(directory: Path = SCHEMAS) -> list[Path]:
    """Write every schema and name the files that changed."""
    changed = []
    for name, text in schema_texts().items():
        path = directory / name
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
            changed.append(path)
    return changed
