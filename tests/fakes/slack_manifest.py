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
    found = [
        ("/" + "/".join(path), f"Must be at most {longest} characters.")
        for path, longest in LONGEST.items()
        if len(_at(manifest, path) or "") > longest
    ]
    if not _at(manifest, ("display_information", "name")):
        found.append(("/display_information/name", "Is required."))
    settings = manifest.get("settings", {})
    if not settings.get("socket_mode_enabled"):
        for part in ("event_subscriptions", "interactivity"):
            if settings.get(part) and not settings[part].get("request_url"):
                found.append((f"/settings/{part}", "Requires either a request URL or Socket Mode."))
    return found


def _at(found: Any, path: tuple[str, ...]) -> Any:
    for name in path:
        found = found.get(name) if isinstance(found, dict) else None
    return found
