"""A contact in today's shape: its keys, and which fields hold them. Data."""

from __future__ import annotations

from titus_core.crm.fields import Aliases
from titus_core.crm.shapes import Own, Shape, Way, keys

ACTIVE = frozenset({"Active Contact", "Active", "On leave"})
"""What the view of active contacts let through; the first is the live base's word (`legacy-contract.md` §4.3)."""

STATUS: Aliases = ("status_of_contact", "status")
TYPE: Aliases = ("type_of_contact_single_select", "type_of_contact", "contact_type")

CONTACT: Shape = keys(
    id=Own.RECORD,
    airtable_id=Own.RECORD,
    name=Own.NAME,
    firstName="first_name",
    lastName="last_name surname",
    phone="mobile phone mobile_phone mobile_number phone_number",
    email="email email_address",
    signingEmail="signing_email email_for_signing",
    contactType=" ".join((*TYPE, "account_type_active_or_inactive_or_propsect")),
    statusOfContact=" ".join(STATUS),
    gender="gender",
    linkedToClient=("linked_to_client linked_client", Way.LIST),
    organisation="organisation organization company company_name",
    abn="abn",
    abnEntityName="abn_entity_name",
    abnStatus="abn_status",
    gstRegistered="gst_registered",
    abnLastVerified="abn_last_verified",
    jobTitle="job_title position",
    homeAddress="home_address address",
    suburb="suburb",
    state="state",
    postcode="postcode post_code",
    emergencyContact="emergency_contact emergency_contact_name",
    emergencyRelationship="emergency_relationship emergency_contact_relationship",
    emergencyPhone="emergency_phone emergency_contact_phone",
    emergencyEmail="emergency_email emergency_contact_email",
    firstAidExpiry="first_aid_expiry first_aid_expiry_date",
    cprExpiry="cpr_expiry cpr_expiry_date",
    insuranceExpiry="insurance_expiry car_insurance_expiry car_insurance_expiry_date",
    driversLicenseExpiry="drivers_license_expiry drivers_licence_expiry drivers_licence_expiry_date",
    ndisExpiry="ndis_expiry worker_screening_expiry ndis_worker_screening_expiry ndis_screening_expiry",
    wwccExpiry="wwcc_expiry blue_card_expiry wwcc_blue_card_expiry",
    notes="notes",
    photo=("photo photos profile_photo", Way.FILES),
    swProfile=("sw_profile support_worker_profile", Way.FILES),
    cvResume=("cv_resume cv resume", Way.FILES),
    cvAiSummary="cv_ai_summary",
    cultureEthnicity="culture_ethnicity culture ethnicity",
    dob="date_of_birth dob",
    stageInRecruitment="stage_in_recruitment",
    dateApplied="date_applied",
    appliedForRole="applied_for_role job_applied_for",
    createdTime=Own.CREATED,
    employmentStartDate="employment_start_date",
    typeOfEmployment="type_of_employment",
    employmentContract=("employment_contract", Way.FILES),
    secondaryEmployment="secondary_employment",
    detailsOfOtherEmployment="details_of_other_employment",
    hasABN=("has_abn", Way.FLAG),
    contractorPayRateName="contractor_pay_rate_name",
    contractorWeekday=("contractor_weekday", Way.NUMBER),
    contractorWeeknight=("contractor_weeknight", Way.NUMBER),
    contractorSaturday=("contractor_saturday", Way.NUMBER),
    contractorSunday=("contractor_sunday", Way.NUMBER),
    contractorPubHoliday=("contractor_pub_holiday contractor_public_holiday", Way.NUMBER),
    contractorSleepover=("contractor_sleepover", Way.NUMBER),
    tfnPayLevel="tfn_pay_level",
    tfnDayRate=("tfn_day_rate", Way.NUMBER),
    tfnAfternoon=("tfn_afternoon", Way.NUMBER),
    tfnNight=("tfn_night", Way.NUMBER),
    tfnSaturday=("tfn_saturday", Way.NUMBER),
    tfnSunday=("tfn_sunday", Way.NUMBER),
    tfnPubHoliday=("tfn_pub_holiday tfn_public_holiday", Way.NUMBER),
    tfnSleepover=("tfn_sleepover", Way.NUMBER),
    allFields=Own.ALL,
)

_SAID = frozenset(
    {
        "firstName",
        "lastName",
        "phone",
        "email",
        "contactType",
        "statusOfContact",
        "gender",
        "organisation",
        "linkedToClient",
        "homeAddress",
        "suburb",
        "state",
        "postcode",
        "abn",
        "notes",
        "signingEmail",
        "stageInRecruitment",
    }
)
_SAID_LATER = frozenset(
    {"abnEntityName", "abnStatus", "gstRegistered", "abnLastVerified", "dateApplied", "cvAiSummary"}
)
_JOB = keys(jobAppliedFor="applied_for_role job_applied_for")

NEW: Shape = tuple(one for one in CONTACT if one.key in _SAID) + _JOB
"""What may be said of a new contact, besides `name` and `extraFields`."""

CHANGED: Shape = NEW + tuple(one for one in CONTACT if one.key in _SAID_LATER)

CLEARED = frozenset({"notes", "cvAiSummary"})
"""Blank text clears these only: today's form sends blanks for whatever it does not show."""
