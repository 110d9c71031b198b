"""What is written down of clients and workers: notes, incidents, talks and charts, in today's shapes. Data."""

from __future__ import annotations

import msgspec

from titus_core.crm import client
from titus_core.crm.fields import Aliases
from titus_core.crm.shapes import Own, Shape, Way, keys

CLIENT: Aliases = ("client_name", "client", "participant_name")
WORKER: Aliases = ("support_workers_name", "support_worker_name", "staff_name", "employee")
_CLIENT, _WORKER = " ".join(CLIENT), " ".join(WORKER)
_FILES = "attachments files upload_file_here"
_STAFF = "staff staff_name"


class Entries(msgspec.Struct, frozen=True):
    """A table of entries. `at` is the field that they are ordered by, the latest first; `client` and `worker` are the
    fields that say whom they are about and who wrote them; of entries without `only` nothing is told."""

    tables: Aliases
    shape: Shape
    at: Aliases
    client: Aliases = CLIENT
    worker: Aliases = WORKER
    only: Aliases = ()


_HISTORY = keys(
    id=Own.RECORD,
    date="date_time_of_contact date_of_contact date",
    workerName="employee support_worker_name client_name",
    staffName="contact_made_by staff_name",
    method="method_of_contact",
    reason="reason_for_contact",
    summary="summary",
    duration="duration",
    assignee="assignee assigned_to",
    jobTitle="job_title",
    files=(_FILES, Way.FILES),
    lastModified="last_modified created",
    allFields=Own.ALL,
)
_TALKED: Aliases = ("date_time_of_contact", "date_of_contact", "date")
EMPLOYEE_HISTORY = Entries(("employee_contact_history",), _HISTORY, _TALKED, worker=("employee", *WORKER))
CLIENT_HISTORY = Entries(("client_contact_history",), _HISTORY, _TALKED)

