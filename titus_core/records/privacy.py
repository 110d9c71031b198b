"""Who may see a field's values: a class by its name, its type and its table's, never lower than what it is computed of.

Rules for the first naming; a person may change what comes out, and that then stays. In doubt a field is personal.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from titus_core.records.catalogue import FieldType, Privacy
from titus_core.records.describing import FieldDescription, TableDescription
from titus_core.records.model import FieldId
from titus_core.records.wording import words_of

_ORDER = tuple(Privacy)
"""From the least to the most careful."""


def _any(words: str) -> re.Pattern[str]:
    """Whole words, or words that begin so (`diagnos*`), between blanks; `_` stands for a blank within."""
    ways = "|".join(word.replace("*", "[a-z0-9]*").replace("_", " ") for word in words.split())
    return re.compile(rf"(?:^| )(?:{ways})(?= |$)")


_SECRET = _any(
    """password* passcode* passphrase* pass_phrase pass_word pin pins cvv token* secret* credential* lockbox* lock_box*
    keypad* combination* p256dh auth vapid* endpoint* api_key* private_key* otp wifi_key*"""
)
_CODE = _any("code codes")
_NO_SECRET_CODE = _any(
    """item items line post postal zip area country qr bar charge service support supports billing category cost course
    currency state status error product"""
)
"""A code of one of these is a name for it; any other code may open a door."""
_KEY = _any("key keys")
_NO_SECRET_KEY = _any(
    """worker workers contact contacts person people staff date dates result results point points area areas risk risks
    goal goals"""
)

_HEALTH = _any(
    """diagnos* disabilit* disorder* medic* prn dose dosage behavio* bowel* continen* incontinen* toilet* sleep slept
    woke fluid* iddsi seizure* epilep* allerg* diet* mental* health* hospital* doctor* gp symptom* treatment* therap*
    injur* wound* blood weight* restrictive* incident* ir trigger* antecedent* de_escalation progress_note* pn
    support_plan* goal* strategy mobility_aid* communication_need* vaccin* immunis* pregnan* psych* trauma*"""
)
_OF_THINGS = _any("support_item registration_group support_category course_name course_description job_title day_type")
_PERSONAL = _any(
    """name names surname* preferred phone* mobile* fax email* e_mail address* suburb* street postcode* dob
    birth* born age gender sex pronoun* religio* cultur* language* ethnic* indigenous atsi note notes comment* summary
    description* details message* content preview caption contact* emergency kin nominee* guardian* consent* ndis
    medicare* passport* licence* license* screening* bank* bsb account_number tfn tax_file* abn acn salary wage* visa
    photo* signature* ip_address user_agent sender location*"""
)
_PUBLIC = _any("category categories unit units version versions keyword* currency")

_FREE = frozenset(
    {
        FieldType.TEXT,
        FieldType.LONG_TEXT,
        FieldType.RICH_TEXT,
        FieldType.EMAIL,
        FieldType.PHONE,
        FieldType.URL,
        FieldType.PERSON,
        FieldType.PEOPLE,
        FieldType.ATTACHMENTS,
        FieldType.BARCODE,
        FieldType.AI_TEXT,
        FieldType.UNKNOWN,
    }
)
"""In these anything may be told."""
_ALWAYS_PERSONAL = frozenset({FieldType.EMAIL, FieldType.PHONE, FieldType.PERSON, FieldType.PEOPLE})
_BOOKKEEPING = frozenset({FieldType.AUTO_NUMBER, FieldType.CREATED_TIME, FieldType.MODIFIED_TIME, FieldType.COUNT})


def strictest(classes: Iterable[Privacy]) -> Privacy:
    return max(classes, key=_ORDER.index, default=Privacy.PUBLIC)


def class_of(table: TableDescription, field: FieldDescription) -> Privacy:
    """By itself; what it is computed of is not looked at."""
    told = _plain(field.name)
    if _is_secret(told) or _SECRET.search(_plain(field.description)):
        return Privacy.SECRET
    if field.type in _BOOKKEEPING:
        return Privacy.PUBLIC
    about_health = _HEALTH.search(_plain(table.name)) is not None
    if _HEALTH.search(told) or (about_health and _tells(field)):
        return Privacy.HEALTH
    if field.type in _ALWAYS_PERSONAL or (_PERSONAL.search(told) and not _OF_THINGS.search(told)):
        return Privacy.PERSONAL
    known = _OF_THINGS.search(told) or _PUBLIC.search(told)
    return Privacy.PERSONAL if field.type in _FREE and not known else Privacy.PUBLIC


def classes_of(told: Sequence[TableDescription], settled: Mapping[FieldId, Privacy]) -> dict[FieldId, Privacy]:
    """Of all fields; those that are settled stay. What is computed tells what it is computed of, however many
    computations lie between."""
    classes = {field.id: class_of(table, field) for table in told for field in table.fields} | dict(settled)
    sources = _sources(told)
    while True:
        raised = {
            field_id: strictest((classes[field_id], *(classes[source] for source in reads if source in classes)))
            for field_id, reads in sources.items()
            if field_id not in settled
        }
        if raised.items() <= classes.items():
            return classes
        classes |= raised


def _sources(told: Sequence[TableDescription]) -> dict[FieldId, tuple[FieldId, ...]]:
    """What each computed field tells of others. A link tells the name of the record that it leads to."""
    primaries = {table.id: table.primary for table in told}
    named = {one.id: primaries[one.link.table] for table in told for one in table.fields if one.link is not None}
    return {
        field.id: tuple(named.get(one, one) for one in (*computation.reads, computation.target) if one is not None)
        for table in told
        for field in table.fields
        if (computation := field.computation) is not None
    }


def _is_secret(told: str) -> bool:
    code = _CODE.search(told) and not _NO_SECRET_CODE.search(told)
    key = _KEY.search(told) and not _NO_SECRET_KEY.search(told)
    return bool(_SECRET.search(told) or code or key)


def _tells(field: FieldDescription) -> bool:
    """Whether it says more than who and when: in a sleep chart every number and choice is about somebody's health."""
    return field.computation is None and field.type is not FieldType.LINKS and not _PUBLIC.search(_plain(field.name))


def _plain(name: str) -> str:
    return " ".join(words_of(name)).lower()
