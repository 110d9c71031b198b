"""Clients and what is kept of them, in today's shapes. Data."""

from __future__ import annotations

from titus_core.crm.fields import Aliases
from titus_core.crm.shapes import Own, Shape, Way, keys

ACTIVE = frozenset({"Active", "Prospect"})
"""What the view of active clients let through (`legacy-contract.md` §4.3)."""

ACCOUNT_TYPE: Aliases = ("account_type_active_or_inactive_or_propsect", "account_type")
_ACCOUNT_TYPE = " ".join(ACCOUNT_TYPE)
_PHONE = "mobile phone mobile_number phone_number client_phone"
_ADDRESS = "home_address address"
_START, _EXPIRY = "ndis_plan_start_date plan_start_date", "ndis_plan_expiry_date plan_expiry plan_end_date"
_COORDINATOR = "support_coordinator_link support_coordinator"
_NDIS = "ndis_number ndis_ref ndis_ref_number"
_FILES = "attachments files file upload_file_here"

LISTED: Shape = keys(
    airtable_id=Own.RECORD,
    name=Own.NAME,
    accountType=_ACCOUNT_TYPE,
    phone=_PHONE,
    email="email client_email",
    ndisNumber=_NDIS,
    suburb="suburb",
    silOrCas="sil_or_cas",
)
PARTICIPANT: Shape = keys(
    id=Own.RECORD,
    name=Own.NAME,
    ndisNumber=_NDIS,
    type=_ACCOUNT_TYPE,
    email="email client_email",
    phone=_PHONE,
    address=_ADDRESS,
    dob="date_of_birth dob",
    planStart=_START,
    planEnd=_EXPIRY,
    supportCoordinator=_COORDINATOR,
    emergencyContact="emergency_contact emergency_contact_name",
)
DETAILS: Shape = keys(
    name=Own.NAME,
    accountType=_ACCOUNT_TYPE,
    silOrCas="sil_or_cas",
    serviceType="service_type type_of_service",
    requiredSkills=("required_skills skills_required", Way.LIST),
    ndisNumber=_NDIS,
    ndisType="type_of_ndis_plan ndis_type ndis_plan_type",
    planExpiry=_EXPIRY,
    planStartDate=_START,
    supportCoordinator=_COORDINATOR,
    dateOfBirth="date_of_birth dob",
    age=("age", Way.NUMBER),
    gender="gender",
    suburb="suburb",
    address=_ADDRESS,
    state="state",
    postcode="postcode post_code",
    phone=_PHONE,
    email="email client_email",
    emergencyContact="emergency_contact emergency_contact_name",
    emergencyPhone="emergency_phone emergency_contact_phone",
    emergencyEmail="emergency_email emergency_contact_email",
    emergencyRelationship="emergency_relationship emergency_contact_relationship",
    nominee="nominee_or_guardian nominee nominee_name",
    nomineePhone="nominee_phone",
    nomineeEmail="nominee_email",
    planManager="plan_manager_link plan_manager",
    kmAllowance="km_allowance",
    typeOfDisability="type_of_disability disability",
    generalBackground="general_background",
    ndisGoals="ndis_goals",
    allergiesAlerts="allergies_alerts allergies",
    hasAllergies=("has_allergies", Way.FLAG),
    communicationAids="communication_aids",
    communicationDetails="communication_details",
    personalCare="personal_care",
    pbspYesNo="pbsp_yes_no pbsp",
    pbspPracName="pbsp_prac_name pbsp_practitioner_name",
    pbspPracEmail="pbsp_prac_email pbsp_practitioner_email",
    pbspPhone="pbsp_phone pbsp_practitioner_phone",
    pbspStrategies="pbsp_strategies",
    knownTriggers="known_triggers",
    supportRatio="support_ratio",
    genderOfWorkers="gender_of_workers",
    airtableId=Own.RECORD,
    allFields=Own.ALL,
)
DECISIONS: Shape = keys(
    ownDecisionMaker="own_decision_maker",
    medical="medical_decisions",
    financial="financial_decisions",
    ndisAccommodation="ndis_supports_plan_accommodation_decisions",
    livingArrangements="living_arrangements_decisions",
    legal="legal_decisions",
)
PLAN: Shape = keys(
    startDate=_START, expiryDate=_EXPIRY, planType="type_of_ndis_plan ndis_type ndis_plan_type", ndisNumber=_NDIS
)
STAKEHOLDERS: dict[str, tuple[Aliases, Shape]] = {
    "supportCoordinator": (
        ("support_coordinator_link", "support_coordinator"),
        keys(
            name="support_coordinator support_coordinator_name",
            email="email_from_support_coordinator support_coordinator_email",
            phone="phone_from_support_coordinator support_coordinator_phone",
            company="company_from_support_coordinator support_coordinator_company",
        ),
    ),
    "planManager": (
        ("plan_manager_link", "plan_manager"),
        keys(
            name="plan_manager plan_manager_name",
            email="plan_manager_email",
            phone="plan_manager_phone",
            company="plan_manager_company",
        ),
    ),
    "nominee": (
        ("nominee_or_guardian", "nominee"),
        keys(
            name="nominee nominee_name",
            phone="nominee_phone",
            email="nominee_email",
            relationship="nominee_relationship",
        ),
    ),
    "opg": (("opg_link",), keys(name="opg_name opg", phone="opg_phone", email="opg_email")),
    "behaviourPractitioner": (
        ("behaviour_practitioner_link", "behaviour_practitioner"),
        keys(
            name="pbsp_prac_name pbsp_practitioner_name",
            email="pbsp_prac_email pbsp_practitioner_email",
            phone="pbsp_phone pbsp_practitioner_phone",
            company="pbsp_prac_company",
        ),
    ),
    "emergency": (
        ("emergency_contact_link",),
        keys(
            name="emergency_contact emergency_contact_name",
            phone="emergency_phone emergency_contact_phone",
            email="emergency_email emergency_contact_email",
            relationship="emergency_relationship emergency_contact_relationship",
        ),
    ),
}
"""Who stands beside a client: the link to their contact, and where the client's own record tells of them."""

