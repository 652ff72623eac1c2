"""`milepost pack`: what a chat platform needs to know of the app, ready to hand over."""

from __future__ import annotations

from pathlib import Path

import click

from bot.commands.terminal import CommandRefused, tell, tell_json, warn

HOW_ON = (
    "Next: api.slack.com/apps > Create New App > From a manifest. The guide is docs/guides/slack.md.",
    "Why each scope is asked for: docs/reference/slack-scopes.md",
)


@click.group()
def pack() -> None:
    """Write what a chat platform needs to know of the app."""


@pack.command()
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write it to this file.")
@click.option("--socket-mode", is_flag=True, help="Behind a firewall: Slack needs no address of ours.")
@click.option("--org", is_flag=True, help="For an Enterprise Grid: install once for all its workspaces.")
@click.option("--rotate-tokens", is_flag=True, help="Tokens end after 12 hours. Slack cannot undo this.")
@click.option("--json", "is_json", is_flag=True, help="Write JSON instead of YAML.")
def slack(out: Path | None, socket_mode: bool, org: bool, rotate_tokens: bool, is_json: bool) -> None:
    """Write the Slack app's manifest for MILEPOST_BASE_URL, checked against Slack's documented limits."""
    import json

    from bot.slack.install.manifest import as_yaml, breaches, is_reachable, manifest
    from config.settings import load_settings

    base_url = load_settings().base_url
    if not socket_mode and not is_reachable(base_url):
        raise CommandRefused(
            f"Slack cannot reach {base_url}: it sends requests to an https address on the internet.\n"
            "Set MILEPOST_BASE_URL to yours, or use --socket-mode, which needs none."
        )
    made = manifest(base_url, socket_mode=socket_mode, org=org, rotation=rotate_tokens)
    breached = breaches(made)
    if breached:
        lines = [f"{breach.where} {breach.what} ({breach.reference})" for breach in breached]
        raise CommandRefused(
            "\n".join(["Slack would refuse this manifest:", *lines, "Change config/slack/manifest.yaml."])
        )
    if out is not None:
        out.write_text(json.dumps(made, indent=2) + "\n" if is_json else as_yaml(made), encoding="utf-8")
        tell(f"Written: {out}", *HOW_ON)
    elif is_json:
        tell_json(made)
    else:
        tell(as_yaml(made).rstrip("\n"))
        warn(*HOW_ON)
    if socket_mode and "redirect_urls" not in made["oauth_config"]:
        warn(
            "Without an https address nobody can install by a link: this is for one workspace and its token."
        )
