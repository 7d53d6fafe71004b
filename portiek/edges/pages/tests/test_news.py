"""What the portal tells on the home page: to whom, in which language, between which days, and to nobody else."""

from datetime import timedelta

import pytest
from django.utils import timezone

from portiek.config.testing import recorded
from portiek.core.db import scope
from portiek.core.errors import Forbidden, NotFound
from portiek.edges.pages import actions, facts, queries, rules
from portiek.edges.pages.models import NewsItem


def form(**more):
    today = timezone.localdate()
    return {"title": "Dicht op maandag", "text": "Dan tellen wij.\nDinsdag zijn wij er weer.", "title_en": "", "text_en": "", "link": "", "first_day": str(today), "last_day": "", **more}


def written(client_of, **more):
    assert client_of("olga").post("/setup/news/new/", form(**more)).status_code == 302
    return NewsItem.objects.latest("pk")


def home(client_of, name):
    return client_of(name).get("/").content.decode()


def test_everybody_reads_it_on_the_home_page(cast, client_of):
    with scope(cast.olga):
        item = written(client_of)
        assert facts.NewsMade(news_id=item.pk) in recorded()
    for name in ("sanne", "dirk", "mark", "els"):
        assert "Dicht op maandag" in home(client_of, name)
    page = client_of("olga").get("/setup/news/").content.decode()
    assert "Dicht op maandag" in page and "Iedereen" in page and "Op de startpagina" in page
    assert client_of("olga").post(f"/setup/news/{item.pk}/end/").status_code == 302
    assert "Dicht op maandag" not in home(client_of, "sanne")
    # Saved again it is shown again.
    assert client_of("olga").post(f"/setup/news/{item.pk}/", form(title="Dinsdag dicht")).status_code == 302
    assert "Dinsdag dicht" in home(client_of, "sanne")


def test_what_is_for_dealers_no_customer_reads(cast, client_of):
    with scope(cast.olga):
        item = written(client_of, kinds=["dealer"], title="Alleen voor dealers")
    assert "Alleen voor dealers" in home(client_of, "dirk")
    assert "Alleen voor dealers" not in home(client_of, "sanne")
    # Nor by another way than the page's: row security holds it.
    with scope(cast.sanne):
        assert not NewsItem.objects.filter(pk=item.pk).exists()
    with scope(cast.dirk):
        assert NewsItem.objects.filter(pk=item.pk).exists()
        with pytest.raises(Forbidden):
            actions.end_news(cast.dirk, item=item)
    with scope(cast.otto):
        assert not NewsItem.objects.filter(pk=item.pk).exists()
        with pytest.raises(NotFound):
            actions.end_news(cast.otto, item=item)


def test_only_between_its_days(cast, client_of):
    today = timezone.localdate()
    with scope(cast.olga):
        written(client_of, title="Straks", first_day=str(today + timedelta(days=1)))
        written(client_of, title="Vroeger", first_day=str(today - timedelta(days=9)), last_day=str(today - timedelta(days=1)))
        written(client_of, title="Vandaag nog", first_day=str(today - timedelta(days=9)), last_day=str(today))
    page = home(client_of, "sanne")
    assert "Straks" not in page and "Vroeger" not in page and "Vandaag nog" in page
    page = client_of("olga").get("/setup/news/").content.decode()
    assert "Nog niet" in page and "Voorbij" in page


def test_three_at_most_and_one_statement(cast, client_of):
    with scope(cast.olga):
        for number in range(5):
            written(client_of, title=f"Bericht {number}")
    with scope(cast.sanne):
        assert [item.title for item in queries.news_for(cast.sanne, today=timezone.localdate())] == ["Bericht 4", "Bericht 3", "Bericht 2"]


def test_each_reads_it_in_his_own_language():
    both, dutch = NewsItem(title="Dicht", text="Nee", title_en="Closed", text_en="No"), NewsItem(title="Dicht", text="Nee")
    assert both.said("en") == ("Closed", "No") and both.said("nl") == ("Dicht", "Nee")
    assert dutch.said("en") == ("Dicht", "Nee") and NewsItem(title_en="Closed").said("nl") == ("Closed", "")


def test_a_preview_keeps_nothing(cast, client_of):
    answer = client_of("olga").post("/setup/news/new/", form(title_en="Closed on Monday", preview="1"))
    assert answer.status_code == 200 and "Closed on Monday" in answer.content.decode() and "In het Engels" in answer.content.decode()
    with scope(cast.olga):
        assert not NewsItem.objects.filter(title="Dicht op maandag").exists()


@pytest.mark.parametrize("wrong", [{"title": ""}, {"last_day": "2001-01-01"}, {"link": "javascript:alert(1)"}, {"link": "//elsewhere.example/"}, {"link": "http://plain.example/"}, {"first_day": "gisteren"}, {"kinds": ["boss"]}])
def test_what_cannot_be_is_said_and_kept_in_the_form(cast, client_of, wrong):
    answer = client_of("olga").post("/setup/news/new/", form(**wrong))
    assert answer.status_code == 422 and "Dan tellen wij." in answer.content.decode()


def test_where_a_link_may_go():
    assert rules.is_link("/catalog/?q=verf") and rules.is_link("https://portiek.example/a")
    assert not any(rules.is_link(bad) for bad in ("//a.example", "/a b", "https://a.example/\"><script>", "data:text/html,x", "\\\\a.example", "catalog/", "/\\a.example"))


def test_nobody_else_comes_in(cast, client_of):
    with scope(cast.olga):
        item = written(client_of)
    assert client_of("peter").get("/setup/news/").status_code == 403
    for path in ("", "new/", f"{item.pk}/"):
        assert client_of("sanne").get(f"/setup/news/{path}").status_code == 404
    for path in (f"{item.pk}/", f"{item.pk}/end/"):
        assert client_of("otto").post(f"/setup/news/{path}", form()).status_code == 404
