"""What is read of what people type."""

import pytest

from portiek.foundation.fields import rules

pytestmark = pytest.mark.no_database


@pytest.mark.parametrize(("kind", "typed", "kept"), [
    ("text", "  Achter \t de\nloods ", "Achter de loods"), ("text", "", ""), ("text", "a\0b\u202ec", "a b c"), ("text", "x" * 501, None),
    ("number", "12,50", "12.5"), ("number", "-0", "0"), ("number", "1000", "1000"), ("number", "1e5", None), ("number", "NaN", None), ("number", "1.2.3", None), ("number", "9" * 16, None), ("number", "0.0000001", None),
    ("date", "2026-3-1", "2026-03-01"), ("date", "31-12-2026", "2026-12-31"), ("date", "31-02-2026", None), ("date", "2026-01-05 00:00:00", "2026-01-05"), ("date", "gisteren", None),
    ("yes_no", "Ja", "yes"), ("yes_no", "FALSE", "no"), ("yes_no", "misschien", None),
    ("choice", "noord", "Noord"), ("choice", "Oost", None),
    ("url", "https://voorbeeld.nl/a?b=c", "https://voorbeeld.nl/a?b=c"), ("url", "javascript:alert(1)", None), ("url", "https://x", None), ("url", "https://naam:geheim@voorbeeld.nl", None),
    ("url", "data:text/html,x", None), ("url", 'https://voorbeeld.nl/"onclick="x', None), ("url", "//voorbeeld.nl", None), ("url", "https://[", None), ("url", "https://voorbeeld.nl:99999/", None),
])  # fmt: skip
def test_a_value_is_kept_in_one_way_or_refused(kind, typed, kept):
    assert rules.read(kind, typed, ["Noord", "Zuid"]) == kept


@pytest.mark.parametrize(("label", "taken", "key"), [
    ("Kleur van de deur", [], "kleur_van_de_deur"), ("Régio", ["regio"], "regio_2"), ("Régio", ["regio", "regio_2"], "regio_3"), ("2e monteur", [], "field_2e_monteur"), ("日本", [], "field"), ("x" * 90, [], "x" * 34),
])  # fmt: skip
def test_a_name_for_machines_is_made_once(label, taken, key):
    assert rules.key_of(label, taken) == key


def test_choices_stand_once_each_on_a_line_of_their_own():
    assert rules.options(" Noord\n\nZuid \nNoord") == ["Noord", "Zuid"]
