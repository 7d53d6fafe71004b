"""Pictures of products from the ERP: fetched after the records, once for each, and only where the ERP has them."""

from __future__ import annotations

import dataclasses
import io

import pytest
from PIL import Image

from portiek.core.db import scope
from portiek.edges.connectors import actions, contract
from portiek.edges.connectors.demo.connector import DemoConnector
from portiek.edges.connectors.pictures import fetch_pictures
from portiek.edges.connectors.sessions import open_session
from portiek.trade.catalog.models import Product, ProductPicture

SKU = "GP-125-3000"


@pytest.fixture
def erp(world, monkeypatch):
    """The demo's ERP, with pictures: what it has by product, and what it was asked for."""
    made = io.BytesIO()
    Image.new("RGB", (400, 300), "red").save(made, "PNG")
    has, asked = {"content": made.getvalue()}, []
    offers = DemoConnector.capabilities

    def document(_self, entity, external_id, kind):
        asked.append((entity, external_id, kind))
        if isinstance(has["content"], Exception):
            raise has["content"]
        return contract.Blob(has["content"], "image/png", f"{external_id}.png")

    monkeypatch.setattr(DemoConnector, "document", document)
    monkeypatch.setattr(DemoConnector, "capabilities", lambda self: dataclasses.replace(offers(self), documents={"product": ("image",)}))
    return has, asked


def says(world, marker: str | None) -> None:
    """Let the ERP have another picture, and the portal hear of it."""
    record = next(item for item in world.store.all(contract.ProductRecord, "product") if item.sku == SKU)
    world.store.put("product", record.external_id, dataclasses.replace(record, image=marker))
    world.run()


def shown(world) -> str:
    with scope(world.actor):
        return Product.objects.get(portal_id=world.actor.portal_id, sku=SKU).picture


def test_a_picture_of_the_erp_is_fetched_once_and_goes_when_it_is_gone(world, erp):
    says(world, "1:a")
    first = shown(world)
    assert first and len(erp[1]) == 1
    world.run()
    assert len(erp[1]) == 1, "what is here is not asked for again"
    made = io.BytesIO()
    Image.new("RGB", (400, 300), "blue").save(made, "PNG")
    erp[0]["content"] = made.getvalue()
    says(world, "1:b")
    assert shown(world) not in ("", first) and len(erp[1]) == 2
    says(world, None)
    assert shown(world) == "" and len(erp[1]) == 2


@pytest.mark.parametrize("content", [b"no picture", contract.ConnectorError("gone", code="gone")])
def test_what_cannot_be_had_is_asked_for_once(world, erp, content):
    erp[0]["content"] = content
    says(world, "1:a")
    world.run()
    assert shown(world) == "" and len(erp[1]) == 1


def test_an_erp_that_does_not_answer_is_asked_again(world, erp):
    good, erp[0]["content"] = erp[0]["content"], contract.ConnectorError("down", code="unavailable", after=1.0)
    says(world, "1:a")
    assert shown(world) == ""
    erp[0]["content"] = good
    assert fetch_pictures(open_session(world.actor, world.connection, "vandijk")) == 1
    assert shown(world)


def test_no_picture_is_fetched_while_the_products_are_paused(world, erp, cast):
    good, erp[0]["content"] = erp[0]["content"], contract.ConnectorError("down", code="unavailable", after=1.0)
    says(world, "1:a")
    erp[0]["content"] = good
    session = open_session(world.actor, world.connection, "vandijk")
    with scope(cast.olga):
        actions.pause(cast.olga, connection=world.connection, entity="product")
    assert fetch_pictures(session) == 0
    with scope(cast.olga):
        actions.resume(cast.olga, connection=world.connection, entity="product")
    assert fetch_pictures(session) == 1


def test_an_erp_without_pictures_is_not_asked(world):
    with scope(world.actor):
        product = Product.objects.get(portal_id=world.actor.portal_id, sku=SKU)
        ProductPicture.objects.create(portal_id=world.actor.portal_id, product=product, origin="erp", wanted="1:a")
    assert fetch_pictures(open_session(world.actor, world.connection, "vandijk")) == 0
