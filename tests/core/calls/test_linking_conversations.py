"""A person says which call a conversation belongs to, and that stands."""

from __future__ import annotations

import pytest

from tests.core.calls.builders import CALL
from tests.core.calls.office import at_once
from tests.core.calls.test_absorbing_conversations import OTHER, Desk, told
from titus_core.calls.link_conversation import ConversationLink, LinkConversation
from titus_core.calls.transcripts import Link, Transcript
from titus_core.kernel.actor import OPERATOR
from titus_core.kernel.errors import Invalid, NotFound, Stale
from titus_core.kernel.ids import CallId, ConversationId

ID = ConversationId("conv_1")


@pytest.fixture
def desk() -> Desk:
    """Two calls, and a conversation that fits both."""
    desk = Desk()
    desk.handed_over()
    desk.handed_over(OTHER, seconds=1)
    assert desk.tell(told()).call_id is None
    return desk


def link(desk: Desk, call_id: CallId = CALL, version: int | None = None, name: ConversationId = ID) -> Transcript:
    use_case = LinkConversation(desk.office.store, desk.office.clock)
    return at_once(use_case(ConversationLink(OPERATOR, name, call_id, version)))


def test_it_belongs_to_the_call_that_a_person_names(desk: Desk) -> None:
    linked = link(desk, version=1)
    assert (linked.call_id, linked.link, linked.version) == (CALL, Link.PERSON, 2)
    assert desk.kinds() == ["conversation.told", "conversation.linked"]
    assert desk.trail()[-1].actor == OPERATOR


def test_what_its_provider_tells_later_does_not_tie_it_elsewhere(desk: Desk) -> None:
    link(desk)
    again = desk.tell(told(call_id=OTHER))
    assert (again.call_id, again.link) == (CALL, Link.PERSON)


def test_only_a_person_corrects_it_and_the_same_again_changes_nothing(desk: Desk) -> None:
    link(desk)
    assert link(desk).version == 2
    corrected = link(desk, OTHER)
    assert (corrected.call_id, corrected.version) == (OTHER, 3)


def test_what_is_not_there_is_refused(desk: Desk) -> None:
    with pytest.raises(NotFound):
        link(desk, name=ConversationId("conv_9"))
    with pytest.raises(Invalid):
        link(desk, CallId("CAnone"))
    with pytest.raises(Stale):
        link(desk, version=7)
