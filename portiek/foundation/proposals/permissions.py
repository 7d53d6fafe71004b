"""Rights over proposals: a party's stand with its own data, staff decide with the right to change parties."""

from portiek.foundation.parties.permissions import MANAGE, PROPOSE, VIEW

__all__ = ["MANAGE", "PROPOSE", "VIEW"]
