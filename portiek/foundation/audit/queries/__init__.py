"""Every read of the log, by noun."""

from portiek.foundation.audit.queries.chain import Found, chain, check, checks, fixed, seal, sealed, settled, unlinked
from portiek.foundation.audit.queries.exports import export, export_to_make, exports
from portiek.foundation.audit.queries.log import BY, Entry, Wanted, batch, entry, facts, history, kinds, latest, log, party_by_number, people, person_name, portal_name, shown_subject

__all__ = [
    "BY", "Entry", "Found", "Wanted", "batch", "chain", "check", "checks", "entry", "export", "export_to_make", "exports", "facts", "fixed", "history", "kinds", "latest", "log", "party_by_number",
    "people", "person_name", "portal_name", "seal", "sealed", "settled", "shown_subject", "unlinked",
]
