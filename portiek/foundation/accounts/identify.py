"""Who sends this request: one statement answers portal, person, company and rights."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from portiek.core.actor import Actor
from portiek.core.db import scope
from portiek.core.db.gate import ask
from portiek.core.money import Policy
from portiek.core.permissions import on_behalf
from portiek.core.sessions import session_of
from portiek.foundation.accounts import actions, rules


@dataclass(frozen=True)
class PortalInfo:
    """What every page needs of its portal."""

    id: int
    slug: str
    name: str
    host: str
    hue: int
    chroma: float
    language: str
    time_zone: str
    address_form: str
    email: str
    phone: str
    currency: str
    rounding_mode: str
    tax_per: str
    price_digits: int
    logo: str = ""

    @property
    def policy(self) -> Policy:
        """How this portal calculates."""
        return Policy(self.currency, self.rounding_mode, self.tax_per, self.price_digits)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Member:
    """The person of a session, the company he now acts for and those he may switch to."""

    session_id: int
    user_id: int
    name: str
    email: str
    language: str
    time_zone: str
    party_id: int | None
    party_name: str
    party_kind: str
    companies: list[tuple[int | None, str]] = field(default_factory=list)
    # Mail to his address comes back.
    mail_fails: bool = False
    # "role", "look", "act" or "shop" while the session is something else than its own user; `by`: who he is, `until`: how long yet.
    mode: str = ""
    mode_name: str = ""
    by: str = ""
    reason: str = ""
    until: datetime | None = None
    # Whom he may act for on a mandate: (number of the mandate, name); and the one he acts on now: it, his own company, until when.
    mandates: list[tuple[int, str]] = field(default_factory=list)
    mandate_id: int = 0
    home_id: int | None = None
    home_name: str = ""
    mandate_until: date | None = None

    @property
    def with_tax(self) -> bool:
        """Whether prices are said including VAT: to persons, since they cannot deduct it."""
        return self.party_kind == "person"


def identify(request: HttpRequest) -> None:
    """Set `request.portal`, `request.member`, `request.actor`, `request.LANGUAGE_CODE` and `request.TIME_ZONE`; None where there is none."""
    host = request.META.get("HTTP_HOST", "").partition(":")[0].lower()
    found = None if request.path.startswith("/healthz") or len(host) > 253 or "\0" in host else ask("identify", host, session_of(request))
    request.portal = PortalInfo(**found["portal"]) if found else None  # type: ignore[attr-defined]
    person = found and found["member"]
    request.member = _member(person) if person else None  # type: ignore[attr-defined]
    request.actor = _actor(found["portal"]["id"], person) if person else None  # type: ignore[attr-defined, index]
    request.LANGUAGE_CODE = _language(request, person, found)
    request.TIME_ZONE = (person and person["time_zone"]) or (found and found["portal"]["time_zone"]) or settings.TIME_ZONE  # type: ignore[attr-defined]
    if person and person["mode"] != "shop":
        _slide(request, found["portal"]["id"], person)  # type: ignore[index]


def _slide(request: HttpRequest, portal_id: int, person: dict[str, Any]) -> None:
    """Let a session in use stand longer: one write a day, not one a request."""
    until = rules.session_until(datetime.fromtimestamp(person["created"], UTC), datetime.now(UTC))
    if until - datetime.fromtimestamp(person["expires"], UTC) > timedelta(days=1):
        gate = Actor.gate(portal_id)
        with scope(gate):
            actions.extend_session(gate, session=session_of(request))


def _language(request: HttpRequest, person: Any, found: Any) -> str:
    if person:
        return str(person["by_language"] if person["mode"] else person["language"])
    chosen = request.COOKIES.get("language", "")
    known = {code for code, _name in settings.LANGUAGES}
    return chosen if chosen in known else found["portal"]["language"] if found else settings.LANGUAGE_CODE


def _member(person: dict[str, Any]) -> Member:
    mandate = person["mandate"] or {}
    # Who shops for his purchasing system is nowhere else meanwhile.
    shops = person["mode"] == "shop"
    companies = [] if shops else sorted(((item["id"], item["name"]) for item in person["companies"]), key=lambda item: item[1])
    return Member(person["session"], person["user"], person["name"], person["email"], person["language"], person["time_zone"], person["party"], person["party_name"] or "",
                  person["party_kind"] or "", companies, person["mail_fails"] and not person["mode"], person["mode"], person["mode_name"],
                  person["by_name"] if person["mode"] else "", person["reason"] if person["mode"] else "", datetime.fromtimestamp(person["until"], UTC) if person["mode"] else None,
                  [] if shops else [(item["id"], item["name"]) for item in person["mandates"] or []], mandate.get("id", 0), mandate.get("from"), mandate.get("from_name", ""),
                  date.fromisoformat(mandate["until"]) if mandate.get("until") else None)


def name_on_mandate(name: str, company: str) -> str:
    """Return how somebody is named where he acts for another company: by both names, in no more room than a name has."""
    return f"{name[:58]} ({company[:58]})"


def _actor(portal_id: int, person: dict[str, Any]) -> Actor:
    units = person["units"] or [None]
    mode, rights = person["mode"], frozenset(person["rights"])
    if mode in ("role", "shop"):
        rights = rules.narrowed(person["as_rights"], rights)
    if mode == "act":
        rights = on_behalf(rights)
    along, mandate = mode in ("look", "act"), person["mandate"]
    return Actor(
        portal_id=portal_id,
        kind="staff" if person["party"] is None else "party",
        party_id=person["party"],
        user_id=person["user"],
        name=name_on_mandate(person["name"], mandate["from_name"]) if mandate else person["name"],
        language=person["language"],
        unit_id=units[0] if len(units) == 1 else None,
        rights=rights,
        by_user_id=person["by"] if along else -person["session"] if mode == "shop" else 0,
        by_name=person["by_name"] if along else person["mode_name"] if mode == "shop" else "",
        mandate_id=mandate["id"] if mandate else 0,
        read_only=mode in ("role", "look"),
        **limits_in(person["limits"]),
    )


def limits_in(found: dict[str, Any]) -> dict[str, Any]:
    """Return the limits of an actor as the gate says them."""
    period = found["period"] or [None, ""]
    return {"order_limit": None if found["order"] is None else Decimal(found["order"]), "period_limit": None if period[0] is None else Decimal(period[0]), "period": period[1]}
