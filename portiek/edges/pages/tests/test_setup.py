"""What a portal needs, and how it looks."""

from __future__ import annotations

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from portiek.core.db import scope
from portiek.core.models import FactRow
from portiek.foundation.accounts.cast import Cast, client_of
from portiek.foundation.parties import queries
from portiek.foundation.parties.logo import drawn
from portiek.ui import colour

FIELDS = {"name": "Van Dijk Bouwmaterialen", "colour": "#1d5f8a", "language": "nl", "email": "info@vandijk.example", "phone": "038 1"}


def picture(kind: str = "PNG", size: tuple[int, int] = (900, 300)) -> bytes:
    made = io.BytesIO()
    Image.new("RGB", size, "#aa3322").save(made, kind)
    return made.getvalue()


def test_the_steps_say_what_is_there(cast: Cast) -> None:
    text = client_of("olga").get(reverse("pages:setup")).content.decode()
    assert "Portaal inrichten" in text
    assert "Bouwbedrijf" in text


def test_colour_name_and_tone_are_changed_and_recorded(cast: Cast) -> None:
    answer = client_of("olga").post(reverse("pages:branding"), FIELDS)
    assert answer.status_code == 302
    with scope(cast.olga):
        portal = queries.portal(cast.olga)
        assert (portal.phone, portal.hue) == ("038 1", colour.oklch_of("#1d5f8a")[0])
        assert FactRow.objects.filter(name="parties.portal.changed").count() == 1
    assert f"brand/{portal.hue}-" in client_of("sanne").get("/").content.decode()


def test_a_colour_that_was_not_touched_stays(cast: Cast) -> None:
    with scope(cast.olga):
        before = queries.portal(cast.olga)
    client_of("olga").post(reverse("pages:branding"), {**FIELDS, "colour": colour.hex_of(before.hue, float(before.chroma))})
    with scope(cast.olga):
        after = queries.portal(cast.olga)
    assert (after.hue, after.chroma) == (before.hue, before.chroma)


def test_a_preview_keeps_nothing(cast: Cast) -> None:
    answer = client_of("olga").post(reverse("pages:branding"), {**FIELDS, "preview": "1"})
    assert f"brand/{colour.oklch_of('#1d5f8a')[0]}-" in answer.content.decode()
    with scope(cast.olga):
        assert queries.portal(cast.olga).phone != "038 1"


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_logo_is_drawn_anew_and_shown_to_everyone_of_the_portal(cast: Cast, kind: str) -> None:
    client_of("olga").post(reverse("pages:branding"), {**FIELDS, "logo": SimpleUploadedFile("x.exe", picture(kind))})
    with scope(cast.olga):
        digest = queries.portal(cast.olga).logo
    address = reverse("pages:logo", args=[digest])
    assert address in client_of("sanne").get("/").content.decode()
    answer = client_of(None).get(address)
    assert answer.status_code == 200
    with Image.open(io.BytesIO(answer.content)) as shown:
        assert shown.format == "PNG"
        assert shown.height <= 120
    assert client_of("otto").get(address).status_code == 404
    client_of("olga").post(reverse("pages:branding"), {**FIELDS, "drop_logo": "on"})
    assert client_of(None).get(address).status_code == 404


@pytest.mark.parametrize("content", [b"<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>", b"GIF89a" + bytes(40), b"\x89PNG\r\n\x1a\n" + bytes(60), b"MZ", picture(size=(4000, 3000))[:3000]])
def test_what_is_no_picture_is_refused_and_said(cast: Cast, content: bytes) -> None:
    answer = client_of("olga").post(reverse("pages:branding"), {**FIELDS, "logo": SimpleUploadedFile("logo.png", content)})
    assert answer.status_code == 422
    assert "geen afbeelding" in answer.content.decode()
    with scope(cast.olga):
        assert queries.portal(cast.olga).phone != "038 1"


@pytest.mark.no_database
def test_a_picture_of_too_many_pixels_is_none() -> None:
    assert drawn(picture(size=(4000, 3000))) is None


def test_only_who_manages_the_portal(cast: Cast) -> None:
    for name in ("pages:setup", "pages:branding"):
        assert client_of("fatima").get(reverse(name)).status_code == 403
        assert client_of("sanne").get(reverse(name)).status_code == 404


def test_no_party_and_no_seller_can_write_the_portal(cast: Cast) -> None:
    from django.db import ProgrammingError

    from portiek.foundation.parties.models import Portal

    for actor in (cast.sanne, cast.olga):
        with pytest.raises(ProgrammingError), scope(actor):
            Portal.objects.update(host="evil.example")


@pytest.mark.no_database
def test_a_colour_comes_back_nearly_as_it_was_picked() -> None:
    for hue in range(0, 360, 15):
        picked = colour.hex_of(hue, 0.06, 0.5)
        back, chroma = colour.oklch_of(picked)
        assert min((back - hue) % 360, (hue - back) % 360) <= 2
        assert abs(chroma - 0.06) < 0.004
    assert colour.contrast("#ffffff", "#000000") == pytest.approx(21)
    assert colour.contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
