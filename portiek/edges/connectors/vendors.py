"""The vendors there are, and how a connector is made of a connection's options."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar, Protocol, cast

from django.conf import settings
from pydantic import BaseModel, SecretStr, ValidationError

from portiek.core.actor import Actor
from portiek.core.egress import Answer, Egress
from portiek.core.registry import Registry
from portiek.core.sealing import Unsealable, seal, unseal
from portiek.edges.connectors.contract import Connector
from portiek.edges.connectors.demo import DemoConnector
from portiek.edges.connectors.files.books import FileBooks, place
from portiek.edges.connectors.files.connector import FilesConnector
from portiek.edges.connectors.files.options import FilesOptions
from portiek.edges.connectors.models import Connection
from portiek.edges.connectors.tryton import TrytonConnector

VENDORS: Registry[Any] = Registry("connectors")
VENDORS.register("tryton", TrytonConnector)
VENDORS.register("demo", DemoConnector)
VENDORS.register("files", FilesConnector)


class Vendor(Protocol):
    """What a vendor's class has beside the contract.

    `place`: only for a class that says `keeps_files = True`, a path of this portal's own that no other portal reaches. `books`, `folder`: only for one that says `needs_books = True`.
    """

    options_schema: ClassVar[type[BaseModel]]

    def __call__(self, options: BaseModel, http: CountingHttp) -> Connector: ...


class BadOptions(ValueError):
    """The options of a connection do not fit its vendor."""


class CountingHttp:
    """The one way out, counted for the vendor's limits."""

    def __init__(self) -> None:
        self.calls = 0
        self._egress = Egress()

    def post(self, url: str, *, json: object = None, headers: Mapping[str, str] | None = None, timeout: float | None = None) -> Answer:
        """Send JSON. Raises what Egress raises."""
        self.calls += 1
        return self._egress.post(url, json, dict(headers or {}), timeout)

    def get(self, url: str, *, headers: Mapping[str, str] | None = None, timeout: float | None = None) -> Answer:
        """Fetch an address. Raises what Egress raises."""
        self.calls += 1
        return self._egress.get(url, dict(headers or {}), timeout)


def schema(vendor: str) -> type[BaseModel]:
    """Return the options a vendor asks for. Raises KeyError."""
    return cast("type[BaseModel]", VENDORS.get(vendor).options_schema)


def secrets(vendor: str) -> set[str]:
    """Return the names of the options that are kept sealed."""
    return {name for name, field in schema(vendor).model_fields.items() if "SecretStr" in str(field.annotation)}


def sealed(vendor: str, options: BaseModel, *, portal_id: int, connection_id: int) -> dict[str, Any]:
    """Return options as they are stored: JSON, with each secret sealed for this one row."""
    stored = options.model_dump(mode="json")
    for name in secrets(vendor):
        value = getattr(options, name)
        stored[name] = seal(value.get_secret_value(), _place(portal_id, connection_id, name)) if isinstance(value, SecretStr) else None
    return stored


def opened(vendor: str, stored: Mapping[str, Any], *, portal_id: int, connection_id: int) -> BaseModel:
    """Return stored options as the vendor's own. Raises BadOptions."""
    values = dict(stored)
    try:
        for name in secrets(vendor):
            if values.get(name):
                values[name] = unseal(values[name], _place(portal_id, connection_id, name))
        return schema(vendor).model_validate(values)
    except ValidationError as problem:
        # Names and rules only: pydantic's own text repeats what was filled in.
        raise BadOptions(
            "; ".join(f"{'.'.join(map(str, item['loc']))}: {item['msg']}" for item in problem.errors(include_input=False, include_url=False))
        ) from None
    except (KeyError, Unsealable) as problem:
        raise BadOptions(f"{type(problem).__name__}: {problem}") from problem


def made(vendor: str, options: BaseModel, *, portal: str, http: CountingHttp | None = None, connection: Connection | None = None) -> Connector:
    """Return a connector; it calls nothing yet. `connection`: the one it is of, once that is kept."""
    chosen = VENDORS.get(vendor)
    more: dict[str, Any] = {"place": Path(settings.DATA_DIR) / f"{vendor}-erp" / f"{portal}.sqlite"} if getattr(chosen, "keeps_files", False) else {}
    if getattr(chosen, "needs_books", False):
        more["books"] = FileBooks(Actor.system(connection.portal_id), connection.pk) if connection else None
        more["folder"] = place(portal, cast("FilesOptions", options))
    return cast("Connector", chosen(options, http or CountingHttp(), **more))


def _place(portal_id: int, connection_id: int, name: str) -> str:
    return f"connectors_connection.options:{portal_id}.{connection_id}.{name}"


def readable(vendor: str, stored: Mapping[str, Any], *, portal_id: int, connection_id: int) -> BaseModel | None:
    """Return stored options, or None when they cannot be read any more: the set-up page then starts anew."""
    try:
        return opened(vendor, stored, portal_id=portal_id, connection_id=connection_id)
    except BadOptions:
        return None
