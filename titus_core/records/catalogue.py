"""Which tables and fields there are: the only source of their names. All is keyed by id, so renames are harmless."""

from __future__ import annotations

from enum import StrEnum
from functools import cached_property

import msgspec

from titus_core.records.errors import UnknownField, UnknownTable
from titus_core.records.model import FieldId, TableId
from titus_core.records.spelling import nearest


class FieldType(StrEnum):
    """What a field is. A type that is not known yet is `UNKNOWN`: its values are carried, never looked into."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    RICH_TEXT = "rich_text"
    EMAIL = "email"
    URL = "url"
    PHONE = "phone"
    NUMBER = "number"
    CURRENCY = "currency"
    PERCENT = "percent"
    DURATION = "duration"
    RATING = "rating"
    CHECKBOX = "checkbox"
    DATE = "date"
    DATE_TIME = "date_time"
    SELECT = "select"
    SELECTS = "selects"
    PERSON = "person"
    PEOPLE = "people"
    LINKS = "links"
    ATTACHMENTS = "attachments"
    BARCODE = "barcode"
    BUTTON = "button"
    AUTO_NUMBER = "auto_number"
    CREATED_TIME = "created_time"
    MODIFIED_TIME = "modified_time"
    CREATED_BY = "created_by"
    MODIFIED_BY = "modified_by"
    COUNT = "count"
    FORMULA = "formula"
    ROLLUP = "rollup"
    LOOKUP = "lookup"
    AI_TEXT = "ai_text"
    SYNC_SOURCE = "sync_source"
    UNKNOWN = "unknown"


class Kind(StrEnum):
    """What the values of a field are, and so what may be asked of them. `LIST` holds scalars (lookups); `OBJECT` is
    carried as it came."""

    TEXT = "text"
    NUMBER = "number"
    CHECKBOX = "checkbox"
    DATE = "date"
    INSTANT = "instant"
    SELECT = "select"
    SELECTS = "selects"
    LINKS = "links"
    ATTACHMENTS = "attachments"
    LIST = "list"
    OBJECT = "object"


class Policy(StrEnum):
    """What becomes of a computed field where its first store is gone: computed by Titus, kept as it was last, or left
    out."""

    RECOMPUTE = "recompute"
    FREEZE = "freeze"
    DROP = "drop"


class Privacy(StrEnum):
    """Who may see a field's values; `SECRET` ones are never served."""

    PUBLIC = "public"
    PERSONAL = "personal"
    HEALTH = "health"
    SECRET = "secret"  # noqa: S105 (a class of fields)


class Option(msgspec.Struct, frozen=True):
    """One choice of a select; its place among them is its place in `Field.options`."""

    id: str
    name: str


class LinkTo(msgspec.Struct, frozen=True):
    """Where links lead. `inverse`: the field over there that shows them from the other side. `single` is a wish that
    Airtable does not enforce, and Titus does not either."""

    table: TableId
    inverse: FieldId | None = None
    single: bool = False


class Computed(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How a field is computed. `formula` in terms of field ids (`{fld…}`); `via` is the link field that a lookup, a
    rollup or a count goes through, `target` the field over there; `watches` the fields whose changes a modified time
    tells (none: all). `result` is the type of what comes out."""

    policy: Policy
    formula: str | None = None
    via: FieldId | None = None
    target: FieldId | None = None
    watches: tuple[FieldId, ...] = ()
    result: FieldType = FieldType.UNKNOWN


class Field(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """`name` is the store of origin's, blanks and line breaks included; `api` what REST calls it, `alias` what code
    does, `column` what SQL does. `zone` is the time zone in which times without one are meant."""

    id: FieldId
    name: str
    api: str
    alias: str
    column: str
    type: FieldType
    kind: Kind
    privacy: Privacy
    options: tuple[Option, ...] = ()
    link: LinkTo | None = None
    computed: Computed | None = None
    zone: str | None = None

    @property
    def is_shown(self) -> bool:
        return self.privacy is not Privacy.SECRET and not (self.computed and self.computed.policy is Policy.DROP)

    def position(self, option: str) -> int:
        """The place of the option of that name; behind all others for one that is there no more."""
        return next((place for place, one in enumerate(self.options) if one.name == option), len(self.options))


class Table(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, dict=True):
    """`primary` is the field that names a record."""

    id: TableId
    name: str
    api: str
    alias: str
    sql: str
    primary: FieldId
    fields: tuple[Field, ...]

    @cached_property
    def _by_id(self) -> dict[str, Field]:
        return {field.id: field for field in self.fields}

    @cached_property
    def _by_word(self) -> dict[str, Field]:
        """Ids go before names of the API, these before names of origin, these before aliases: of two fields that share
        a word, the one is meant whose word is more its own."""
        words: dict[str, Field] = {}
        for spelled in ("id", "api", "name", "alias"):
            for field in self.fields:
                words.setdefault(getattr(field, spelled), field)
        return words

    @cached_property
    def shown(self) -> Table:
        """What anybody is shown of it: secret fields are not there, nor those that the catalogue drops. Whoever names
        one is told what is told of any word that names nothing: who may ask whether a secret begins with `a` has it
        soon."""
        return msgspec.structs.replace(self, fields=tuple(self.served.values()))

    @cached_property
    def served(self) -> dict[FieldId, Field]:
        """The fields that anybody is shown, by id: secret ones never are, nor those that are dropped."""
        return {field.id: field for field in self.fields if field.is_shown}

    @cached_property
    def served_names(self) -> tuple[tuple[FieldId, str], ...]:
        """Their ids and API names, for lists that go through thousands of cells."""
        return tuple((field.id, field.api) for field in self.served.values())

    @cached_property
    def holds_things(self) -> bool:
        """Whether cells of it are more than scalars and lists of texts."""
        return any(field.kind in {Kind.ATTACHMENTS, Kind.LIST, Kind.OBJECT} for field in self.served.values())

    def get(self, field_id: FieldId) -> Field | None:
        return self._by_id.get(field_id)

    def field(self, field_id: FieldId) -> Field:
        """Raises `UnknownField`."""
        return self._by_id.get(field_id) or self.named(field_id)

    def named(self, word: str) -> Field:
        """The field with this id, API name, name or alias. Raises `UnknownField`, which tells the nearest spelling."""
        found = self._by_word.get(word)
        if found is None:
            raise UnknownField(self.name, word, nearest(word, [field.name for field in self.fields]))
        return found


class Catalogue(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """All tables of one base. `base` is its id (`app…`)."""

    base: str
    tables: tuple[Table, ...]

    @cached_property
    def _by_id(self) -> dict[str, Table]:
        return {table.id: table for table in self.tables}

    @cached_property
    def _by_word(self) -> dict[str, Table]:
        words: dict[str, Table] = {}
        for spelled in ("id", "api", "name", "alias"):
            for table in self.tables:
                words.setdefault(getattr(table, spelled), table)
        return words

    def table(self, table_id: TableId) -> Table:
        """Raises `UnknownTable`."""
        return self._by_id.get(table_id) or self.named(table_id)

    def named(self, word: str) -> Table:
        """The table with this id, API name, name or alias. Raises `UnknownTable`, which tells the nearest spelling."""
        found = self._by_word.get(word)
        if found is None:
            raise UnknownTable(word, nearest(word, [table.name for table in self.tables]))
        return found
