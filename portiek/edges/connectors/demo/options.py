"""What an administrator fills in to connect the demo's ERP."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field, SecretStr


class DemoOptions(BaseModel):
    """The options of one connection with the demo's ERP; `key` is sealed at rest.

    Each field's description is the hint under it on the set-up page. A SecretStr can be written there, never read.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    key: SecretStr = Field(default=SecretStr("demo"), description="Key of the ERP; the demo's own is: demo")
    speed: float = Field(default=1.0, gt=0, le=1000, description="How many times faster than usual its day goes")
    changes: float = Field(default=0.15, ge=0, le=1, description="Share of the orders that it confirms with another date or quantity")
    phone_orders: bool = Field(default=True, description="Whether customers phone in orders as well")
    seed: int = Field(default=1, ge=0, description="Another number makes another life")
