"""Places on the pages of a party that higher modules fill."""

from portiek.core import slots

slots.declare("parties.detail.tabs", "A tab on the page of a party for staff: render(request, party=Party) returns HTML, or an object with `html` and `count`; `key` is its address.")
slots.declare("parties.mine.panels", "A panel on the page of one's own company: render(request, party=Party) returns HTML.")
