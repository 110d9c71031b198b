"""What today's pages show to whom (`legacy-contract.md` §3.4), data only.

This decides which entries of a menu are drawn, nothing else: what people may do is `titus_core/accounts/policy.py`.
"""

from __future__ import annotations

from titus_core.accounts.model import Role

_ENTRIES = """
dashboard conversations tasks callWorkflow supportTickets contacts contacts_overview my_details contacts_all
leads_overview leads_list leads_kanban recruit_overview recruit_list recruit_kanban recruit_lms scheduler accommodation
clientBudget time_attendance roster_calculator roc course_library my_training service_agreements schedule_of_supports
reports registers files auditLog receipts ndisReports incidents continuousImprovement progressNotes invoice_management
my_invoices knowledgeBase admin
"""
_ROSTER = """
dashboard scheduler accommodation clientBudget time_attendance roster_calculator roc reports registers ndisReports
receipts files
"""

KEYS = tuple(_ENTRIES.split())
_ALL = dict.fromkeys(KEYS, "edit")
_NONE = dict.fromkeys(KEYS, "none")
_OFFICE = _ALL | {"knowledgeBase": "view"} | dict.fromkeys(("admin", "continuousImprovement", "progressNotes"), "none")
_LEADER = _OFFICE | {"supportTickets": "none"}

MENU: dict[Role, dict[str, str]] = {
    Role.SUPERADMIN: _ALL,
    Role.DIRECTOR: _OFFICE,
    Role.TEAM_LEADER: _LEADER,
    Role.ADMIN: _LEADER,
    Role.ROSTER_OFFICER: _NONE
    | dict.fromkeys(_ROSTER.split(), "edit")
    | dict.fromkeys(("contacts", "contacts_all", "my_details", "my_training", "knowledgeBase"), "view"),
    Role.SUPPORT_WORKER: _NONE
    | dict.fromkeys(("my_details", "my_training", "time_attendance", "my_invoices"), "edit")
    | dict.fromkeys(("dashboard", "knowledgeBase"), "view"),
    Role.MANAGER: _NONE,
    Role.CEO: _NONE,
    Role.OFFICE_STAFF: _NONE,
}
