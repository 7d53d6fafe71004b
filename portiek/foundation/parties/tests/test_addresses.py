"""Addresses by the thousand: found by the beginnings of words, page after page, and never another company's."""

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portiek.core.db import scope
from portiek.core.errors import Forbidden
from portiek.foundation.parties import actions, queries
from portiek.foundation.parties.models import Address


def fill(actor, party, number):
    """Give a party as many addresses more, by rows."""
    Address.objects.bulk_create([Address(portal_id=actor.portal_id, party=party, label=f"Project {place}", street=f"Laan {place}", postal_code="8013 PX" if place % 2 else "3511AB", city=f"Stad {place % 7}")
                                 for place in range(number)], batch_size=1000)


def found(actor, party, text):
    return list(queries.addresses(actor, party=party, search=text).order_by("pk"))


@pytest.mark.parametrize(("typed", "there"), [
    ("kampen", True), ("KAMP", True), ("bouwpl kamp", True), ("8000aa", True), ("8000 AA", True), ("8000", True), ("deventer kampen", False), ("'; DROP TABLE", False), (":* & | !", False), ("kam:*", True),
    ("\0kampen", True), ("zzz", False), ("käMpén", True),
])
def test_words_are_found_by_their_beginnings(cast, typed, there):
    for actor in (cast.sanne, cast.peter):
        with scope(actor):
            party = queries.party(actor, "10042")
            assert [row.city for row in found(actor, party, typed)] == (["Kampen"] if there and not typed.startswith("8000") else ["Kampen", "Deventer"] if there else [])


def test_accents_in_the_address_do_no_harm(cast):
    with scope(cast.sanne):
        party = queries.own_party(cast.sanne)
        actions.add_address(cast.sanne, party=party, street="Façadestraat 3-5", city="Curaçao", label="Café Één")
        for typed in ("facade", "FAÇADE", "een", "3", "5", "curac"):
            assert "Façadestraat 3-5" in [row.street for row in found(cast.sanne, party, typed)], typed


def test_another_company_finds_nothing(cast):
    with scope(cast.sanne):
        bakker = queries.own_party(cast.sanne)
    with scope(cast.dirk):
        # Named or not: who acts for a party searches his own.
        assert found(cast.dirk, bakker, "kampen") == []
        with connection.cursor() as cursor:
            cursor.execute("SELECT * FROM ctx.addresses_find('party', %s, 'kampen', 10)", [bakker.pk])
            assert cursor.fetchall() == []
            for side in ("staff", "system", "x"):
                with pytest.raises(DatabaseError), transaction.atomic():
                    cursor.execute("SELECT * FROM ctx.addresses_find(%s, %s, 'kampen', 10)", [side, bakker.pk])
    with scope(cast.otto):
        assert found(cast.otto, bakker, "kampen") == []
        with connection.cursor() as cursor:
            cursor.execute("SELECT * FROM ctx.addresses_find('staff', %s, 'kampen', 10)", [bakker.pk])
            assert cursor.fetchall() == []
        with pytest.raises(Forbidden):
            actions.mark_address_used(cast.dirk, address=Address(pk=1, party_id=bakker.pk), at=timezone.now())


def test_ten_thousand_are_searched_and_turned_page_by_page(client_of, cast):
    with scope(cast.peter):
        fill(cast.peter, queries.party(cast.peter, "10042"), 10_000)
    for who, path in (("sanne", "/parties/mine/"), ("peter", "/parties/10042/addresses/")):
        client = client_of(who)
        client.get(path)
        counts = []
        for query in ("", "?q=project+9999", "?q=laan", "?q=zzz"):
            with CaptureQueriesContext(connection) as asked:
                page = client.get(path + query).content.decode()
            counts.append(len(asked))
            assert page.count("<tr>") < 60 and ("Laan 9999" in page) is (query == "?q=project+9999")
        assert max(counts) <= counts[0] + 1, counts


def test_the_search_reads_the_rows_it_finds_and_no_more(cast):
    with scope(cast.peter):
        party = queries.party(cast.peter, "10042")
        fill(cast.peter, party, 10_000)
    for actor in (cast.sanne, cast.peter):
        with scope(actor), connection.cursor() as cursor:
            cursor.execute("SELECT coalesce(sum(seq_tup_read + coalesce(idx_tup_fetch, 0)), 0) FROM pg_stat_xact_user_tables WHERE relname = 'parties_address'")
            before = cursor.fetchone()[0]
            assert len(found(actor, party, "project 9999")) == 1
            cursor.execute("SELECT coalesce(sum(seq_tup_read + coalesce(idx_tup_fetch, 0)), 0) FROM pg_stat_xact_user_tables WHERE relname = 'parties_address'")
            assert cursor.fetchone()[0] - before < 50


def test_what_was_used_last_comes_first(cast):
    with scope(cast.sanne):
        party = queries.own_party(cast.sanne)
        rows = queries.addresses_by_use(cast.sanne, party_id=party.pk, most=10)
        actions.mark_address_used(cast.sanne, address=rows[-1], at=timezone.now())
        assert queries.addresses_by_use(cast.sanne, party_id=party.pk, most=10)[0] == rows[-1]
        assert len(queries.addresses_by_use(cast.sanne, party_id=party.pk, most=2)) == 2
