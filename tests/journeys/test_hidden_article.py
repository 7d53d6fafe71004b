"""An article outside one's assortment cannot be found, counted, ordered or guessed: every door where one names an article answers as if it were nowhere."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from portiek.core.db import scope
from portiek.trade.catalog.models import AssortmentItem, Product, ProductFamily, ProductRelation
from tests.architecture.marks import plain
from tests.architecture.visit import Answer

NAME, SKU, EAN = "Zwartkopplaat 42", "GEHEIM-4242", "8712345042424"
# The same in shape, and nowhere.
NOWHERE = {NAME: "Witstaartplaat 71", SKU: "NERGENS-717", EAN: "8712345071714"}


@pytest.fixture
def hidden(cast: Any) -> Product:
    """An article that others buy: of the family of one that Sanne sees, named by it as its successor, with stock and a price."""
    with scope(cast.sanne, read_only=True):
        seen = Product.objects.filter(is_active=True, list_price__isnull=False).order_by("sku")[0]
    with scope(cast.system):
        family = ProductFamily.objects.create(portal_id=seen.portal_id, code="geheim", name="Platen")
        Product.objects.filter(pk=seen.pk).update(family=family)
        made = Product.objects.create(portal_id=seen.portal_id, external_id="geheim", sku=SKU, name=NAME, ean=EAN, unit_label="stuk", list_price=12, tax_rate=21, category=seen.category, family=family, is_active=True)
        ProductRelation.objects.create(portal_id=seen.portal_id, product=seen, other=made, kind="alternative")
        other = AssortmentItem.objects.filter(portal_id=seen.portal_id).exclude(assortment_id__in=AssortmentItem.objects.filter(product=seen).values("assortment_id")).first()
        if other:
            AssortmentItem.objects.create(portal_id=seen.portal_id, assortment_id=other.assortment_id, product=made)
    return made


def neutral(text: str) -> str:
    """Return a text in which both articles are called the same."""
    for real, nowhere in NOWHERE.items():
        for word in (real, nowhere):
            for form in (word, word.replace(" ", "+"), word.replace(" ", "%20"), re.sub(r"\W", "", word), word.split()[0], *([] if word.isdigit() else [word[:5]])):
                text = re.sub(re.escape(form), "·", text, flags=re.IGNORECASE)
    # Numbers, keys and moments of what was made by asking.
    return re.sub(r"[A-Z]+-\d{4,}-\d+|value=.[\w-]{32}|\d{4}-\d\d-\d\dT[\d:.+Z]+|/paste/[\w-]+|[0-9a-f]{16,}|/order-lists/\d+", "·", text)


def pages(client: Any, code: str, name: str, ean: str) -> Iterator[tuple[str, Answer]]:
    """Name an article wherever a page takes one."""
    ask = lambda method, path, data=None: Answer.of(getattr(client, method)(path, data or {}))  # noqa: E731
    for word in (code, name, ean, name.split()[0].lower(), code[:5]):
        for path in ("/catalog/", "/search/", "/orders/bought/"):
            yield f"{path}?q=", ask("get", path, {"q": word})
        yield "palette", ask("get", "/search/", {"q": word, "palette": "1"})
    yield "detail", ask("get", f"/catalog/p/{code}/")
    yield "compare", ask("get", "/catalog/compare/", {"p": [code, "GP-125-2600"]})
    for path in ("number", "wait"):
        yield path, ask("post", f"/catalog/p/{code}/{path}/", {"number": "EIGEN-1"})
    yield "saved search", ask("post", "/catalog/saved/", {"q": name, "name": "Platen"})
    for typed in (code, ean, code[:5]):
        yield "typed", Answer.of(client.get("/orders/cart/quick/", {"product": typed, "quantity": "5"}, headers={"HX-Request": "true"}))
    for typed in (code, ean):
        yield "cart", ask("post", "/orders/cart/add/", {"product": typed, "quantity": "5"})
        yield "several", ask("post", "/orders/cart/several/", {"product": [typed], "quantity": ["5"]})
        pasted = ask("post", "/orders/cart/paste/", {"text": f"artikel;aantal\n{typed};5\n"})
        yield "pasted", Answer(pasted.status, "", pasted.said, pasted.body, "")
        yield "pasted, its lines", ask("get", pasted.location)
        uploaded = ask("post", "/orders/cart/paste/", {"file": SimpleUploadedFile("lijst.csv", f"artikel;aantal\n{typed};5\n".encode())})
        yield "file, its lines", ask("get", uploaded.location)
    yield "order list", ask("post", "/order-lists/put-on/", {"product": code, "quantity": "5", "name": "Lijst"})
    yield "quote", ask("get", "/quotes/new/", {"product": code})
    yield "quote asked", ask("post", "/quotes/new/", {"what-0": code, "quantity-0": "5", "send": "1"})


def program(machine: Any, code: str, ean: str) -> Iterator[tuple[str, Answer]]:
    """Name an article wherever the API takes one."""
    yield "product", Answer.of(machine.get(f"/products/{code}"))
    for word in (code, ean):
        yield "products", Answer.of(machine.get("/products", q=word))
        yield "prices", Answer.of(machine.post("/prices:lookup", {"lines": [{"sku": word, "quantity": "5"}]}))
        yield "stock", Answer.of(machine.post("/availability:lookup", {"lines": [{"sku": word, "quantity": "5"}]}))
        yield "validate", Answer.of(machine.post("/orders:validate", {"lines": [{"sku": word, "quantity": "5"}]}))
        yield "order", Answer.of(machine.post("/orders", {"lines": [{"sku": word, "quantity": "5"}]}, idempotency_key=f"k-{word}"))
        yield "list", Answer.of(machine.post("/order-lists", {"name": f"Lijst {word}", "lines": [{"sku": word, "quantity": "5"}]}, idempotency_key=f"l-{word}"))
        yield "quote", Answer.of(machine.post("/quotes", {"lines": [{"what": word, "quantity": "5"}]}, idempotency_key=f"q-{word}"))


def compared(found: Iterator[tuple[str, Answer]], nowhere: Iterator[tuple[str, Answer]]) -> list[str]:
    problems, tried = [], 0
    for (label, one), (_label, other) in zip(found, nowhere, strict=True):
        tried += 1
        if one.status >= 500:
            problems.append(f"{label}: {one.status}")
        mine, absent = ((item.status, neutral(item.location), tuple(map(neutral, item.said)), neutral(plain(item.body))) for item in (one, other))
        if mine != absent:
            there = "\n".join(difflib.unified_diff(mine[3].split(), absent[3].split(), n=2, lineterm=""))
            problems.append(f"{label}: {mine[:3]} where nothing is: {absent[:3]}\n{there[:600]}")
    assert tried > 10
    return problems


def test_who_may_see_it_finds_it(cast: Any, client_of: Callable[..., Any], hidden: Product):
    """Else the tests below would prove nothing: staff find it, and its stock and price are there."""
    page = client_of("peter").get("/catalog/", {"q": SKU}).content.decode()
    assert NAME in page
    assert client_of("peter").get(f"/catalog/p/{SKU}/").status_code == 200


def test_no_page_knows_it(client_of: Callable[..., Any], hidden: Product):
    client = client_of("sanne")
    other = [NOWHERE[word] for word in (SKU, NAME, EAN)]
    problems = compared(pages(client, SKU, NAME, EAN), pages(client, *other))
    assert not problems, "\n".join(problems)


def test_no_page_shows_it_beside_another(cast: Any, client_of: Callable[..., Any], hidden: Product):
    """What it belongs to is seen: neither there nor in any list stands a word of it, and it is not among the versions."""
    client = client_of("sanne")
    with scope(cast.sanne, read_only=True):
        seen = Product.objects.select_related("category").get(family__code="geheim")
    for path in (f"/catalog/p/{seen.sku}/", "/catalog/", f"/catalog/?category={seen.category.code}", "/prices/", "/catalog/waiting/"):
        text = client.get(path).content.decode()
        assert not any(word in text for word in NOWHERE), path
    assert "versies" not in plain(client.get(f"/catalog/p/{seen.sku}/").content)


def test_the_api_does_not_know_it(cast: Any, machine_of: Callable[..., Any], hidden: Product):
    machine = machine_of(cast.sanne)
    problems = compared(program(machine, SKU, EAN), program(machine, NOWHERE[SKU], NOWHERE[EAN]))
    assert not problems, "\n".join(problems)
    assert not {NAME, SKU, EAN} & {text for item in machine.get("/products", limit=200).json()["items"] for text in item.values() if isinstance(text, str)}
