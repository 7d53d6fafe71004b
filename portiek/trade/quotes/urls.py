"""Addresses of quotes."""

from django.urls import path

from portiek.trade.quotes.views import accepting, drafts, quote, staff

app_name = "quotes"
urlpatterns = [
    path("", quote.list_quotes, name="list"),
    path("new/", quote.new, name="new"),
    path("drafts/<key:key>/drop/", drafts.drop, name="draft-drop"),
    path("terms/", staff.terms, name="terms"),
    path("<key:number>/", quote.show, name="detail"),
    path("<key:number>/pdf/", quote.pdf, name="pdf"),
    path("<key:number>/counter/", quote.counter, name="counter"),
    path("<key:number>/accept/", accepting.accept, name="accept"),
    path("<key:number>/part/", accepting.part, name="part"),
    path("<key:number>/decline/", quote.decline, name="decline"),
    path("<key:number>/withdraw/", quote.withdraw, name="withdraw"),
    path("<key:number>/answer/", quote.answer, name="answer"),
    path("<key:number>/question/", quote.question, name="question"),
    path("<key:number>/take/", staff.take, name="take"),
    path("<key:number>/offer/", staff.offer, name="offer"),
    path("<key:number>/ask/", staff.ask, name="ask"),
    path("<key:number>/reply/", staff.reply, name="reply"),
    path("<key:number>/note/", staff.note, name="note"),
    path("<key:number>/refuse/", staff.refuse_quote, name="refuse"),
]
