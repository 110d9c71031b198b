"""ElevenLabs on a laptop: agents that talk as scripted, speaking ElevenLabs' wire protocol to an app.

From a test, without a socket and in virtual time:

    from titus_adapters.sandbox.elevenlabs.sandbox import ElevenLabsSandbox
    from titus_adapters.sandbox.elevenlabs.wire import wire_to

    agents = ElevenLabsSandbox(wire_to({"titus.test": app}))
    agents.agent("agent_01")
    agents.subscribe("https://titus.test/api/voice/elevenlabs/post-call", secret="wsec_1")
    ...                                       # the app registers a call at `elevenlabs_part(agents)`
    agents.connect(agents.conversations[0])   # or Twilio's sandbox does, with `beside=twilio`
    await agents.run_until_idle()
    assert [sent.kind for sent in agents.sent()] == ["transcription", "audio"]

As a server: `create_sandbox_app(twilio_part(twilio), elevenlabs_part(agents))`; REST is below `/elevenlabs/v1`, the
control API below `/elevenlabs/control`, and the address for redirected callers is `/elevenlabs/twilio/inbound_call`.
Beside Twilio's sandbox they share one time; give both a wire of `elevenlabs.wire`, so that audio events go in pieces.

Where things are: `lifecycle` says how a conversation goes, `deliveries` and `subscription` how its events get through,
`rest` and `control` are the web's side; `scripts` holds what is said, `switches` what ElevenLabs leaves open,
`weather` what goes wrong with webhooks and `restfaults` with the app's requests.
"""