NOTES = Entries(
    ("progress_notes",),
    keys(
        id=Own.RECORD,
        startDate="start_date_and_time start_date_time start_date",
        endDate="end_date_and_time end_date_time end_date",
        totalHours=("total_hours", Way.NUMBER),
        client=_CLIENT,
        clientId=(_CLIENT, Way.ID),
        workerName=_WORKER,
        transport="transport",
        created=Own.CREATED,
        shiftType="shift_type type_of_shift_active_or_non_active",
        notes="notes_summary progress_note notes",
        risks="risks",
        kms=("kms", Way.NUMBER),
        kmsRaw="kms",
        from_="travel_from from",
        to="travel_to to",
        files=(_FILES, Way.FILES),
        allFields=Own.ALL,
    ),
    ("start_date_and_time", "start_date_time", "start_date"),
)
KMS = Entries(
    NOTES.tables,
    keys(
        id=Own.RECORD,
        date="start_date_and_time start_date_time start_date",
        client=_CLIENT,
        workerName=_WORKER,
        kms=("kms", Way.NUMBER),
        kmsRaw="kms",
        from_="travel_from from",
        to="travel_to to",
    ),
    NOTES.at,
    only=("kms",),
)
NEW_NOTE: Shape = keys(
    startDate="start_date_and_time start_date_time start_date",
    endDate="end_date_and_time end_date_time end_date",
    shiftType="shift_type type_of_shift_active_or_non_active",
    progressNote="notes_summary progress_note notes",
    transport="transport",
    kms="kms",
    travelFrom="travel_from from",
    travelTo="travel_to to",
    risks="risks",
    status="status",
    attachments=_FILES,
    clientId=_CLIENT,
    employeeId=_WORKER,
)
_REPORTER = "person_completing_ir reported_by"
_REPORTABLE = "is_this_a_reportable_incident_to_the_ndis_quality_safeguards_commission reportable"
_SUMMARY = "summarise_the_incident_and_or_allegation_without_reference_to_peoples_names description"
INCIDENTS = Entries(
    ("ir_reports_2025",),
    keys(
        id=Own.RECORD,
        date="date_time_of_incident",
        categories=("incident_categories categories", Way.LIST),
        client=_CLIENT,
        reporter=_REPORTER,
        reportable=_REPORTABLE,
        type="type_of_incident incident_type",
        severity="severity",
        status="ir_status status",
        description=_SUMMARY,
        location="location_of_incident location",
        actionTaken="immediate_action action_taken",
        followUp="follow_up",
        witnesses="witnesses",
        injuries="injuries",
        files=(_FILES, Way.FILES),
        allFields=Own.ALL,
    ),
    ("date_time_of_incident",),
    worker=tuple(_REPORTER.split()),
)
NEW_INCIDENT: Shape = keys(
    dateTime="date_time_of_incident",
    incidentType="type_of_incident incident_type",
    categories="incident_categories categories",
    severity="severity",
    reportable=_REPORTABLE,
    location="location_of_incident location",
    description=_SUMMARY,
    actionTaken="immediate_action action_taken",
    followUp="follow_up",
    witnesses="witnesses",
    injuries="injuries",
    status="ir_status status",
    attachments=_FILES,
    clientId=_CLIENT,
    reporterId=_REPORTER,
)
SLEEP = Entries(
    ("client_sleep_chart",),
    keys(
        id=Own.RECORD,
        client=_CLIENT,
        date="sleep_date date",
        bedTime="time_to_bed bed_time",
        wakeTime="time_woke_up wake_time",
        hoursSlept=("hours_slept", Way.NUMBER),
        quality="sleep_quality",
        notes="comments notes",
        disturbances="night_disturbances disturbances",
        staff=_STAFF,
        allFields=Own.ALL,
    ),
    ("sleep_date", "date"),
)
BOWEL = Entries(
    ("bowel_chart",),
    keys(
        id=Own.RECORD,
        client=_CLIENT,
        dateTime="bowel_movement_date_time date_time",
        dateFormula="date_formula bowel_movement_date_time",
        size="size_of_bowel_movement",
        type="type_of_bowel_movement",
        comments="comments",
        attachments=(_FILES, Way.FILES),
        submitted="date_time_submitted",
        staff=_STAFF,
        allFields=Own.ALL,
    ),
    ("bowel_movement_date_time", "date_time"),
)
FLUIDS = Entries(
    ("fluid_intake_diary",),
    keys(
        id=Own.RECORD,
        client=_CLIENT,
        dateTime="date_time",
        dateFormatted="date_formatted date_time",
        amountMl=("amount_in_ml", Way.NUMBER),
        fluidType="type_of_fluid",
        allFields=Own.ALL,
    ),
    ("date_time",),
)
CONSUMABLES = Entries(
    ("client_consumables",),
    keys(
        id=Own.RECORD,
        client=_CLIENT,
        item="supply_item",
        dateOrdered="date_ordered",
        qtyOrdered=("qty_ordered", Way.NUMBER),
        orderedBy="ordered_by_notified_mgmt ordered_by",
        dateArrived="date_arrived",
        receivedBy="received_by_on_shift received_by",
        qtyConfirmed=("qty_confirmed_signed_off", Way.NUMBER),
        comments="comments",
        allFields=Own.ALL,
    ),
    ("date_ordered",),
)
BEHAVIOURS = Entries(
    ("qr_code_data_behaviours",),
    keys(
        id=Own.RECORD,
        client=_CLIENT,
        dateTime="date_time",
        location="location_environment",
        trigger="trigger_or_event_before_the_behaviour",
        verbal=("behaviours_verbal", Way.LIST),
        physical=("behaviours_physical", Way.LIST),
        duration="duration_of_behaviour",
        deescalation="de_escalation_strategies_used",
        outcome="outcome_resolution",
        comments="comments",
        attachments=(_FILES, Way.FILES),
        created=Own.CREATED,
        allFields=Own.ALL,
    ),
    ("date_time",),
)
SUPPORT_PLANS = Entries(("support_plan_2025", "support_plans_2025", "support_plans"), (), ())
CALENDAR = Entries(("client_calendar",), client.EVENT, ("start_date_time", "start_date"))
BUDGETS = Entries(("client_core_budgets",), client.BUDGET, ())
SHIFTS = Entries(("rosters_2025",), client.SHIFT, ("start_shift",))
TASKS = Entries(("tasks",), client.TASK, ("due_date",))
DOCS = Entries(("client_docs",), client.DOC, ("expiry_date",))
