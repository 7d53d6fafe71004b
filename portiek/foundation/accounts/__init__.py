"""Who may come in: users, roles, memberships, sessions, invitations.

Owns: log-in and rights. Records: logged in, invited, accepted, role changed. Never does: decide what a right means in another module.
"""
