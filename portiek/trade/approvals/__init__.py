"""Who of a party has to agree before something goes out: rules of its own making, routes of steps, decisions.

Owns: rules, requests with their steps and decisions, budgets, cost centres. Records: rules, budgets and cost centres made and changed, steps opened, approved and passed on. Never does: know what is asked for or was spent (orders hand it a case and say what they spent), lend rights.
"""