BUDGET: Shape = keys(
    airtableId=Own.RECORD,
    uniqueRef="unique_ref",
    clientName="client_name",
    ndisRef="ndis_ref_from_client_name ndis_ref",
    planType="plan_type",
    uploadSOS=("schedule_of_supports upload_sos", Way.FILES),
    lineItems="line_items",
    lineItemsUploaded=("line_items_from_sos_agreement_uploaded line_items_uploaded", Way.FLAG),
    accountType="account_type account_type_active_or_inactive_or_propsect_from_client_name",
    silOrCas="sil_or_cas sil_or_cas_from_client_name",
    coreBudgetSIL=("core_budget_sil", Way.NUMBER),
    coreBudgetCA=("core_budget_ca core_budget_community_access", Way.NUMBER),
    coreBudgetTransport=("core_budget_transport", Way.NUMBER),
    totalBudget=("total_budget", Way.NUMBER),
    invoiceAmount=("invoice_amount", Way.NUMBER),
    fromWhichBudget="from_which_budget",
    created=Own.CREATED,
    lastUpdate="last_modified last_update",
    rosteredHours=("rostered_hours", Way.NUMBER),
    scheduledCost=("scheduled_cost", Way.NUMBER),
    shiftCount=("shift_count", Way.NUMBER),
    allFields=Own.ALL,
)
NEW_BUDGET: Shape = keys(lineItems="line_items", invoiceAmount="invoice_amount", fromWhichBudget="from_which_budget")
SHIFT: Shape = keys(
    airtableId=Own.RECORD,
    staffName="staff_name",
    startShift="start_shift",
    endShift="end_shift",
    hours=("total_hours_decimal total_hours hours", Way.NUMBER),
    chargePerHour=("charge_per_hour", Way.NUMBER),
    silOrCas="sil_or_cas",
    dayType="day_type",
    supportItem="support_item",
)
EVENT: Shape = keys(
    id=Own.RECORD,
    uniqueRef="unique_ref",
    clientName="client_name",
    eventName="event_name",
    appointmentType="appointment_type",
    startDate="start_date_time start_date",
    endDate="end_date_time end_date",
    address="address",
    details="details",
    swInstructions="sw_instructions",
    createdBy="created_by",
    createdDate=Own.CREATED,
    status="status",
    silOrCas="sil_or_cas",
    files=(_FILES, Way.FILES),
)
TASK: Shape = keys(
    id=Own.RECORD,
    refNumber="ref_number ref unique_ref task",
    taskName="task_name name_of_task",
    description="description task_description",
    priority="priority",
    status="follow_up_status status",
    dueDate="due_date",
    dateCompleted="date_completed",
    createdDate=Own.CREATED,
    assignedTo="assigned_to assignee",
    followUpRequired="follow_up_required",
    followUpDetails="follow_up_details",
    actionsTaken="actions_taken",
    typeOfUpdate="type_of_update",
    methodOfContact="method_of_contact",
    createdBy="created_by",
    linkedIncidentRef="linked_incident_ref linked_incident",
    incidentSummary="incident_summary",
    isNdisReportable="is_ndis_reportable",
    isRecurring=("is_recurring recurring", Way.FLAG),
    recurringFrequency="recurring_frequency",
    nextDueDate="next_due_date",
    comments=("comments_list", Way.LIST),
)
DOC: Shape = keys(
    id=Own.RECORD,
    uniqueRef="unique_ref",
    clientName="client_name",
    docType="doc_type document_type",
    expiryDate="expiry_date",
    lastUpdated="last_updated last_modified",
    updatedBy="updated_by last_modified_by",
    attachmentSummary="attachment_summary",
    statusOfDoc="status_of_doc status",
    files=(_FILES, Way.FILES),
)
NEW_DOC: Shape = keys(docType="doc_type document_type", expiryDate="expiry_date")
