"""What Slack refuses in an app's manifest, written from its documentation."""

from typing import Any

# https://docs.slack.dev/reference/app-manifest
LONGEST = {
    ("display_information", "name"): 35,
    ("display_information", "description"): 140,
    ("display_information", "long_description"): 4000,
    ("features", "bot_user", "display_name"): 80,
}


def problems_of_manifest(manifest: Any) -> list[tuple[str, str]]:
    """What is wrong, each with a pointer to where."""
    result = [
        ("/" + "/".join(path), f"Must be at most {longest} characters.")
        for path, longest in LONGEST.items()
        if len(_at(manifest, path) or "") > longest
    ]
    if not _at(manifest, ("display_information", "name")):
        result.append(("/display_information/name", "Is required."))
    settings = manifest.get("settings", {})
    if not settings.get("socket_mode_enabled"):
        for part in ("event_subscriptions", "interactivity"):
            if settings.get(part) and not settings[part].get("request_url"):
                result.append((f"/settings/{part}", "Requires either a request URL or Socket Mode."))
    return result


def _at(result: Any, path: tuple[str, ...]) -> Any:
    for name in path:
        result = result.get(name) if isinstance(result, dict) else None
    return result
