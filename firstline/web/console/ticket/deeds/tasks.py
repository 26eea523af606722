"""Tasks asked of other teams while the ticket stays where it is."""

from __future__ import annotations

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from firstline.commands import tasks
from firstline.core.kernel.refusals import NotThere
from firstline.core.kernel.refusals import _ as mark
from firstline.core.people.rosters import teams_at
from firstline.web.console.ticket.deed import Action, Deed, DeedForm
from firstline.web.console.ticket.deeds.fields import TeamField, When, Words


class TaskForm(DeedForm):
    """Of whom, what, by when."""

    team = TeamField(label=_("Of"))
    what = Words(label=_("What is needed"), rows=4)
    due_at = When(label=_("By"), required=False)

    def offer(self, deed: Deed) -> None:
        """Offer the desk's other teams."""
        others = teams_at(deed.ticket.desk_id).exclude(pk=deed.ticket.team_id or 0)
        self.fields["team"].queryset = others  # type: ignore[attr-defined]


class ResultForm(DeedForm):
    """What came of it."""

    result = Words(label=_("What came of it"), rows=4)


def _ask(deed: Deed) -> str:
    tasks.ask_task(**deed.who, team_id=deed["team"].pk, what=deed["what"], due_at=deed["due_at"])
    return gettext("Asked of %(team)s.") % {"team": deed["team"]}


def _finish(deed: Deed) -> str:
    tasks.finish_task(task_id=_own(deed), by_id=deed.person.pk, result=deed["result"], now=deed.now)
    return gettext("The task is done.")


def _withdraw(deed: Deed) -> str:
    tasks.withdraw_task(task_id=_own(deed), by_id=deed.person.pk, now=deed.now)
    return gettext("The task is withdrawn.")


def _own(deed: Deed) -> int:
    """Return the task's id, if the task is the ticket's."""
    if not deed.ticket.tasks.filter(pk=deed.row).exists():
        raise NotThere(mark("There is no such task."))
    return deed.row


ACTIONS = (
    Action("task", _("Ask a task"), "list-checks", _ask, _("Ask another team for a task"),
           _("The ticket stays where it is; the team does its part beside."), TaskForm),
    Action("task-result", _("Done"), "circle-check", _finish, _("The task is done"), form=ResultForm, rows=True),
    Action("task-withdrawal", _("Withdraw"), "undo-2", _withdraw, rows=True),
)  # fmt: skip
