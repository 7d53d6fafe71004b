"""Why a provider does not work or somebody did not come in through it, in the words of whoever sets it up."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

CAUSES = {
    "address": _("An address of the provider is none that may be called: it begins with https:// and lies on the public network."),
    "algorithm": _("The answer was signed in a way that is not safe (none, or with a shared secret)."),
    "answer": _("The provider answered something else than expected."),
    "assertions": _("The answer holds more than one statement, or none."),
    "audience": _("The answer was meant for another application. Is the client ID right?"),
    "client": _("The provider does not know the client ID, or its secret is wrong or has expired."),
    "certificate": _("A certificate of the provider cannot be read."),
    "certificate-over": _("The last certificate of the provider has ended. Paste its new metadata."),
    "code": _("The code of the provider was used already or is too old."),
    "endpoints": _("The provider does not say where to log in."),
    "issuer": _("The provider calls itself otherwise than the issuer that was filled in."),
    "journey": _("The attempt took too long or began in another browser."),
    "key": _("The answer was signed with a key that the provider does not make known."),
    "keys": _("The provider makes known no key that can be used."),
    "metadata": _("These are no metadata of a SAML provider, or they hold a document type."),
    "nonce": _("The answer belongs to another attempt."),
    "recipient": _("The answer was meant for another address. Is the reply address right?"),
    "refused": _("The provider refused it: this person may not use the application, or broke off."),
    "secret": _("The client secret cannot be read any more. Fill it in again."),
    "signature": _("The signature is not right."),
    "state": _("The answer belongs to another attempt."),
    "subject": _("The provider does not say who it is in the claim that was chosen."),
    "time": _("The answer is too old or from the future. Are the clocks right?"),
    "transient": _("The provider names people by something that is another each time. Let it send a lasting name ID."),
    "tries": _("There were too many tries from one place."),
    "unsigned": _("The statement in the answer was not signed. Let the provider sign assertions."),
    "unreachable": _("The provider does not answer."),
    "elsewhere-unknown": _("The person has no linked account here."),
    "elsewhere-over": _("The answer was used already."),
    "elsewhere-place": _("The person has no place in this company any more."),
    "elsewhere-known": _("The invitation was for somebody who has an account already; he links it himself."),
    "elsewhere-taken": _("The account is linked to another person here."),
    "elsewhere-linked": _("The person has linked another account of this provider already."),
    "elsewhere-another": _("The provider gave another e-mail address than the one of the person who was to be linked."),
    "elsewhere-first-over": _("The mailed link of a first log-in was used, is over, or was opened in another browser than the one that asked."),
    "fresh-proof-needed": _("The person has to log in again before he links an account."),
}


def cause_in_words(code: str) -> str:
    """Return the sentence of a cause."""
    return str(CAUSES.get(code, code))
