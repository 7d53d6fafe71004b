"""Documents of products hold nothing of a person; that somebody fetched one is a fact of the log."""

from portiek.core.personal import not_personal

not_personal("papers of what is sold", "sheets.ProductDocument")
