"""News is about no person."""

from portiek.core.personal import not_personal

not_personal("words of the portal to everybody", "pages.NewsItem.title", "pages.NewsItem.title_en", "pages.NewsItem.text", "pages.NewsItem.text_en", "pages.NewsItem.link")
