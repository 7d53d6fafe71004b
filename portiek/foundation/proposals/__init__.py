"""What a party says about its own data where somebody else owns the field: proposed, seen by both sides, decided, written to the administration.

Owns: proposals, which fields are accepted by rule. Records: proposal made, accepted, refused, withdrawn, written, failed, outdated. Never does: call the
administration (connectors does), change a field that nobody agreed to.
"""
