"""Searches that people keep: one's own alone, and told of what came into one's own assortment and fits, no more and no less."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from portiek.config.testing import run_jobs
from portiek.core.db import scope
from portiek.core.errors import Refused
from portiek.foundation.notifications.models import Notification
from portiek.trade.catalog import actions, queries, rules
from portiek.trade.catalog.models import SavedSearch
from portiek.trade.catalog.news import tell_new
from portiek.trade.catalog.records import ProductRecord


def keep(actor, name="Schroeven", words="schroef", **more):
    with scope(actor):
        return actions.save_search(actor, **{"name": name, "words": words, "category": None, "narrowed": [], "stocked": False, "often": "daily", "now": timezone.now() - timedelta(days=2), **more})


def bring(cast, *skus: str, name="Kruiskopschroef nieuw", into=()):
    with scope(cast.system):
        actions.apply_products(cast.system, records=[ProductRecord(sku, sku, name, category="bevestiging", list_price=Decimal(1)) for sku in skus])
        for code in into:
            actions.add_products(cast.system, assortment=queries.assortment(cast.system, code), product_ids=queries.ids_of(cast.system, list(skus)))


def told(cast, now=None) -> list[tuple[int, str]]:
    with scope(cast.system):
        tell_new(cast.system, now=now or timezone.now())
    run_jobs()
    with scope(cast.system):
        return sorted(Notification.objects.filter(kind="catalog.new_in_search").values_list("user_id", "values__count"))


def test_who_keeps_a_search_is_told_of_what_came_into_his_assortment(cast):
    keep(cast.sanne)
    keep(cast.els)
    keep(cast.sanne, "Platen", "gipsplaat")
    assert told(cast) == [], "what was there is not new"
    bring(cast, "KKS-1", "KKS-2")
    later = timezone.now() + timedelta(days=1)
    assert told(cast, later) == [(cast.sanne.user_id, 2)], "a person does not see them: he is told nothing, not even how many"
    assert told(cast, later + timedelta(days=1)) == [(cast.sanne.user_id, 2)], "told once"
    bring(cast, "KKS-3", into=["particulier"])
    assert told(cast, later + timedelta(days=2)) == sorted([(cast.sanne.user_id, 2), (cast.sanne.user_id, 1), (cast.els.user_id, 1)])


def test_as_often_as_one_chose(cast):
    keep(cast.sanne, often="weekly")
    keep(cast.sanne, "Nooit", often="never")
    bring(cast, "KKS-1")
    assert told(cast) == []
    assert told(cast, timezone.now() + timedelta(days=6)) == [(cast.sanne.user_id, 1)]


def test_the_pages(cast, client_of):
    sanne = client_of("sanne")
    assert "/catalog/saved/?q=schroef" in sanne.get("/catalog/?q=schroef").content.decode() and "/catalog/saved/" not in sanne.get("/catalog/").content.decode()
    assert 'name="q" value="schroef"' in sanne.get("/catalog/saved/?q=schroef&category=bevestiging&stock=1").content.decode()
    assert sanne.post("/catalog/saved/", {"q": "schroef", "category": "bevestiging", "stock": "1", "is": "EF000007~wit", "name": "Mijn schroeven", "often": "weekly"}).status_code == 302
    shown = sanne.get("/catalog/saved/").content.decode()
    assert "Mijn schroeven" in shown and "/catalog/?q=schroef&amp;category=bevestiging&amp;is=EF000007~wit&amp;stock=1" in shown
    for wrong in ({}, {"name": "Leeg", "often": "weekly"}, {"q": "x", "name": "", "often": "weekly"}, {"q": "x", "name": "Goed", "often": "uurlijks"}):
        assert sanne.post("/catalog/saved/", wrong).status_code == 422, wrong
    assert sanne.post("/catalog/saved/", {"q": "x", "category": "niets", "name": "x", "often": "never"}).status_code == 404
    with scope(cast.sanne):
        key = SavedSearch.objects.get(name="Mijn schroeven").pk
    for who in ("els", "karin", "youssef"):
        other = client_of(who)
        assert "Mijn schroeven" not in other.get("/catalog/saved/").content.decode(), "also not a colleague"
        assert other.post(f"/catalog/saved/{key}/", {"do": "drop"}).status_code in (403, 404), who
    with scope(cast.sanne):
        assert SavedSearch.objects.filter(pk=key).exists()
    assert sanne.post(f"/catalog/saved/{key}/", {"often": "uurlijks"}).status_code == 422 and sanne.post(f"/catalog/saved/{key}/", {"often": "daily"}).status_code == 302
    with scope(cast.sanne):
        assert SavedSearch.objects.get(pk=key).often == "daily"
    assert sanne.post(f"/catalog/saved/{key}/", {"do": "drop"}).status_code == 302
    with scope(cast.sanne):
        assert not SavedSearch.objects.filter(pk=key).exists()
    assert client_of("olga").get("/catalog/saved/").status_code in (403, 404)


def test_not_too_many(cast, monkeypatch):
    monkeypatch.setattr(rules, "MOST_SAVED", 2)  # one is among the seeds
    keep(cast.sanne)
    keep(cast.sanne, words="plaat")
    with pytest.raises(Refused, match="saved_most"):
        keep(cast.sanne, "Een tweede")
