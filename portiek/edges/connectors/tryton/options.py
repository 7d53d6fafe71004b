"""What the administrator fills in to connect a Tryton server."""

from __future__ import annotations

from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator

from portiek.edges.connectors.contract import PartyKind


class TrytonOptions(BaseModel):
    """The options of one Tryton connection; `password` is sealed at rest."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    url: str = Field(description="Address of the server, without the database", pattern=r"^https?://")
    database: str = Field(description="Name of the database", pattern=r"^[A-Za-z0-9_.-]+$")
    user: str = Field(description="Login of the connector's own user", min_length=1)
    password: SecretStr = Field(description="Password of that user")
    company: int | None = Field(default=None, description="Id of the company; empty: the user's own")
    warehouses: tuple[str, ...] = Field(default=(), description="Codes of the warehouses to show; empty: all")
    order_warehouse: str = Field(
        default="", description="Code of the warehouse orders ship from; empty: the ERP's default"
    )
    language: str = Field(default="nl", description="Language of names and of the ERP's messages")
    languages: tuple[str, ...] = Field(default=("nl", "en"), description="Languages of product and category names")
    time_zone: str = Field(default="UTC", description="Zone of the server's clock: its time stamps carry none")
    order_until: Literal["quotation", "confirmed"] = Field(
        default="confirmed",
        description="How far an order of the portal goes by itself; quotation: the ERP's staff confirms it",
    )
    prices: Literal["erp", "told"] = Field(
        default="erp",
        description="Price on the lines of an order: the ERP's own, or the one the customer was told",
    )
    kinds: dict[str, PartyKind] = Field(
        default={"Klant": "customer", "Dealer": "dealer", "Leverancier": "supplier", "Particulier": "person"},
        description="Name of a party category to kind; parties in none of these stay out of the portal",
    )
    overlap: int = Field(default=600, ge=0, description="Seconds each run reads again, for slow transactions")
    timeout: float = Field(default=60.0, gt=0, description="Seconds to wait for an answer")

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError(f"unknown time zone: {value}") from error
        return value

    @field_validator("url")
    @classmethod
    def _no_slash(cls, value: str) -> str:
        return value.rstrip("/")
