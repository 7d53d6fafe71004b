"""cXML: a system asks for a visit, a browser comes in once by its address, a cart goes back, and the order comes in as any electronic order."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal
from xml.etree import ElementTree
from xml.sax.saxutils import escape

import pytest
from django.conf import settings
from django.utils import timezone

from portiek.config.testing import run_jobs
from portiek.core.db import scope
from portiek.edges.exchange.models import Message
from portiek.edges.punchout import cxml
from portiek.edges.punchout.models import Visit
from portiek.edges.punchout.tests.test_oci import PLATE, STUD, acting, browser, connect, post, sent, states
from portiek.foundation.notifications.models import Notification
from portiek.trade.orders.models import Order, OrderLine

HOOK = "https://inkoop.bakker.example/cxml/terug"
DOCTYPE = '<!DOCTYPE cXML SYSTEM "http://xml.cxml.org/schemas/cXML/1.2.014/cXML.dtd">'


def envelope(made, body, *, secret=None, doctype=DOCTYPE):
    return (f'<?xml version="1.0" encoding="UTF-8"?>{doctype}<cXML xml:lang="en-US" payloadID="1@buyer" timestamp="2026-11-23T08:36:47+01:00"><Header><From><Credential domain="DUNS"><Identity>65652314</Identity></Credential></From>'
            f'<To><Credential domain="DUNS"><Identity>83528721</Identity></Credential></To><Sender><Credential domain="NetworkId"><Identity>{made[0].login}</Identity><SharedSecret>{escape(made[1] if secret is None else secret)}</SharedSecret></Credential>'
            f"<UserAgent>Buyer</UserAgent></Sender></Header><Request>{body}</Request></cXML>").encode()


def setup(operation="create", hook=HOOK, more=""):
    return f'<PunchOutSetupRequest operation="{operation}"><BuyerCookie>koekje&amp;1</BuyerCookie><Extrinsic name="UserEmail">x@bakker.example</Extrinsic><BrowserFormPost><URL>{escape(hook)}</URL></BrowserFormPost>{more}</PunchOutSetupRequest>'


def order(lines, *, number="4500012345", kind="new", currency="EUR"):
    items = "".join(f'<ItemOut quantity="{quantity}" lineNumber="{place}"><ItemID><SupplierPartID>{sku}</SupplierPartID><SupplierPartAuxiliaryID>x/1</SupplierPartAuxiliaryID></ItemID><ItemDetail><UnitPrice><Money currency="{currency}">{price}</Money></UnitPrice>'
                    f'<Description xml:lang="nl">Artikel {place}</Description><UnitOfMeasure>{unit}</UnitOfMeasure></ItemDetail></ItemOut>' for place, (sku, quantity, price, unit) in enumerate(lines, 1))
    return f'<OrderRequest><OrderRequestHeader orderID="{number}" orderDate="2026-11-23T09:00:00+01:00" type="{kind}"><Total><Money currency="{currency}">1</Money></Total><Comments>Bellen</Comments></OrderRequestHeader>{items}</OrderRequest>'


def send(content, client=None, host="localhost"):
    answer = (client or browser(host)).post("/punchout/cxml/", content, content_type="text/xml")
    root = cxml.parse(answer.content, doctype="cXML")
    return answer, root.find("Response/Status").get("code"), (root.find("Response/Status").text or ""), root.findtext("Response/PunchOutSetupResponse/StartPage/URL")


def path_of(url):
    return "/" + url.split("/", 3)[3]


def come_in(url):
    client, path = browser(), path_of(url)
    return client, client.post(path, {"csrfmiddlewaretoken": re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', client.get(path).content.decode())[1]})


def test_a_visit_is_asked_for_a_cart_goes_back_and_its_order_comes_in_once(cast):
    made = connect(cast, kind="cxml")
    answer, code, _said, url = send(envelope(made, setup()))
    assert (answer.status_code, code) == (200, "200") and url.startswith("http://localhost") and states(cast) == [("asked", "")]
    client, entered = come_in(url)
    assert (entered.status_code, entered["Location"]) == (302, "/catalog/") and acting(client).shops
    post(client, "/orders/cart/add/", product=PLATE, quantity="60")
    post(client, "/orders/cart/add/", product=STUD, quantity="24")
    back = post(client, "/punchout/return/")
    assert "form-action https://inkoop.bakker.example;" in back["Content-Security-Policy"]
    root = cxml.parse(sent(back)["cxml-urlencoded"].encode(), doctype="cXML")
    message = root.find("Message/PunchOutOrderMessage")
    assert message.findtext("BuyerCookie") == "koekje&1" and root.findtext("Header/To/Credential/Identity") == "65652314" and made[1] not in sent(back)["cxml-urlencoded"]
    items = message.findall("ItemIn")
    lines = [(item.findtext("ItemID/SupplierPartID"), item.get("quantity"), item.findtext("ItemDetail/UnitPrice/Money"), item.findtext("ItemDetail/UnitOfMeasure")) for item in items]
    assert [(sku, Decimal(quantity)) for sku, quantity, _price, _unit in lines] == [(PLATE, 60), (STUD, 24)]
    total = sum(Decimal(quantity) * Decimal(price) for _sku, quantity, price, _unit in lines)
    assert Decimal(message.findtext("PunchOutOrderMessageHeader/Total/Money")) == round(total, 2)
    # What went back is what is ordered: nobody has to agree to anything.
    first = send(envelope(made, order(lines)))
    assert first[1] == "200", first[2]
    assert send(envelope(made, order(lines)))[1] == "200"
    other = send(envelope(made, order([(PLATE, "120", lines[0][2], "C62")])))
    assert other[1] == "406" and other[2]
    run_jobs()
    with scope(cast.sanne):
        placed = Order.objects.get(reference="4500012345")
        assert [(line.sku, line.quantity, line.price) for line in OrderLine.objects.filter(order=placed).order_by("position")] == [(PLATE, 60, Decimal(lines[0][2])), (STUD, 24, Decimal(lines[1][2]))]
        assert placed.note.startswith("Bellen") and Message.objects.get(order=placed).channel == "system"
        assert Visit.objects.get().order_id == placed.pk


def test_an_order_at_another_price_waits_and_somebody_is_told(cast):
    made = connect(cast, kind="cxml")
    _answer, code, said, _url = send(envelope(made, order([(PLATE, "60", "0.01", "C62")])))
    assert code == "201" and said
    run_jobs()
    with scope(cast.system):
        assert not Order.objects.filter(reference="4500012345").exists() and Notification.objects.filter(user_id=made[0].user_id, kind="exchange.waits").exists()


def test_the_address_is_good_once_and_for_a_short_time(cast):
    made = connect(cast, kind="cxml")
    url = send(envelope(made, setup()))[3]
    client, entered = come_in(url)
    assert entered.status_code == 302 and acting(client).shops
    again, refused = come_in(url)
    assert refused.status_code == 404 and settings.SESSION_COOKIE not in again.cookies and "voorbij" in refused.content.decode()
    url = send(envelope(made, setup()))[3]
    assert browser("brand.localhost").get(path_of(url)).status_code == 200  # looking opens nothing, and tells nothing
    with scope(cast.system):
        Visit.objects.filter(state="asked").update(at=timezone.now() - timedelta(minutes=11))
    assert come_in(url)[1].status_code == 404 and come_in("http://localhost/punchout/start/geraden/")[1].status_code == 404


def test_without_our_own_form_nobody_comes_in(cast):
    url = send(envelope(connect(cast, kind="cxml"), setup()))[3]
    assert browser().post(path_of(url)).status_code == 403 and states(cast) == [("asked", "")]


def test_a_cart_is_changed_again(cast):
    made = connect(cast, kind="cxml")
    more = f'<ItemOut quantity="60"><ItemID><SupplierPartID>{PLATE}</SupplierPartID></ItemID></ItemOut><ItemOut quantity="1"><ItemID><SupplierPartID>weg</SupplierPartID></ItemID></ItemOut>'
    client, entered = come_in(send(envelope(made, setup("edit", more=more)))[3])
    page = client.get(entered["Location"]).content.decode()
    assert entered["Location"] == "/orders/cart/" and PLATE in page and "1 regel van uw winkelwagen" in page


@pytest.mark.parametrize("hook", ["https://evil.example/", "http://inkoop.bakker.example/", "javascript:alert(1)"])
def test_another_address_to_go_back_to_is_refused(cast, hook):
    answer, code, said, url = send(envelope(connect(cast, kind="cxml"), setup(hook=hook)))
    assert (answer.status_code, code, url) == (200, "403", None) and said and states(cast) == [("refused", "punchout.return")]


def test_a_wrong_secret_and_a_system_of_another_kind_or_portal_are_refused(cast):
    made, oci = connect(cast, kind="cxml"), connect(cast)
    assert send(envelope(made, setup(), secret="fout"))[1] == "401" and send(envelope(oci, setup()))[1] == "401" and send(envelope(made, setup()), host="brand.localhost")[1] == "401"
    assert send(envelope(made, order([(PLATE, "60", "1", "C62")]), secret=""))[1] == "401" and states(cast) == []


LAUGHS = '<!DOCTYPE cXML [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'


@pytest.mark.parametrize(("content", "status"), [
    (b"", 400), (b"geen XML", 400), (b"\xff\xfe\x00", 400), (b"{}", 400), (b"<cXML/>", 400), (b"<cXML><Header/><Request/></cXML>", 400), (b"<Order/>", 400), (b"<a>" * 5000, 400),
])  # fmt: skip
def test_rubbish_is_refused_in_words(cast, content, status):
    answer, code, said, _url = send(content)
    assert (answer.status_code, code) == (status, "400") and said


@pytest.mark.parametrize("doctype", [LAUGHS, '<!DOCTYPE cXML [<!ENTITY a SYSTEM "file:///etc/passwd">]>', '<!DOCTYPE cXML SYSTEM "x" [<!ENTITY % p SYSTEM "http://127.0.0.1:1/"> %p;]>', '<!DOCTYPE html>'])
def test_a_doctype_that_declares_anything_is_refused(cast, doctype):
    made = connect(cast, kind="cxml")
    assert send(envelope(made, setup(), doctype=doctype))[1] == "400" and states(cast) == []


def test_an_entity_of_the_file_that_is_not_fetched_is_refused(cast):
    made = connect(cast, kind="cxml")
    assert send(envelope(made, setup().replace("koekje", "&vreemd;")))[1] == "400"


@pytest.mark.parametrize("body", [order([]), order([(PLATE, "veel", "1", "C62")]), order([(PLATE, "60", "1", "C62")], kind="delete"), order([(PLATE, "60", "1", "C62")], number=" ")])
def test_an_order_that_lacks_something_is_refused(cast, body):
    answer, code, said, _url = send(envelope(connect(cast, kind="cxml"), body))
    assert (answer.status_code, code) == (200, "400") and said
    with scope(cast.sanne):
        assert not Message.objects.filter(channel="system").exists()


def test_another_request_is_not_answered(cast):
    assert send(envelope(connect(cast, kind="cxml"), "<ProfileRequest/>"))[1] == "501"


def test_an_answer_is_cxml():
    root = ElementTree.fromstring(cxml.write_status(200, "OK", "a & <b>", payload="1", now=timezone.now(), start="https://x.example/"))
    assert root.tag == "cXML" and root.find("Response/Status").text == "a & <b>" and root.get("payloadID") == "1"
