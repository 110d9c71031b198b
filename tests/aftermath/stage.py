"""A morning at a provider's office with every provider played, and everything going wrong that may."""

from __future__ import annotations

from datetime import UTC, datetime
from random import Random
from typing import Any

from tests.aftermath.books import Books, books
from tests.aftermath.faulty import OF_MODELS, FaultyTransport, Weather
from tests.aftermath.places import Place
from tests.aftermath.talks import talks
from tests.journeys.stage import ACCOUNT, ALICE, BEN, CARA, PHONES, TITUS_NUMBER, Stage
from titus_adapters.anthropic.api import AnthropicApi
from titus_adapters.anthropic.settings import AnthropicSettings
from titus_adapters.anthropic.summarising import AnthropicSummariser
from titus_adapters.elevenlabs.api import ElevenLabsApi
from titus_adapters.elevenlabs.conversations import ElevenLabsConversations
from titus_adapters.elevenlabs.register_call import RegisterCallAgent
from titus_adapters.elevenlabs.settings import ElevenLabsSettings
from titus_adapters.sandbox.anthropic.part import anthropic_part
from titus_adapters.sandbox.anthropic.replies import Reply
from titus_adapters.sandbox.anthropic.sandbox import AnthropicSandbox
from titus_adapters.sandbox.app import create_sandbox_app
from titus_adapters.sandbox.elevenlabs import weather as of_elevenlabs
from titus_adapters.sandbox.elevenlabs.part import elevenlabs_part
from titus_adapters.sandbox.elevenlabs.sandbox import ElevenLabsSandbox
from titus_adapters.sandbox.elevenlabs.wire import wire_to
from titus_adapters.sandbox.twilio import chaos as of_twilio
from titus_adapters.sandbox.twilio.behaviour import Answers, Busy, Caller, CarrierVoicemail, Declines, NeverAnswers
from titus_adapters.sandbox.twilio.part import twilio_part
from titus_adapters.twilio.api import TwilioApi
from titus_adapters.twilio.ledger import TwilioLedger
from titus_adapters.twilio.recordings import TwilioRecordings
from titus_adapters.twilio.settings import TwilioSettings
from titus_adapters.twilio.telephony import TwilioTelephony
from titus_adapters.twilio.texts import TwilioTexts
from titus_core.hunt_groups.model import ToAgent, ToVoicemail
from titus_core.jobs.model import JobState
from titus_core.jobs.trying import TryJob
from titus_http.bootstrap import TEST_BASE_URL
from titus_http.webhooks.twilio.links import Links

AGENT, SECRET = "agent_01", "wsec_of_the_aftermath"
CALLERS = tuple(
    f"+61491{last}" for last in ("570006", "573087", "574118", "574632", "575254", "575789", "576398", "577426")
)
"""Of ACMA's numbers for fiction; eight, so that one caller rings several times."""

TOLD = "+61491570159"
"""Who is told of every caller whom nobody served."""

ASKED_FOR = 4
"""More conversations than callers: whoever gets no answer, and asks again, has prepared two."""

REPORTS: tuple[of_twilio.Kind, ...] = ("leg_status", "call_status", "recording_status")
WORDS = "We will call you back."


