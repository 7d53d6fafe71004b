"""What every template finds without importing: the components as `ui`, icons, built files, formats."""

from __future__ import annotations

from typing import Any

from django.utils.translation import get_language
from jinja2 import Environment
from jinja2.ext import Extension

from portiek.ui import assets, chart, direct, fields, format


class Components:
    """The macros of ui/components.html under one name.

    A global and not an import, because a block rendered on its own (`list.html#rows`) does not run its page's imports.
    """

    def __init__(self, environment: Environment) -> None:
        self._environment = environment
        self.icon, self.time, self.status, self.track = assets.icon, format.when, direct.status, direct.track
        self.why, self.product, self.stepper = direct.why, direct.product, direct.stepper

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        macro = getattr(self._environment.get_template("ui/components.html").module, name)
        if not self._environment.auto_reload:
            setattr(self, name, macro)
        return macro


class UiExtension(Extension):
    """Bring the user interface into a Jinja2 environment, as one of its extensions."""

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        environment.globals.update(
            ui=Components(environment),
            icon=assets.icon,
            asset=assets.asset,
            chart=chart,
            status_of=direct.status,
            track_of=direct.track,
            why_of=direct.why,
            product_of=direct.product,
            stepper_of=direct.stepper,
            language=get_language,
            bound_field=fields.bound_field,
            plain_field=fields.plain_field,
            when=format.when,
            time_span=format.span,
        )
        environment.filters.update(
            attributes=direct.attributes,
            money=format.money,
            quantity=format.quantity,
            percent=format.percent,
            filesize=format.filesize,
            day=format.day,
            full_day=format.full_day,
            clock=format.clock,
            moment=format.moment,
            full_moment=format.full_moment,
            decimal_input=format.decimal_input,
        )
