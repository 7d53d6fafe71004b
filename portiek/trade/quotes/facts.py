"""What is recorded about quotes. Names and fields are a contract with receivers of webhooks."""

from portiek.core.facts import Fact, fact


@fact("quotes.quote.requested", public=True)
class QuoteRequested(Fact):
    """A party asked for a quote: it is the seller's turn."""

    quote_id: int


@fact("quotes.quote.taken")
class QuoteTaken(Fact):
    """Somebody of the staff took up a quote."""

    quote_id: int
    by: int


@fact("quotes.quote.asked_back", public=True)
class QuoteAskedBack(Fact):
    """Staff need to know something before they can offer: it is the party's turn."""

    quote_id: int


@fact("quotes.quote.answered", public=True)
class QuoteAnswered(Fact):
    """The party answered a question about a quote."""

    quote_id: int


@fact("quotes.quote.questioned", public=True)
class QuoteQuestioned(Fact):
    """The party asked something about an offer, which stands as it is: it is the seller's turn."""

    quote_id: int


@fact("quotes.quote.replied", public=True)
class QuoteReplied(Fact):
    """Staff answered what the party asked about an offer: it is the party's turn."""

    quote_id: int


@fact("quotes.quote.offered", public=True)
class QuoteOffered(Fact):
    """A version of a quote with prices was sent: it is the party's turn."""

    quote_id: int
    version: int


@fact("quotes.quote.countered", public=True)
class QuoteCountered(Fact):
    """The party proposed something else than was offered: it is the seller's turn."""

    quote_id: int
    version: int


@fact("quotes.quote.accepted", public=True)
class QuoteAccepted(Fact):
    """The party accepted a version of a quote; the order of it was placed, or waits for a colleague."""

    quote_id: int
    version: int
    order_id: int


@fact("quotes.quote.called_off", public=True)
class QuoteCalledOff(Fact):
    """The party ordered a part of a version of a quote; the rest can be ordered as long as it holds."""

    quote_id: int
    version: int
    order_id: int


@fact("quotes.quote.ordered", public=True)
class QuoteOrdered(Fact):
    """The order of an accepted quote goes to the ERP."""

    quote_id: int
    order_id: int


@fact("quotes.quote.reopened", public=True)
class QuoteReopened(Fact):
    """The order of an accepted quote was not approved: the quote can be accepted again."""

    quote_id: int


@fact("quotes.quote.declined", public=True)
class QuoteDeclined(Fact):
    """One side does not go on with a quote."""

    quote_id: int


@fact("quotes.quote.withdrawn", public=True)
class QuoteWithdrawn(Fact):
    """Who asked for a quote took it back."""

    quote_id: int


@fact("quotes.quote.expired", public=True)
class QuoteExpired(Fact):
    """The last day of an offer passed without a decision."""

    quote_id: int


@fact("quotes.note.added")
class NoteAdded(Fact):
    """Staff noted something for themselves. Recorded without the party, which never reads it."""

    quote_id: int


@fact("quotes.terms.named")
class ConditionsNamed(Fact):
    """Staff named the general conditions with which who accepts a quote agrees, or named none any more."""


@fact("quotes.terms.changed")
class TermsChanged(Fact):
    """Staff chose for how long quotes hold, and whether one that expired can still be accepted."""

    days: int
    late: bool
