"""Who of a party has to agree before something goes out: rules of its own making, routes of steps, decisions.

Owns: rules, requests with their steps and decisions. Records: rules made and changed, steps opened, approved and passed on. Never does: know what is asked for (orders hand it a case), lend rights.
"""
