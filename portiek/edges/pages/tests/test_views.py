"""The pages where people start, and search."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portiek.edges.pages import rules


@pytest.mark.parametrize(("hour", "part"), [(0, "night"), (5, "night"), (6, "morning"), (11, "morning"), (12, "afternoon"), (17, "afternoon"), (18, "evening"), (23, "evening")])
def test_part_of_day(hour, part):
    assert rules.part_of_day(hour) == part


@pytest.mark.parametrize(("who", "sees", "not_"), [
    ("sanne", "Peter van Dijk", "btw zijn inbegrepen"), ("youssef", "Peter van Dijk", None), ("karin", "Peter van Dijk", None), ("dirk", "Binnendienst Zwolle", None),
    ("mark", "/parties/mine/", "Peter van Dijk"), ("els", "Peter van Dijk", None), ("peter", "/parties/", None), ("olga", "/parties/", None), ("fatima", "/parties/", None), ("otto", "/parties/", None)])
def test_everyone_has_a_start(client_of, who, sees, not_):
    page = client_of(who).get("/")
    assert page.status_code == 200
    text = page.content.decode()
    assert sees in text and (not_ is None or not_ not in text)


def test_nobody_else_starts_anywhere(client_of):
    assert client_of(None).get("/").headers["Location"].startswith("/login/")


@pytest.mark.parametrize(("who", "most"), [("sanne", 10), ("peter", 10), ("mark", 7)])
def test_the_start_costs_few_statements(client_of, who, most):
    client = client_of(who)
    client.get("/")
    with CaptureQueriesContext(connection) as asked:
        client.get("/")
    assert len([query for query in asked if "SAVEPOINT" not in query["sql"]]) <= most, "\n".join(query["sql"][:160] for query in asked)


def test_the_frame_costs_three_statements_at_most(client_of):
    client = client_of("sanne")
    client.get("/search/")
    with CaptureQueriesContext(connection) as asked:
        client.get("/search/")
    assert len([query for query in asked if "SAVEPOINT" not in query["sql"]]) <= 3


def test_staff_find_parties_and_parties_do_not(client_of):
    assert "/parties/10042/" in client_of("peter").get("/search/?q=bouwbedrijf").content.decode()
    for who in ("sanne", "dirk", "mark"):
        text = client_of(who).get("/search/?q=gips industrie").content.decode()
        assert "/parties/20011/" not in text and "20011" not in text


@pytest.mark.parametrize("short", ["", "1"])
def test_a_product_is_found_by_ones_own_number_and_by_nobody_elses(client_of, short):
    client_of("sanne").post("/catalog/p/VV-25/number/", {"number": "EMMER-7"})
    assert "/catalog/p/VV-25/" in client_of("youssef").get("/search/", {"q": "emmer-7", "palette": short}).content.decode()
    assert "/catalog/p/VV-25/" not in client_of("dirk").get("/search/", {"q": "emmer-7", "palette": short}).content.decode()


@pytest.mark.parametrize("words", ["", "  ", "%", "'", "\\", "a" * 5000, "<script>alert(1)</script>", "& | ! :*", "١٢"])
def test_whatever_is_typed_search_answers(client_of, words):
    for who in ("sanne", "peter"):
        client = client_of(who)
        for short in ("", "1"):
            answer = client.get("/search/", {"q": words, "palette": short})
            assert answer.status_code == 200 and "<script>alert" not in answer.content.decode()


def test_the_short_list_is_only_the_list(client_of):
    answer = client_of("peter").get("/search/?q=10042&palette=1").content.decode()
    assert 'role="option"' in answer and "<html" not in answer


def test_places_of_the_menu_are_found(client_of):
    assert "/colleagues/" in client_of("sanne").get("/search/?q=mede&palette=1").content.decode() + client_of("sanne").get("/search/?q=colle&palette=1").content.decode()
    assert "/colleagues/" not in client_of("youssef").get("/search/?q=mede&palette=1").content.decode()


def test_another_portal_is_never_found(client_of):
    assert "10042" not in client_of("otto").get("/search/?q=bakker").content.decode().replace("q=bakker", "")
