"""Who asked for an account and got a place there is known at the company that stays."""

from portiek.core.merging import moves

moves("applications.Application", column="given")
