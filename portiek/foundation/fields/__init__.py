"""Fields of the portal's own making on parties, products and orders: typed, for the staff alone, for the party to see, or for the party to fill in.

Owns: the fields, and what is filled in on parties (products and orders keep their own values in tables of this shape). Records: field made, changed, ended, taken up
again; values changed. Never does: touch what an ERP says; show a party a value of a field that is the staff's alone (row security holds that, not the page).
"""
