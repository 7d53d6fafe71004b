"""Pictures of products: brought in by staff, of a catalogue, of the ERP; seen by who sees the product and by nobody else."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from portiek.core.db import scope
from portiek.core.errors import Forbidden, NotFound, Refused
from portiek.trade.catalog import actions, queries
from portiek.trade.catalog.models import Product, ProductPicture
from portiek.trade.catalog.picture import LARGE, SMALL, drawn
from portiek.trade.catalog.records import PictureRecord

SKU, BARE = "GP-125-2600", "GP-125-3000"


def picture(colour: str = "red", kind: str = "PNG", size: tuple[int, int] = (1600, 1200), **more: object) -> bytes:
    made = io.BytesIO()
    Image.new("RGB", size, colour).save(made, kind, **more)
    return made.getvalue()


def upload(content: bytes, name: str = "foto.png") -> dict:
    return {"picture": SimpleUploadedFile(name, content)}


def shown(cast, sku: str = SKU) -> str:
    with scope(cast.system):
        return Product.objects.get(portal_id=cast.system.portal_id, sku=sku).picture


def test_what_is_drawn_is_small_and_carries_nothing_along():
    place = Image.Exif()
    place[0x010E] = "Parkweg 12, thuis"
    made = drawn(picture(kind="JPEG", exif=place))
    assert made
    for content, most in ((made.large, LARGE), (made.small, SMALL)):
        with Image.open(io.BytesIO(content)) as found:
            assert (found.format, max(found.size)) == ("WEBP", most)
            assert not found.getexif() and b"Parkweg" not in content


def test_a_picture_lies_as_its_camera_held_it():
    turned = Image.Exif()
    turned[0x0112] = 6
    made = drawn(picture(kind="JPEG", exif=turned))
    assert made
    with Image.open(io.BytesIO(made.large)) as found:
        assert found.height > found.width


@pytest.mark.parametrize("content", [b"", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"%PDF-1.7", b"\x89PNG\r\n\x1a\n" + b"0" * 50, picture()[:300]])
def test_what_is_no_picture_is_not_drawn(content):
    assert drawn(content) is None


def test_a_bomb_is_not_unpacked():
    bomb = io.BytesIO()
    Image.new("1", (9000, 9000)).save(bomb, "PNG")
    assert drawn(bomb.getvalue()) is None


def test_staff_bring_a_picture_in_and_take_it_away(client_of, cast):
    olga, sanne = client_of("olga"), client_of("sanne")
    assert olga.post(f"/catalog/p/{BARE}/picture/", upload(picture())).status_code == 302
    digest = shown(cast, BARE)
    page = sanne.get(f"/catalog/p/{BARE}/").content.decode()
    assert f'src="/catalog/pictures/{digest}.webp" alt="Gipsplaat AK 12,5 mm, 1200 × 3000"' in page
    assert f"/catalog/pictures/{digest}/small.webp" in sanne.get("/catalog/?q=gipsplaat").content.decode()
    assert f"/catalog/pictures/{digest}/small.webp" in sanne.get(f"/catalog/compare/?p={BARE}").content.decode()
    assert olga.post(f"/catalog/p/{BARE}/picture/remove/").status_code == 302
    assert not shown(cast, BARE) and sanne.get(f"/catalog/pictures/{digest}.webp").status_code == 404
    assert "met de hand is ingebracht" in olga.get(olga.post(f"/catalog/p/{BARE}/picture/remove/").url).content.decode()


@pytest.mark.parametrize("given", [{}, {"picture": ""}, upload(b"no picture"), upload(b"")])
def test_rubbish_is_refused_in_words(client_of, given):
    answer = client_of("olga").post(f"/catalog/p/{BARE}/picture/", given)
    assert answer.status_code == 422 and "error" in answer.content.decode()


def test_who_does_not_see_the_product_has_no_picture_of_it(client_of, cast):
    with scope(cast.olga):
        actions.set_picture(cast.olga, product=Product.objects.get(sku="BS-WF-R"), content=picture("orange"))
    digest = shown(cast, "BS-WF-R")
    for path in (f"/catalog/pictures/{digest}.webp", f"/catalog/pictures/{digest}/small.webp"):
        answer = client_of("sanne").get(path)
        assert answer.status_code == 200 and answer["Content-Type"] == "image/webp" and answer["Cache-Control"].startswith("private")
        with Image.open(io.BytesIO(answer.content)) as found:
            assert found.format == "WEBP"
        # Els is a person, who does not see bricks; Otto is of another portal; the last one is nobody.
        assert client_of("els").get(path).status_code == client_of("otto").get(path).status_code == 404
        assert client_of("sanne").get(path.replace(digest, "0" * 16)).status_code == 404
        assert client_of(None).get(path).status_code in (302, 404)
    with scope(cast.els):
        assert not ProductPicture.objects.filter(digest=digest).exists()


def test_a_customer_brings_none_in(client_of, cast):
    for end in ("picture/", "picture/remove/"):
        assert client_of("sanne").post(f"/catalog/p/{SKU}/{end}", upload(picture())).status_code in (403, 404)
    with scope(cast.sanne), pytest.raises(Forbidden):
        actions.set_picture(cast.sanne, product=Product.objects.get(sku=SKU), content=picture())


def test_what_staff_bring_in_goes_before_a_catalogue_and_that_before_the_erp(cast):
    with scope(cast.system):
        product = Product.objects.get(portal_id=cast.system.portal_id, sku=BARE)
        actions.apply_pictures(cast.system, records=[PictureRecord(str(product.external_id), "7:1")])
        row = ProductPicture.objects.get(product=product)
        actions.keep_fetched_picture(cast.system, key=row.pk, marker="7:1", content=picture("blue"))
        assert (blue := shown(cast, BARE))
        actions.take_picture(cast.system, product_id=product.pk, content=picture("green"), marker="g")
        assert (green := shown(cast, BARE)) != blue
        actions.set_picture(cast.system, product=product, content=picture("red"))
        assert shown(cast, BARE) not in (blue, green)
        actions.remove_picture(cast.system, product=product)
        assert shown(cast, BARE) == green
        actions.take_picture(cast.system, product_id=product.pk, content=b"", marker="")
        assert shown(cast, BARE) == blue
        actions.apply_pictures(cast.system, records=[PictureRecord(str(product.external_id), "")])
        assert shown(cast, BARE) == ""


def test_the_same_picture_of_the_erp_is_asked_for_once(cast):
    with scope(cast.system):
        product = Product.objects.get(portal_id=cast.system.portal_id, sku=BARE)
        key = str(product.external_id)

        def wanted(marker: str) -> str:
            actions.apply_pictures(cast.system, records=[PictureRecord(key, marker)])
            return ProductPicture.objects.get(product=product).wanted

        assert wanted("7:1") == "7:1"
        row = ProductPicture.objects.get(product=product)
        actions.keep_fetched_picture(cast.system, key=row.pk, marker="7:1", content=b"broken")
        assert not shown(cast, BARE) and wanted("7:1") == "" and wanted("7:2") == "7:2"
        # What was asked before the ERP had another one is not taken for that one.
        actions.keep_fetched_picture(cast.system, key=row.pk, marker="7:1", content=picture())
        assert not shown(cast, BARE)
        assert [item.code for item in actions.apply_pictures(cast.system, records=[PictureRecord("gone", "1")]).problems] == ["unknown_product"]
    with scope(cast.olga), pytest.raises(NotFound):
        actions.keep_fetched_picture(cast.olga, key=row.pk, marker="7:2", content=picture())


def test_a_refusal_leaves_the_picture_that_is_there(cast):
    with scope(cast.olga), pytest.raises(Refused):
        actions.set_picture(cast.olga, product=Product.objects.get(sku=SKU), content=b"GIF89a")
    assert shown(cast)


def test_a_family_takes_the_first_of_its_versions(cast, client_of):
    with scope(cast.sanne):
        family = Product.objects.get(sku="KZ-9016").family_id
        assert queries.pictures_of_families(cast.sanne, [family]) == {family: shown(cast, "KZ-9016")}
    assert f"/catalog/pictures/{shown(cast, 'KZ-9016')}/small.webp" in client_of("sanne").get("/catalog/?q=kozijnprofiel").content.decode()


def test_a_program_fetches_the_picture(cast, machine_of):
    with scope(cast.olga):
        actions.set_picture(cast.olga, product=Product.objects.get(sku="BS-WF-R"), content=picture("orange"))
    sanne = machine_of(cast.sanne)
    assert sanne.get("/products/BS-WF-R").json()["picture"] == shown(cast, "BS-WF-R") and sanne.get(f"/products/{BARE}").json()["picture"] == ""
    answer = sanne.get("/products/BS-WF-R/picture")
    with Image.open(io.BytesIO(b"".join(answer.streaming_content) if answer.streaming else answer.content)) as found:
        assert answer["Content-Type"] == "image/webp" and found.format == "WEBP"
    assert sanne.get(f"/products/{BARE}/picture").status_code == machine_of(cast.els).get("/products/BS-WF-R/picture").status_code == 404


@pytest.mark.parametrize("mode", ["P", "L", "LA", "1", "CMYK", "RGBA"])
def test_whatever_its_colours_a_picture_is_drawn(mode):
    made = io.BytesIO()
    Image.new("RGB" if mode == "P" else mode, (1200, 800)).convert(mode).save(made, "JPEG" if mode == "CMYK" else "PNG")
    found = drawn(made.getvalue())
    assert found and len(found.digest) == 16


def test_the_cart_shows_it(client_of, cast):
    sanne = client_of("sanne")
    sanne.post(reverse("orders:cart_add"), {"product": SKU, "quantity": "1"})
    assert f'<img src="/catalog/pictures/{shown(cast)}/small.webp" alt="" loading="lazy" width="52" height="52">' in sanne.get(reverse("orders:cart")).content.decode()
