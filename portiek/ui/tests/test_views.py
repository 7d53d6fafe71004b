"""The gallery in the portal's own template environment, and the style sheet of a colour."""

from __future__ import annotations

import pytest
from django.template import engines
from django.test import RequestFactory
from django.urls import reverse

from portiek.ui import catalogue, preview, samples, views
from portiek.ui.preview import data

pytestmark = pytest.mark.no_database


def test_the_gallery_renders_in_the_portals_environment() -> None:
    environment = engines["jinja2"].env  # type: ignore[attr-defined]
    context = {
        **samples.page(environment),
        "shell": data.shell("staff", "Werkbak"),
        "csrf_input": "",
        "csrf_token": "x",
    }
    html = environment.get_template("ui/gallery.html").render(context)
    for component in catalogue.components():
        assert f"<code>ui.{component.name}</code>" in html
    assert len(preview.PAGES) > 3


def test_the_colour_of_a_portal_may_be_kept_for_ever() -> None:
    address = reverse("ui:brand", args=[158, 85])
    answer = views.brand_sheet.__wrapped__(RequestFactory().get(address), 158, 85)  # type: ignore[attr-defined]
    assert answer.content == b":root{--brand-h:158;--brand-c:0.085}\n"
    assert "immutable" in answer["Cache-Control"]
    assert address == "/ui/brand/158-85.css"
