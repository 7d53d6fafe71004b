"""Every read of the log, by noun."""

from portiek.foundation.audit.queries.chain import Found, chain, check, checks, fixed, seal, sealed, settled, unlinked
from portiek.foundation.audit.queries.exports import export, export_made, export_to_make, exports
from portiek.foundation.audit.queries.log import BY, Entry, Wanted, batch, entry, facts, history, kinds, latest, log, party_by_number, people, person_name, portal_name, shown_subject
from portiek.foundation.audit.queries.packages import files_stored_by, own_package, own_packages, package_to_make, packages
from portiek.foundation.audit.queries.register import Line, own_processing, register, register_lines

__all__ = [
    "BY",
    "Entry",
    "Found",
    "Line",
    "Wanted",
    "batch",
    "chain",
    "check",
    "checks",
    "entry",
    "export",
    "export_made", "export_to_make",
    "exports",
    "facts",
    "files_stored_by",
    "fixed",
    "history",
    "kinds",
    "latest",
    "log",
    "own_package",
    "own_packages",
    "own_processing",
    "package_to_make",
    "packages",
    "party_by_number",
    "people",
    "person_name",
    "portal_name",
    "register",
    "register_lines",
    "seal",
    "sealed",
    "settled",
    "shown_subject",
    "unlinked",
]
