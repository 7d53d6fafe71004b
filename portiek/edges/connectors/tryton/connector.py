"""The connector for Tryton: puts reading and writing behind the contract."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager

from portiek.edges.connectors.contract import (
    Blob,
    Capabilities,
    Change,
    Command,
    CommandCapability,
    ConnectorError,
    External,
    FeedCapability,
    Health,
    HttpClient,
    Page,
    Price,
    PriceLine,
    Result,
)
from portiek.edges.connectors.tryton.client import (
    TrytonClient,
    TrytonDenied,
    TrytonFault,
    TrytonRefused,
    TrytonUnavailable,
    as_connector_error,
)
from portiek.edges.connectors.tryton.feeds import FEEDS, Feed
from portiek.edges.connectors.tryton.lookups import Lookups
from portiek.edges.connectors.tryton.options import TrytonOptions
from portiek.edges.connectors.tryton.pricing import erp_prices
from portiek.edges.connectors.tryton.products import image_of
from portiek.edges.connectors.tryton.pulling import Clock, Puller
from portiek.edges.connectors.tryton.pushing import Pusher

PAGE_SIZE = 500
SERIES = ("8.0", "8.2")
# clocks further apart than this make "as of" misleading
MAX_SKEW = 120.0
MEDIA_TYPES = {"pdf": "application/pdf", "odt": "application/vnd.oasis.opendocument.text", "html": "text/html"}


def _utc_now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


class TrytonConnector:
    """One Tryton database.

    Holds a session and nothing else: it may be made anew for every job. Not for use by two threads at once.
    """

    options_schema = TrytonOptions

    def __init__(self, options: TrytonOptions, http: HttpClient, *, now: Clock = _utc_now) -> None:
        self.options = options
        self.now = now
        self.client = TrytonClient(options, http)
        self._puller = Puller(self.client, now)
        self._pusher = Pusher(self.client, self._puller)

    def capabilities(self) -> Capabilities:
        """Say what this connector offers; needs no connection."""
        return Capabilities(
            feeds={
                name: FeedCapability("time", False, PAGE_SIZE, feed.full_every_hours) for name, feed in FEEDS.items()
            },
            commands={
                "create_order": CommandCapability(supports_version=False, has_idempotency=False, is_async=False),
                "cancel_order": CommandCapability(supports_version=True, has_idempotency=True, is_async=False),
                "set_account": CommandCapability(supports_version=False, has_idempotency=False, is_async=False),
                "change_party": CommandCapability(supports_version=True, has_idempotency=False, is_async=False),
            },
            documents={"invoice": ("pdf", "ubl"), "product": ("image",)},
        )

    def check(self) -> Health:
        """Connect, log in and read a row of every feed. Never raises for what the ERP answers."""
        version, notes, missing = "", [], []
        try:
            version = self.client.version()
            self.client.login()
            for feed in FEEDS.values():
                for stream in feed.streams:
                    try:
                        self.client.rows(stream.model, [("id", "<", 0)], stream.fields, None, 1)
                    except TrytonRefused as error:
                        missing.append(f"{stream.model}: {error.text}")
            if not self.client.model("ir.model.access.get_access", ["sale.sale"])["sale.sale"]["create"]:
                missing.append("sale.sale: create")
            skew = self._skew()
            newest_first = [("last_modified_at", "DESC")]
            newest = [] if missing else self.client.rows("sale.sale", [], ["last_modified_at"], newest_first, 1)
            clock = self._puller.server_clock()
            if newest and clock and newest[0]["last_modified_at"] > clock + dt.timedelta(minutes=5):
                notes.append(
                    f"stamps lie ahead of the server's clock: is its time zone really {self.options.time_zone}?"
                )
            if not missing and not Lookups(self.client).kinds:
                notes.append("no party category of the ERP is mapped to a kind: no party will be read")
        except (TrytonUnavailable, TrytonDenied, TrytonRefused, TrytonFault) as error:
            return Health(False, version, None, notes=(str(error),))
        if version not in SERIES:
            notes.append(f"tested with {' and '.join(SERIES[-1:])}, this is {version}")
        if skew is not None and abs(skew) > MAX_SKEW:
            notes.append(f"the clocks are {skew:.0f} s apart")
        return Health(not missing, version, skew, tuple(dict.fromkeys(missing)), tuple(notes))

    def pull(self, entity: str, cursor: str | None, limit: int = PAGE_SIZE) -> Page:
        """Read the next page of a feed; `cursor` None starts a first load.

        Raises ConnectorError, ValueError on a strange cursor.
        """
        with _as_contract():
            return self._puller.pull(_feed(entity), cursor, limit)

    def keys(self, entity: str, after: str | None, limit: int = PAGE_SIZE) -> list[str]:
        """Return external ids above `after` in the ERP's order; empty: the end. Raises ConnectorError."""
        with _as_contract():
            return self._puller.keys(_feed(entity), after, limit)

    def fetch(self, entity: str, external_id: str) -> Change:
        """Read one record now; `data` None: gone. Raises ConnectorError."""
        with _as_contract():
            return self._puller.fetch(_feed(entity).entity, external_id)

    def document(self, entity: str, external_id: str, kind: str) -> Blob:
        """Fetch the PDF or UBL of an invoice, or a product's picture.

        Raises ConnectorError, code "gone" when there is none.
        """
        with _as_contract():
            match entity, kind:
                case "invoice", "pdf":
                    extension, content, _, name = self.client.call(
                        "report.account.invoice.execute", [int(external_id)], {}
                    )
                    media = MEDIA_TYPES.get(extension, "application/octet-stream")
                    return Blob(bytes(content), media, f"{_file_name(str(name))}.{extension}")
                case "invoice", "ubl":
                    content = self.client.model("edocument.ubl.invoice.render", int(external_id), "2")
                    return Blob(bytes(content), "application/xml", f"{external_id}.xml")
                case "product", "image":
                    return self._image(int(external_id))
        raise ConnectorError(f"no {kind} of {entity}", code="unsupported")

    def price(self, party: str, lines: list[PriceLine], day: dt.date) -> list[Price]:
        """Ask the ERP's own price, net per sales unit. Raises ConnectorError."""
        with _as_contract():
            lookups = Lookups(self.client)
            row = self.client.model("party.party.read", [int(party)], ["sale_price_list"])[0]
            price_list = row["sale_price_list"] or lookups.default_price_list
            found = {}
            for quantity in {line.quantity for line in lines}:
                products = [int(line.product) for line in lines if line.quantity == quantity]
                for id_, price in erp_prices(lookups, price_list, products, quantity, day).items():
                    found[str(id_), quantity] = price
            return [Price(line.product, line.quantity, found.get((line.product, line.quantity))) for line in lines]

    def find(self, command: Command) -> External | None:
        """Return what an earlier try of the command left in the ERP.

        Raises ConnectorError, ValueError on a bad payload.
        """
        with _as_contract():
            return self._pusher.find(command)

    def push(self, command: Command) -> Result:
        """Apply a command, going on from where an earlier try ended. Never raises for what the ERP answers."""
        return self._pusher.push(command)

    def _skew(self) -> float | None:
        clock = self._puller.server_clock()
        if clock is None:
            return None
        zone = Lookups(self.client).zone
        return clock.replace(tzinfo=zone).timestamp() - self.now().timestamp()

    def _image(self, product: int) -> Blob:
        template = self.client.read("product.product", [product], ["template", "active"])
        if product not in template:
            raise ConnectorError("no such product", code="gone")
        order = [("sequence", "ASC NULLS FIRST"), ("id", "ASC")]
        domain = [("template", "=", template[product]["template"])]
        row = image_of(self.client.rows("product.image", domain, ["template", "product"], order), product)
        if row is None:
            raise ConnectorError("no picture", code="gone")
        content = bytes(self.client.model("product.image.read", [row["id"]], ["image"])[0]["image"])
        kind = "png" if content.startswith(b"\x89PNG") else "jpeg"
        return Blob(content, f"image/{kind}", f"{product}.{kind}")


def _file_name(name: str) -> str:
    return "".join(c if c.isalnum() or c in " -_." else "-" for c in name).strip(" .") or "document"


def _feed(entity: str) -> Feed:
    if entity not in FEEDS:
        raise ConnectorError(f"no feed {entity}", code="unsupported")
    return FEEDS[entity]


@contextmanager
def _as_contract() -> Iterator[None]:
    try:
        yield
    except (TrytonUnavailable, TrytonDenied, TrytonRefused, TrytonFault) as error:
        raise as_connector_error(error) from error
