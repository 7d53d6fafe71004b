"""What is recorded about fields."""

from portiek.core.facts import Fact, fact


@fact("fields.field.made")
class FieldMade(Fact):
    """Staff made a field."""

    field_id: int
    subject: str


@fact("fields.field.changed")
class FieldChanged(Fact):
    """Staff changed what a field is called, who sees it or what may be chosen."""

    field_id: int


@fact("fields.field.ended")
class FieldEnded(Fact):
    """Staff ended a field; its values stay readable to them."""

    field_id: int


@fact("fields.field.resumed")
class FieldResumed(Fact):
    """Staff took an ended field up again."""

    field_id: int


@fact("fields.value.changed")
class ValueChanged(Fact):
    """Fields of one object were filled in anew. Two of them when some are for the staff alone: what is internal stands in no party's log."""

    subject: str
    count: int