class Morning(Stage):
    """`rate` is how often a request between Titus and a provider goes wrong, either way. `place` is where Titus keeps
    everything."""

    def __init__(self, place: Place, seed: int, rate: float = 0.1) -> None:
        self.place = place
        self.random = Random(seed)  # noqa: S311 (repeatable on purpose)
        self.weather = Weather(Random(-seed - 1), rate)  # noqa: S311
        self.models = AnthropicSandbox()
        self.transports = _transports(self.weather, self.models)
        super().__init__(
            place.store,
            seed=seed,
            chaos=_chaos(seed, rate),
            erase_at_provider=True,
            elevenlabs_secret=SECRET,
            **self._providers(*self.transports),
        )
        self.elevenlabs = ElevenLabsSandbox(
            wire_to({"titus.example.org.au": self.titus.app}), beside=self.twilio, seed=seed
        )
        self.elevenlabs.agent(AGENT)
        self.elevenlabs.subscribe(f"{TEST_BASE_URL}/api/voice/elevenlabs/post-call", SECRET, retry_enabled=True)
        self.elevenlabs.set_weather(_bad_post(seed, rate))
        parts = (
            twilio_part(self.twilio, strict=True, speed=None),
            elevenlabs_part(self.elevenlabs, speed=None),
            anthropic_part(self.models, strict=True),
        )
        for transport, part in zip(self.transports, parts, strict=True):
            transport.app = create_sandbox_app(part)
        self._worked_at = 0.0

    async def _tick(self, at: float) -> None:
        await self.place.turn_to(datetime.fromtimestamp(at, UTC))
        await super()._tick(at)
        if at - self._worked_at >= 5.0:
            self._worked_at = at
            await self.work()

    async def work(self) -> None:
        await self.titus.working.periodic()
        await self.place.work_off(TryJob(self.titus.working.handlers))

    async def pass_by(self, calls: int) -> Books:
        """So many callers ring within twenty minutes; then all that is to happen afterwards."""
        await self.staff(ALICE, BEN, CARA)
        await self.group(
            ALICE,
            BEN,
            CARA,
            overflow=(ToAgent(), ToVoicemail()),
            record=True,
            missed_call_text=WORDS,
            notify=(TOLD,),
        )
        self.elevenlabs.script(*talks(ASKED_FOR * calls))
        for _ in range(calls):
            await self.twilio.run_for(self.random.uniform(0, 1200 / calls))
            for user_id in (ALICE, BEN, CARA):
                self.twilio.world.phone(PHONES[user_id], _reaction(self.random))
            self.twilio.call(_caller(self.random), TITUS_NUMBER)
        await self.settle()
        self.weather.clear()
        for _ in range(24):
            await self.twilio.run_for(3600)
        return await books(self.store, self.world.files, self.twilio, self.elevenlabs, await self._stuck_tried_again())

    async def _stuck_tried_again(self) -> Any:
        """What a person sees in the end: what got stuck, and what is told to be incomplete; then they have it tried
        again, in fair weather."""
        stuck = (await self.store.jobs.jobs(JobState.STUCK, 1000, None)).items
        gaps = await self.titus.use_cases.find_gaps()
        for job in stuck:
            if not await self.store.jobs.try_again(job.id):
                await self.store.jobs.discard(job.id)
        await self.twilio.run_for(60)
        return stuck, gaps

    def _providers(
        self, to_twilio: FaultyTransport, to_elevenlabs: FaultyTransport, to_anthropic: FaultyTransport
    ) -> dict[str, Any]:
        """Fields of `Parts`."""
        import httpx2

        twilio = TwilioSettings(
            account_sid=ACCOUNT.sid, auth_token=ACCOUNT.auth_token, base_url="http://sandbox.test/twilio"
        )
        account = ElevenLabsSettings(api_key="xi", agent_id=AGENT, base_url="http://sandbox.test/elevenlabs")
        models = AnthropicSettings(api_key="sk-ant-sandbox", base_url="http://sandbox.test/anthropic")
        api, calling = ElevenLabsApi(account, to_elevenlabs), TwilioApi(twilio, to_twilio, pause=_at_once)
        asking: Any = httpx2.AsyncClient(transport=to_anthropic)  # type: ignore[arg-type]  # of another library's classes
        ledger = TwilioLedger(calling)
        texts = TwilioTexts(twilio, Links(TEST_BASE_URL).sms_status, to_twilio)
        return {
            "agent": RegisterCallAgent(api, AGENT, clock=lambda: self.world.clock.now().timestamp()),
            "conversations": ElevenLabsConversations(api, AGENT),
            "summariser": AnthropicSummariser(AnthropicApi(models, http_client=asking)),
            "telephony": TwilioTelephony(calling),
            "recordings": TwilioRecordings(twilio, to_twilio),
            "call_ledger": ledger,
            "text_ledger": ledger,
            "text_sender": texts,
            "media": texts,
        }


async def _at_once(seconds: float) -> None:
    """No time of the machine passes in a morning."""


def _transports(weather: Weather, models: AnthropicSandbox) -> tuple[FaultyTransport, ...]:
    import httpx2

    def decline() -> None:
        models.answer(Reply(stop_reason="refusal", category="bio"))

    ofmodels = FaultyTransport(weather, OF_MODELS, library=httpx2, decline=decline)
    return FaultyTransport(weather), FaultyTransport(weather), ofmodels


def _reaction(random: Random) -> Any:
    return random.choice(
        (
            Answers(after=random.uniform(2, 12), presses="1", talks=random.uniform(5, 120)),
            CarrierVoicemail(after=random.uniform(2, 12)),
            Declines(),
            Busy(),
            NeverAnswers(),
            NeverAnswers(),
        )
    )


def _caller(random: Random) -> Caller:
    return Caller(
        number=random.choice((*CALLERS, "anonymous")),
        gives_up_after=random.choice((None, None, None, random.uniform(3, 60))),
        talks_to_agent=random.uniform(5, 60),
        speaks=random.choice((0.0, 8.0, 20.0)),
    )


def _chaos(seed: int, rate: float) -> of_twilio.Chaos:
    rules = (
        of_twilio.Rule(fault=of_twilio.Drop(), kinds=REPORTS, probability=rate),
        of_twilio.Rule(fault=of_twilio.Reorder(20.0), kinds=REPORTS, probability=rate),
        of_twilio.Rule(fault=of_twilio.Duplicate(same_token=False), probability=rate),
        of_twilio.Rule(fault=of_twilio.Delay(40.0), kinds=REPORTS, probability=rate / 2),
        of_twilio.Rule(fault=of_twilio.Refuse(), probability=rate / 4),
        of_twilio.Rule(fault=of_twilio.Crash("after"), probability=rate / 4),
    )
    return of_twilio.Chaos(*rules, seed=seed)


def _bad_post(seed: int, rate: float) -> of_elevenlabs.Weather:
    rules = (
        of_elevenlabs.Rule(fault=of_elevenlabs.Drop(), probability=rate),
        of_elevenlabs.Rule(fault=of_elevenlabs.Duplicate(), probability=rate),
        of_elevenlabs.Rule(fault=of_elevenlabs.Reorder(120.0), probability=rate),
        of_elevenlabs.Rule(fault=of_elevenlabs.WrongSignature(), probability=rate / 2),
        of_elevenlabs.Rule(fault=of_elevenlabs.Unsigned(), probability=rate / 4),
        of_elevenlabs.Rule(fault=of_elevenlabs.Stale(), probability=rate / 4),
        of_elevenlabs.Rule(fault=of_elevenlabs.Refuse(), probability=rate / 2),
        of_elevenlabs.Rule(fault=of_elevenlabs.Lose(), probability=rate / 2),
    )
    return of_elevenlabs.Weather(*rules, seed=seed)
