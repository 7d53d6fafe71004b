"""Pages about people: coming in, one's own account, colleagues, invitations."""
