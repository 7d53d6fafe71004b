"""The real order list, rendered by Jinja2 as it is and by Django's templates as the same page: what decision 1 rests on.

Both get the same objects and use the same functions for dates, money, icons and states. The Django page has its panels and table written
out where ours calls components, which favours it; status and track are includes, as components would be.
"""

from __future__ import annotations

import re
import statistics
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from django import template
from django.template import Engine, engines
from django.test import Client
from django.utils import translation
from markupsafe import Markup

from portiek.core import pages
from portiek.trade.orders import rules
from portiek.trade.orders.views import order as view
from portiek.ui import assets, direct, format

register = template.Library()
register.simple_tag(assets.asset, name="asset")
register.simple_tag(assets.icon, name="icon")
register.simple_tag(format.when, name="when")


@register.simple_tag
def bars(order: Any) -> Any:
    """Write the bars of an order's track."""
    return direct.bars(rules.track(order.status, order.delivery), 5, order.status != "completed")


@register.filter
def money(value: Any, currency: str) -> str:
    """Write an amount."""
    return format.money(value, currency)


def compare(actor: Any, rounds: int) -> dict[str, float]:
    """Return the median milliseconds of rendering one page with each engine, in turn. Raises AssertionError when the pages say different things."""
    values = _values()
    ours = engines["jinja2"].get_template("orders/list.html").template  # type: ignore[attr-defined]
    here = str(Path(__file__).parent / "templates")
    made = Engine(dirs=[here], libraries={"engines": "tests.load.engines", "i18n": "django.templatetags.i18n"})
    theirs = made.get_template("orders.html")
    form = re.search(r'<form class="filters".*?</form>', ours.render(values), re.DOTALL)
    assert form is not None
    entries = [item for group in values["shell"].nav for item in group.entries][:5]
    more = {**values, "orders": [SimpleNamespace(**row._asdict(), shown=values["statuses"][row.id]) for row in values["orders"]], "filters": Markup(form.group()), "places": entries}
    runs = {"jinja2": lambda: ours.render(values), "django": lambda: theirs.render(template.Context(more))}
    with translation.override("nl"):
        one, other = (_text(runs[name]()) for name in ("jinja2", "django"))
        at = next((place for place, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
        assert one == other, f"the two pages differ: {one[at : at + 3]}, {other[at : at + 3]}"
        spent: dict[str, list[float]] = {name: [] for name in runs}
        for _ in range(rounds):
            for name, run in runs.items():
                begun = time.perf_counter()
                run()
                spent[name].append((time.perf_counter() - begun) * 1000)
    return {name: statistics.median(times) for name, times in spent.items()}


def _values() -> dict[str, Any]:
    """Return what the order list hands to its template, with its shell, from a real request."""
    kept: list[dict[str, Any]] = []
    whole = pages.render

    def keep(request: Any, name: str, context: dict[str, Any], **options: Any) -> Any:
        kept.append({**context, "request": request, "shell": pages._shell(request, False), "messages": [], "csrf_token": "secret", "csrf_input": Markup("")})
        return whole(request, name, context, **options)

    view.render = keep
    try:
        client = Client(headers={"host": "localhost"})
        client.cookies["portiek"] = "bench-token"
        assert client.get("/orders/").status_code == 200
    finally:
        view.render = whole
    return kept[0]


def _text(html: str) -> list[str]:
    """Return the tags and words of a page, without the space between."""
    return [part.strip() for part in re.split(r"(<[^>]+>)", html) if part.strip()]
