"""Write docs/reference from the program itself: `python -m portiek.config.reference`. A test keeps them equal."""

from __future__ import annotations

import dataclasses
import inspect
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent.parent.parent / "docs" / "reference"


def pages() -> dict[str, str]:
    """Return the text of each page of the reference by file name."""
    from django.utils import translation

    with translation.override("en"):
        return {"settings.md": _settings(), "commands.md": _commands(), "rights.md": _rights(), "facts.md": _facts(), "events.md": _events(), "slots.md": _slots(), "jobs.md": _jobs(), "connectors.md": _connectors()}


def _page(title: str, lead: str, parts: list[tuple[str, str]]) -> str:
    return f"# {title}\n\n{lead}\n" + "".join(f"\n## {name}\n\n{text.strip()}\n" for name, text in parts)


def _settings() -> str:
    from portiek.config.environment import Environment

    parts = []
    for name, field in Environment.model_fields.items():
        default = field.default.get_secret_value() if hasattr(field.default, "get_secret_value") else field.default
        parts.append((f"`{name.upper()}`", f"{field.description} Default: {f'`{default}`' if default != '' else 'none'}."))
    return _page("Settings", "Read from the environment, once, when a process starts. What an operator of a portal decides has a page instead.", parts)


def _commands() -> str:
    from portiek.config.cli import COMMANDS

    return _page("Commands", "`portiek COMMAND`; `portiek COMMAND --help` lists its options.", [(f"`portiek {name}`", text) for name, (text, _function) in COMMANDS.items()])


def _rights() -> str:
    from portiek.core.permissions import rights
    from portiek.foundation.accounts.roles import ROLES

    who = {"party": "For customers, dealers and suppliers.", "staff": "For staff.", "both": "For both sides."}
    parts = []
    for code, item in sorted(rights().items()):
        roles = [name for name, given in ((role.name, role.rights) for role in ROLES.values()) if any(one in (code, f"{code}.own", f"{code}.unit", f"{code}.company") for one in given)]
        parts.append((f"`{code}`", f"{item.label}. {who[item.audience]}{' Granted as `.own`, `.unit` or `.company`.' if item.scoped else ''} Roles of a new portal that have it: {', '.join(roles) or 'none'}."))
    return _page("Rights", "`resource.action`, in some cases with a reach. Codes are for ever.", parts)


def _facts() -> str:
    from portiek.core.facts import facts

    parts = []
    for name, cls in sorted(facts().items()):
        fields = ", ".join(f"`{field.name}` ({field.type if isinstance(field.type, str) else field.type.__name__})" for field in dataclasses.fields(cls))  # type: ignore[arg-type]
        parts.append((f"`{name}`", f"{inspect.getdoc(cls)} Fields: {fields or 'none'}.{' Public: its fields are a contract.' if cls.public else ''}"))
    return _page("Facts", "What is recorded: the audit entry, the activity feed, the live update and the trigger of reactions. Names are for ever.", parts)


def _events() -> str:
    from portiek.core.events import events
    from portiek.core.facts import facts

    parts = []
    for name, item in sorted(events().items()):
        lines = []
        for fact in item.facts:
            fields = [f"`{field.name}` ({field.type if isinstance(field.type, str) else field.type.__name__})" for field in dataclasses.fields(facts()[fact])]  # type: ignore[arg-type]
            lines.append(f"- of `{fact}`: {', '.join([*fields, f'`{item.text}`', '`party`', *(['`url`'] if item.path else [])])}")
        who = f"Needs `{item.right}`." if item.right else "For every member."
        more = " Of the whole portal a party hears that it happened, without these fields." if item.everyone else ""
        parts.append((f"`{name}`", f"{item.label}. {who}{more}\n\n" + "\n".join(lines)))
    return _page("Events", "What a webhook can be told of, and the fields of `data`. Names are for ever; a field may be added, none is taken away. How to receive them: [receive-webhooks.md](../how-to/receive-webhooks.md).", parts)


def _slots() -> str:
    from portiek.core.slots import slots

    return _page("Slots", "Places that a page declares and higher modules fill.", [(f"`{name}`", text) for name, text in sorted(slots().items())])


def _jobs() -> str:
    from portiek.core.jobs import jobs, periodic

    clocked = periodic()
    parts = []
    for name, item in sorted(jobs().items()):
        text = inspect.getdoc(item.function) or ""
        parts.append((f"`{name}`", text.split("\n\n")[0] + (f" Runs at `{clocked[name][0]}` (UTC)." if name in clocked else "")))
    return _page("Jobs", "What the worker runs: reactions to facts, and what runs by the clock.", parts)


def _connectors() -> str:
    from importlib import import_module

    try:
        registry: Any = import_module("portiek.edges.connectors.vendors").VENDORS
    except (ImportError, AttributeError):
        return _page("Connectors", "None is installed.", [])
    parts = []
    for name, vendor in sorted(registry.all().items()):
        options = vendor.options_schema
        lines = [f"- `{key}`: {(field.description or '').rstrip('.')}.{'' if field.is_required() else f' Default: `{field.default}`.'}" for key, field in getattr(options, "model_fields", {}).items()]
        parts.append((f"`{name}`", (inspect.getdoc(vendor) or "").split("\n\n")[0] + "\n\n" + "\n".join(lines)))
    return _page("Connectors", "ERP vendors and the options of a connection.", parts)


def main() -> None:
    """Write every page."""
    from portiek.config.cli import setup

    setup()
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, text in pages().items():
        (FOLDER / name).write_text(text)


if __name__ == "__main__":
    main()
