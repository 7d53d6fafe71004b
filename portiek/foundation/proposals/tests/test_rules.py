"""What becomes of a proposal when its field is read again."""

import pytest

from portiek.foundation.parties import rules as parties
from portiek.foundation.parties.ownership import FIELDS, MODELS
from portiek.foundation.proposals import rules

pytestmark = pytest.mark.no_database


@pytest.mark.parametrize(
    ("state", "current", "became"),
    [
        ("proposed", "038 1", None), ("proposed", "038 2", "written"), ("proposed", "038-2", "outdated"), ("proposed", "038 3", "outdated"),
        ("accepted", "038 1", None), ("accepted", "038-2", "written"), ("accepted", "038 3", "outdated"), ("failed", "038 3", "outdated"),
        ("refused", "038 3", None), ("withdrawn", "038 2", None), ("written", "038 3", None), ("outdated", "038 1", None),
    ],
)  # fmt: skip
def test_what_became_of_it(state, current, became):
    assert rules.meanwhile(state, {"phone": "038 1"}, {"phone": "038 2"}, {"phone": current}) == became


def test_a_change_of_spelling_alone_is_a_change():
    assert rules.meanwhile("accepted", {"name": "bakker bv"}, {"name": "Bakker B.V."}, {"name": "bakker bv"}) is None


@pytest.mark.parametrize(("one", "other", "equal"), [("NL 0044.95.445 B01", "nl004495445b01", True), ("", "", True), ("a", "b", False), ("038 12", "+31 38 12", False)])
def test_the_same_in_another_spelling(one, other, equal):
    assert rules.same({"x": one}, {"x": other}) is equal


def test_the_list_of_owners_is_what_a_sync_writes():
    """A sync writes exactly the columns that the list gives to the administration."""
    for subject, columns in (("party", parties.ERP_FIELDS), ("address", parties.ADDRESS_FIELDS), ("contact", parties.CONTACT_FIELDS)):
        assert {name for item in FIELDS if item.subject == subject and item.owner == "erp" for name in item.columns} == set(columns)
        named = [name for item in FIELDS if item.subject == subject for name in item.columns]
        assert len(named) == len(set(named)) and all(MODELS[subject]._meta.get_field(name) for name in named)
