"""What is recorded about news."""

from portiek.core.facts import Fact, fact


@fact("pages.news.made")
class NewsMade(Fact):
    """Staff wrote news for the home page."""

    news_id: int


@fact("pages.news.changed")
class NewsChanged(Fact):
    """Staff changed it."""

    news_id: int


@fact("pages.news.ended")
class NewsEnded(Fact):
    """Staff took it off the home page."""

    news_id: int
