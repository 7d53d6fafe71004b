"""Prices hold nothing of people; here that is said, for the register."""

from __future__ import annotations

from portiek.core.personal import not_personal

not_personal("what things cost", "pricing.Agreement", "pricing.AgreementLine", "pricing.PartyDiscount", "pricing.PriceList", "pricing.PriceListLine")
