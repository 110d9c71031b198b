"""Twilio on a laptop: it plays the network, the phones and the callers, and speaks Twilio's wire protocol to an app.

From a test, without a socket and in virtual time:

    from titus_adapters.sandbox.twilio.behaviour import Answers, Caller, NeverAnswers
    from titus_adapters.sandbox.twilio.engine.wire import wire_to
    from titus_adapters.sandbox.twilio.sandbox import TwilioSandbox

    twilio = TwilioSandbox(wire_to({"titus.test": app}), strict=True)
    twilio.world.number("+61255500001", voice_url="https://titus.test/api/voice/webhook/inbound")
    twilio.world.phone("+61491570006", NeverAnswers())
    twilio.world.phone("+61491570156", Answers(after=4, talks=60, presses="1"))
    call = twilio.call(Caller(number="+61491570110"), to="+61255500001")
    await twilio.run_until_idle()
    assert call.bridged_to == "+61491570156" and twilio.world.rang("+61491570006") == 1
    print("\\n".join(twilio.describe(call)))

As a server: `create_sandbox_app(twilio_part(sandbox))` (`titus_adapters.sandbox.app` and `.twilio.part`); REST is
below `/twilio/2010-04-01`, the control API below `/twilio/control`, the control page at `/`.

Where things are: `engine` moves time and carries requests, `verbs` acts documents out, `twiml` reads them, `rest` and
`control` are the web's side; `switches` lists what Twilio leaves open, `chaos` what may go wrong on the way.
"""
