"""Who may log in to the demo, and how: told by `portiek demo`."""

from __future__ import annotations

from portiek.foundation.parties.cast import PARTIES, PASSWORD, PEOPLE, PORTALS


def told(url: str) -> str:
    """Return the lines that the demo prints; `url` is the address of the first portal."""
    parties = {party.key: party.name for party in PARTIES}
    lines = [f"Everyone's password is {PASSWORD}; the codes that log-in mails carry lie as files in the folder mail of DATA_DIR."]
    for portal in PORTALS:
        lines += ["", f"{portal.name}: {url.replace('localhost', portal.host)}"]
        for person in PEOPLE:
            if person.portal == portal.slug:
                where = ", ".join(dict.fromkeys(parties[key] if key else "staff" for key, _role, _limit in person.places))
                limit = next((f", orders up to € {limit}" for _key, _role, limit in person.places if limit), "")
                lines.append(f"  {person.email:<32} {person.name} ({where}{limit})")
    return "\n".join(lines)
