"""Tables of price letters."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from portiek.core.db.models import PartyModel, PortalModel, TenantKey
from portiek.core.spoken import spoken


class Letter(PortalModel):
    """A price letter as staff write it, in Dutch, English or both: prices as they are from `effective_on` beside those of the day before.

    It is calculated party by party, by number; `done` of `total` says how far that is, `reached` after which party. A party never reads this row: it has a copy.
    """

    class State(models.TextChoices):
        MAKING = "making"
        READY = "ready"
        SENDING = "sending"
        SENT = "sent"

    WRITTEN = ("title", "text", "title_en", "text_en", "effective_on")

    title = models.CharField(max_length=80, default="", blank=True)
    text = models.CharField(max_length=2000, default="", blank=True)
    title_en = models.CharField(max_length=80, default="", blank=True)
    text_en = models.CharField(max_length=2000, default="", blank=True)
    effective_on = models.DateField()
    # Whether it also tells of what was not bought.
    unbought = models.BooleanField(default=False, db_default=False)
    state = models.CharField(max_length=7, choices=State, default=State.MAKING)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    reached = models.BigIntegerField(default=0)
    made_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "letters_letter"
        constraints: ClassVar = [models.CheckConstraint(condition=~Q(title="") | ~Q(title_en=""), name="letter_title")]

    def __str__(self) -> str:
        return self.title or self.title_en

    def said(self, language: str = "") -> tuple[str, str]:
        """Return title and text in a language (that of the moment), or in the other one when it has no words in it."""
        return spoken((self.title, self.text), (self.title_en, self.text_en), language)


class LetterCopy(PartyModel):
    """A letter with the prices of one party, that reads it once it was sent. Words are those of the letter when it was sent; amounts without VAT, in `currency`.

    `bought`: what the products that change came to in the twelve months before `made_at` at the prices of the day before; `effect`: how much more (or less) the same will cost.
    """

    party_using = "party_id = (SELECT ctx.claim(2, 'party')) AND sent_at IS NOT NULL"

    letter = TenantKey(Letter, on_delete=models.CASCADE, db_index=False)
    title = models.CharField(max_length=80, default="", blank=True)
    text = models.CharField(max_length=2000, default="", blank=True)
    title_en = models.CharField(max_length=80, default="", blank=True)
    text_en = models.CharField(max_length=2000, default="", blank=True)
    effective_on = models.DateField()
    currency = models.CharField(max_length=3)
    line_count = models.PositiveIntegerField()
    # How many of them are about what was not bought.
    others = models.PositiveIntegerField(default=0, db_default=0)
    bought = models.DecimalField(max_digits=16, decimal_places=2)
    effect = models.DecimalField(max_digits=16, decimal_places=2)
    made_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "letters_copy"
        constraints: ClassVar = [models.UniqueConstraint(fields=["letter", "party", "portal"], name="letter_copy_once")]
        indexes: ClassVar = [
            models.Index(fields=["party", "-sent_at", "-id"], name="letter_copy_party"),
            models.Index(fields=["letter", "-effect", "-id"], name="letter_copy_effect"),
        ]

    def __str__(self) -> str:
        return self.said()[0]

    def said(self, language: str = "") -> tuple[str, str]:
        """Return title and text in a language (that of the moment), or in the other one when it has no words in it."""
        return spoken((self.title, self.text), (self.title_en, self.text_en), language)


class LetterLine(PartyModel):
    """One product of a copy: `before` and `after` are what one unit costs on the day before and on the day itself, at the quantity that is usual for this party. None: on request; `before_by` and `after_by` name the list or agreement that decides, empty for the list price.

    `quantity`: how much was bought in the twelve months before, in `times` orders. `effect`: how much more the same will cost; None where a price is on request.
    """

    party_using = "party_id = (SELECT ctx.claim(2, 'party')) AND copy_id IN (SELECT c.id FROM letters_copy c WHERE c.party_id = (SELECT ctx.claim(2, 'party')))"

    copy = TenantKey(LetterCopy, on_delete=models.CASCADE, db_index=False)
    product = TenantKey("catalog.Product", null=True, on_delete=models.SET_NULL)
    sku = models.CharField(max_length=64)
    name = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200, default="")
    unit = models.CharField(max_length=20)
    tax_rate = models.DecimalField(max_digits=5, decimal_places=2)
    usual = models.DecimalField(max_digits=13, decimal_places=3)
    quantity = models.DecimalField(max_digits=16, decimal_places=3)
    times = models.PositiveIntegerField()
    before = models.DecimalField(max_digits=14, decimal_places=4, null=True)
    after = models.DecimalField(max_digits=14, decimal_places=4, null=True)
    before_by = models.CharField(max_length=120, default="", blank=True)
    after_by = models.CharField(max_length=120, default="", blank=True)
    effect = models.DecimalField(max_digits=16, decimal_places=2, null=True)
    # What the list is ordered by: the effect, either way, in cents; what is on request comes last.
    weight = models.BigIntegerField(default=0)

    class Meta:
        db_table = "letters_line"
        constraints: ClassVar = [models.UniqueConstraint(fields=["copy", "sku", "portal"], name="letter_line_once")]
        indexes: ClassVar = [models.Index(fields=["copy", "-weight", "-id"], name="letter_line_weight")]

    def __str__(self) -> str:
        return self.sku

    @property
    def label(self) -> str:
        """The name in the language of the moment."""
        return spoken((self.name,), (self.name_en,))[0]
