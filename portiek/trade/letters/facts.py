"""What is recorded about price letters."""

from portiek.core.facts import Fact, fact


@fact("letters.letter.written")
class LetterWritten(Fact):
    """Staff wrote a price letter, or changed one that was not sent: it is calculated for every customer."""

    letter_id: int


@fact("letters.letter.dropped")
class LetterDropped(Fact):
    """Staff threw away a price letter that was not sent."""

    letter_id: int


@fact("letters.letter.sent")
class LetterSent(Fact):
    """Staff sent a price letter to all whose prices it changes."""

    letter_id: int


@fact("letters.copy.received", public=True)
class LetterReceived(Fact):
    """A party got a price letter with its own prices in it."""

    copy_id: int
