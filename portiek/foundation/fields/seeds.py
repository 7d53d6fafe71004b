"""Fields of the cast, in the demo alone: what Van Dijk keeps of its relations, its products and its orders. The products and orders themselves are filled in by who makes them."""

from __future__ import annotations

from portiek.core.db import scope
from portiek.foundation.accounts.cast import Cast
from portiek.foundation.fields import actions
from portiek.foundation.fields.parties import PARTY
from portiek.foundation.fields.subjects import named
from portiek.foundation.parties.models import Party

REGIONS = ("Noord", "Oost", "West", "Zuid")
FIELDS = (
    ("party", "Regio", "choice", "staff", {"label_en": "Region", "choices": REGIONS}),
    ("party", "Evaluatiegesprek", "date", "staff", {"label_en": "Review meeting", "help": "Wanneer wij de samenwerking bespreken"}),
    ("party", "Vaste losplaats", "text", "fill", {"label_en": "Fixed unloading place", "help": "Waar stopt de chauffeur?", "help_en": "Where does the driver stop?"}),
    ("party", "Klantenkaart", "text", "see", {"label_en": "Customer card"}),
    ("product", "Montagefilm", "url", "see", {"label_en": "Installation film"}),
    ("product", "Folderactie", "yes_no", "staff", {"label_en": "In the folder"}),
    ("order", "Meldnummer bij de poort", "text", "fill", {"label_en": "Gate number", "help": "Als de chauffeur zich op de bouw moet melden", "help_en": "If the driver has to report at the site"}),
    ("order", "Bellen voor aankomst", "yes_no", "fill", {"label_en": "Call before arrival"}),
    ("order", "Ritplanning", "choice", "staff", {"label_en": "Route", "choices": ("Ochtend", "Middag", "Avondrit")}),
)


def seed(size: str) -> None:
    """Let Olga make fields, Peter fill in relations, and Sanne what is asked of her."""
    if size != "demo":
        return
    cast = Cast()
    # Each name logs somebody in anew, in a scope of its own.
    olga, peter, sanne = cast.olga, cast.peter, cast.sanne
    with scope(olga):
        for place, (what, label, kind, visibility, more) in enumerate(FIELDS, start=1):
            actions.make_field(olga, subject=named(what), label=label, kind=kind, visibility=visibility, position=place * 10, **more)  # type: ignore[arg-type]
    with scope(peter):
        for number, values in (("10042", {"regio": "Oost", "evaluatiegesprek": "2027-01-14", "klantenkaart": "VD-8841"}), ("10077", {"regio": "Noord"}), ("30005", {"regio": "Oost"})):
            actions.fill(peter, subject=PARTY, row=Party.objects.get(number=number), values=values)
    with scope(sanne):
        actions.fill(sanne, subject=PARTY, row=Party.objects.get(), values={"vaste_losplaats": "Poort 2, achter de loods"})
