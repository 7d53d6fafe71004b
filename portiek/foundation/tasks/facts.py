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
