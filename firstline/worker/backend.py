"""The outbox behind the django-tasks API: a task is declared with @task, and enqueueing it owes a job.

A job's kind is the task's dotted path, its payload the task's arguments by name. What a task returns is
not kept: a task's result is what it wrote.
"""

from __future__ import annotations

import inspect
from typing import Any

from django.utils import timezone
from django.utils.module_loading import import_string
from django_tasks.backends.base import BaseTaskBackend
from django_tasks.base import Task, TaskError, TaskResult, TaskResultStatus
from django_tasks.exceptions import TaskResultDoesNotExist
from django_tasks.utils import normalize_json

from firstline.core.outbox.models import Job
from firstline.core.outbox.owe import owe

_STATUS = {
    Job.State.WAITING: TaskResultStatus.READY,
    Job.State.LEASED: TaskResultStatus.RUNNING,
    Job.State.DONE: TaskResultStatus.SUCCESSFUL,
    Job.State.PARKED: TaskResultStatus.FAILED,
}


class OutboxBackend(BaseTaskBackend):
    """Enqueues into the outbox, inside the caller's transaction."""

    supports_defer = True
    supports_get_result = True

    def enqueue(self, task: Task[Any, Any], args: Any, kwargs: Any) -> TaskResult[Any]:
        """Owe the task; the result's id is the job's."""
        self.validate_task(task)
        named = inspect.signature(task.func).bind(*args, **kwargs).arguments
        job = owe(task.module_path, normalize_json(named), now=timezone.now(), run_at=task.run_after)
        assert job is not None  # without a key, nothing can have been owed before
        return result_of(job)

    def get_result(self, result_id: str) -> TaskResult[Any]:
        """Return how a job stands; raises TaskResultDoesNotExist, also for one forgotten after its week."""
        job = Job.objects.filter(pk=result_id).first() if result_id.isdecimal() else None
        if job is None:
            raise TaskResultDoesNotExist(result_id)
        return result_of(job)


def result_of(job: Job) -> TaskResult[Any]:
    """Return a job as django-tasks describes it."""
    return TaskResult(
        task=task_of(job),
        id=str(job.pk),
        status=_STATUS[Job.State(job.state)],
        enqueued_at=job.owed_at,
        started_at=None,
        finished_at=job.done_at,
        last_attempted_at=None,
        args=[],
        kwargs=job.payload,
        backend="default",
        errors=[TaskError(exception_class_path="builtins.Exception", traceback=job.trouble)] if job.trouble else [],
        worker_ids=[job.worker or "?"] * job.attempts,
    )


def task_of(job: Job) -> Task[Any, Any]:
    """Return the task that does a job; raises ImportError if the code has none of that name any more."""
    found = import_string(job.kind)
    if not isinstance(found, Task):
        raise ImportError(f"{job.kind} is not declared with @task")
    return found
