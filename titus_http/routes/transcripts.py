"""Today's addresses for transcripts that are missing: what is not here is searched for by a job."""

from __future__ import annotations

import msgspec
from litestar import post
from litestar.di import NamedDependency
from litestar.params import FromPath, SkipValidation

from titus_core.accounts.policy import Permission
from titus_core.jobs.search_conversations import SearchConversations
from titus_core.kernel.errors import NotConfigured
from titus_core.kernel.ids import CallId
from titus_http.routes.sections import StaffSection
from titus_http.security.policies import needs

FEW, MANY = 20, 50
"""How many calls each of them has looked at until now (`legacy-contract.md` §1.4)."""

Search = NamedDependency[SkipValidation[SearchConversations | None]]


class Syncing(msgspec.Struct, frozen=True):
    syncing: str
    success: bool = True


class Fetched(msgspec.Struct, frozen=True, omit_defaults=True):
    """`already`: `transcript` is what was said; otherwise it is searched for."""

    success: bool
    sid: str
    status: str = ""
    transcript: str | None = None
    already: bool = False


class Fetching(msgspec.Struct, frozen=True):
    message: str
    total: int
    success: bool = True


@post("/sync", status_code=200, opt=needs(Permission.VIEW_CALLS))
async def sync_transcripts(search_conversations: Search) -> Syncing:
    """Search for what was said in the latest calls that the agent took, where it is missing."""
    return Syncing(f"{await _configured(search_conversations).of_latest(FEW)} calls")


@post("/bulk-fetch", status_code=200, opt=needs(Permission.VIEW_CALLS))
async def fetch_transcripts(search_conversations: Search) -> Fetching:
    """The same for more of them."""
    total = await _configured(search_conversations).of_latest(MANY)
    words = f"The transcripts of {total} calls are searched for" if total else "No transcript is missing"
    return Fetching(words, total)


@post("/fetch/{sid:str}", status_code=200, opt=needs(Permission.VIEW_CALLS))
async def fetch_transcript(sid: FromPath[str], search_conversations: Search) -> Fetched:
    """What the agent and the caller of one call said; if it is not here, it is searched for, and comes with the call's
    story within a minute or so."""
    text = await _configured(search_conversations).of_call(CallId(sid))
    if text is None:
        return Fetched(True, sid, status="searching")
    return Fetched(True, sid, transcript=text, already=True)


def _configured(search: SearchConversations | None) -> SearchConversations:
    if search is None:
        raise NotConfigured("The AI agent's provider is not configured", missing=("ELEVENLABS_API_KEY",))
    return search


router = StaffSection(
    "/api/voice/transcripts", route_handlers=[sync_transcripts, fetch_transcripts, fetch_transcript], tags=["Calls"]
)
