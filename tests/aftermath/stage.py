"""A morning at a provider's office with every provider played, and everything going wrong that may."""

from __future__ import annotations

from random import Random
from typing import Any

from tests.aftermath.faulty import FaultyTransport, Weather
from tests.journeys.stage import ACCOUNT, ALICE, BEN, CARA, PHONES, TITUS_NUMBER, Stage
from titus_adapters.elevenlabs.api import ElevenLabsApi
from titus_adapters.elevenlabs.conversations import ElevenLabsConversations
from titus_adapters.elevenlabs.register_call import RegisterCallAgent
from titus_adapters.elevenlabs.settings import ElevenLabsSettings
from titus_adapters.sandbox.app import create_sandbox_app
from titus_adapters.sandbox.elevenlabs import weather as of_elevenlabs
from titus_adapters.sandbox.elevenlabs.part import elevenlabs_part
from titus_adapters.sandbox.elevenlabs.sandbox import ElevenLabsSandbox
from titus_adapters.sandbox.elevenlabs.scripts import Line, Script
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
from titus_core.jobs.trying import TryJob
from titus_http.bootstrap import TEST_BASE_URL
from titus_http.webhooks.twilio.links import Links

AGENT, SECRET = "agent_01", "wsec_of_the_aftermath"
CALLERS = tuple(
    f"+61491{last}" for last in ("570006", "573087", "574118", "574632", "575254", "575789", "576398", "577426")
)
"""Of ACMA's numbers for fiction; eight, so that one caller rings several times."""

REPORTS: tuple[of_twilio.Kind, ...] = ("leg_status", "call_status", "recording_status")


class Morning(Stage):
    """`rate` is how often a request between Titus and a provider goes wrong, either way."""

    def __init__(self, seed: int, rate: float = 0.1) -> None:
        self.random = Random(seed)  # noqa: S311 (repeatable on purpose)
        self.weather = Weather(Random(-seed - 1), rate)  # noqa: S311
        self.to_twilio, self.to_elevenlabs = FaultyTransport(self.weather), FaultyTransport(self.weather)
        twilio = TwilioSettings(
            account_sid=ACCOUNT.sid, auth_token=ACCOUNT.auth_token, base_url="http://sandbox.test/twilio"
        )
        account = ElevenLabsSettings(api_key="xi", agent_id=AGENT, base_url="http://sandbox.test/elevenlabs")
        api = ElevenLabsApi(account, self.to_elevenlabs)
        calling = TwilioApi(twilio, self.to_twilio)
        ledger = TwilioLedger(calling)
        texts = TwilioTexts(twilio, Links(TEST_BASE_URL).sms_status, self.to_twilio)
        super().__init__(
            seed=seed,
            chaos=_chaos(seed, rate),
            agent=RegisterCallAgent(api, AGENT),
            conversations=ElevenLabsConversations(api, AGENT),
            telephony=TwilioTelephony(calling),
            recordings=TwilioRecordings(twilio, self.to_twilio),
            call_ledger=ledger,
            text_ledger=ledger,
            text_sender=texts,
            media=texts,
            erase_at_provider=True,
            elevenlabs_secret=SECRET,
        )
        self.elevenlabs = ElevenLabsSandbox(
            wire_to({"titus.example.org.au": self.titus.app}), beside=self.twilio, seed=seed
        )
        self.elevenlabs.agent(AGENT)
        self.elevenlabs.subscribe(f"{TEST_BASE_URL}/api/voice/elevenlabs/post-call", SECRET, retry_enabled=True)
        self.elevenlabs.set_weather(_bad_post(seed, rate))
        self.to_twilio.app = create_sandbox_app(twilio_part(self.twilio, strict=True, speed=None))
        self.to_elevenlabs.app = create_sandbox_app(elevenlabs_part(self.elevenlabs, speed=None))
        self.elevenlabs.script(_words("somebody"))
        for number in CALLERS:
            self.elevenlabs.script(_words(number), number=number)
        self._worked_at = 0.0

    async def _tick(self, at: float) -> None:
        await super()._tick(at)
        if at - self._worked_at >= 5.0:
            self._worked_at = at
            await self.work()

    async def work(self) -> None:
        await self.titus.working.periodic()
        handlers = self.titus.working.handlers
        await self.store.jobs.run_due(tuple(handlers), TryJob(handlers))

    async def pass_by(self, calls: int) -> None:
        """So many callers ring within twenty minutes; then all that is to happen afterwards."""
        await self.staff(ALICE, BEN, CARA)
        await self.group(ALICE, BEN, CARA, overflow=(ToAgent(), ToVoicemail()), record=True, missed_call_text=WORDS)
        for _ in range(calls):
            await self.twilio.run_for(self.random.uniform(0, 1200 / calls))
            for user_id in (ALICE, BEN, CARA):
                self.twilio.world.phone(PHONES[user_id], _reaction(self.random))
            self.twilio.call(_caller(self.random), TITUS_NUMBER)
        await self.settle()
        self.weather.clear()
        for _ in range(24):
            await self.twilio.run_for(3600)


WORDS = "We will call you back."


def _words(number: str) -> Script:
    greeting = f"Hello {number}, how can I help?"
    return Script(lines=(Line(role="agent", at=0, text=greeting), Line(role="user", at=4, text="Please call me back.")))


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
        of_elevenlabs.Rule(fault=of_elevenlabs.Refuse(), probability=rate / 2),
        of_elevenlabs.Rule(fault=of_elevenlabs.Lose(), probability=rate / 2),
    )
    return of_elevenlabs.Weather(*rules, seed=seed)
