"""What is recorded about tasks."""

from portiek.core.facts import Fact, fact


@fact("tasks.task.asked")
class TaskAsked(Fact):
    """Something waits for somebody."""

    task_id: int
    kind: str


@fact("tasks.task.done")
class TaskDone(Fact):
    """It no longer waits."""

    task_id: int
    kind: str


@fact("tasks.task.reminded")
class TaskReminded(Fact):
    """Who is asked hears of it again."""

    task_id: int
    kind: str


@fact("tasks.task.escalated")
class TaskEscalated(Fact):
    """It is late for so long that those above who is asked hear of it."""

    task_id: int
    kind: str
    right: str


@fact("tasks.task.handed_over")
class TaskHandedOver(Fact):
    """It waits for a colleague now."""

    task_id: int
    kind: str


@fact("tasks.task.turned")
class TaskTurned(Fact):
    """The turn went to the other side: a question to who asked, or his answer."""

    task_id: int
    kind: str
    turn: str
