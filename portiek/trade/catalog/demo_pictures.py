"""Pictures for the demo, drawn here: plain shapes in the colours of what they stand for."""

from __future__ import annotations

import io
from collections.abc import Callable

from PIL import Image, ImageDraw

from portiek.core.actor import Actor
from portiek.trade.catalog import actions
from portiek.trade.catalog.models import Product

WIDTH, HEIGHT = 640, 480
Draw = Callable[[ImageDraw.ImageDraw, str], None]


def _boards(to: ImageDraw.ImageDraw, colour: str) -> None:
    for step in range(4):
        left, top = 110 + step * 34, 90 + step * 22
        to.polygon([(left, top), (left + 290, top), (left + 330, top + 260), (left + 40, top + 260)], fill=colour, outline="#5c5c5c", width=3)


def _profile(to: ImageDraw.ImageDraw, colour: str) -> None:
    to.polygon([(90, 330), (470, 90), (550, 120), (170, 380)], fill=colour, outline="#4d4d4d", width=3)
    to.polygon([(90, 330), (170, 380), (170, 430), (90, 385)], fill="#f2f2f2", outline="#4d4d4d", width=3)


def _roll(to: ImageDraw.ImageDraw, colour: str) -> None:
    to.rectangle((150, 140, 470, 360), fill=colour, outline="#6b5a1e", width=3)
    to.ellipse((410, 140, 530, 360), fill=colour, outline="#6b5a1e", width=3)
    to.ellipse((450, 210, 490, 290), fill="#ffffff", outline="#6b5a1e", width=3)


def _screw(to: ImageDraw.ImageDraw, colour: str) -> None:
    to.polygon([(150, 200), (190, 200), (190, 280), (150, 280)], fill=colour, outline="#222222", width=3)
    to.polygon([(190, 222), (500, 232), (550, 240), (500, 248), (190, 258)], fill=colour, outline="#222222", width=3)
    for left in range(220, 500, 28):
        to.line((left, 214, left + 14, 266), fill="#222222", width=5)


def _can(to: ImageDraw.ImageDraw, colour: str) -> None:
    to.rounded_rectangle((250, 120, 390, 430), 18, fill=colour, outline="#333333", width=3)
    to.rectangle((290, 70, 350, 120), fill="#d9d9d9", outline="#333333", width=3)
    to.rectangle((250, 220, 390, 310), fill="#ffffff")


def _stones(to: ImageDraw.ImageDraw, colour: str) -> None:
    for row in range(4):
        for place in range(3):
            left, top = 80 + place * 165 + (row % 2) * 60, 110 + row * 70
            to.rectangle((left, top, left + 155, top + 60), fill=colour, outline="#54251c", width=3)


# Article number: shape and colour.
PICTURES: dict[str, tuple[Draw, str]] = {
    "GP-125-2600": (_boards, "#d8d5cf"), "GPI-125-2600": (_boards, "#b8d3b4"), "MS-C75-26": (_profile, "#b9bec4"), "GW-75-81": (_roll, "#e8c95a"), "SS-3535": (_screw, "#3b3b3f"), "PU-750": (_can, "#e07b2f"), "BS-WF-R": (_stones, "#b0533f"), "VH-44-69": (_profile, "#e2bd86"),
    "KZ-9016": (_profile, "#f4f5f2"), "BT-KB-15": (_profile, "#c4744a"), "BT-XMVK": (_roll, "#9a9fa5"),
}  # fmt: skip


def show_pictures(actor: Actor) -> None:
    """Give some products a picture."""
    for product in Product.objects.filter(portal_id=actor.portal_id, sku__in=PICTURES).order_by("pk"):
        shape, colour = PICTURES[product.sku]
        picture, made = Image.new("RGB", (WIDTH, HEIGHT), "#ffffff"), io.BytesIO()
        shape(ImageDraw.Draw(picture), colour)
        picture.save(made, "PNG")
        actions.set_picture(actor, product=product, content=made.getvalue())
