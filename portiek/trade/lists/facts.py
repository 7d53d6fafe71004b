"""What is recorded about order lists: those that are shared. A list of one's own is nobody else's business."""

from portiek.core.facts import Fact, fact


@fact("lists.list.made")
class ListMade(Fact):
    """Somebody shared a list with the company or a branch, anew or by making it."""

    list_id: int


@fact("lists.list.changed")
class ListChanged(Fact):
    """A shared list got another name, other people or other lines."""

    list_id: int


@fact("lists.list.removed")
class ListRemoved(Fact):
    """A shared list was removed, or is one person's own again."""

    list_id: int
