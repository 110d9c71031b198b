"""Airtable on a laptop: bases with formulas, links and limits, speaking Airtable's web API.

From a test, without a socket and in virtual time:

    from titus_adapters.sandbox.airtable.part import airtable_part
    from titus_adapters.sandbox.airtable.sandbox import AirtableSandbox
    from titus_adapters.sandbox.airtable.transport import SandboxTransport
    from titus_adapters.sandbox.app import create_sandbox_app

    airtable = AirtableSandbox(seed=1)
    base = airtable.base(schema)                          # as the metadata API answers it
    app = create_sandbox_app(airtable_part(airtable, speed=None))
    client = httpx.AsyncClient(transport=SandboxTransport(app), base_url="http://airtable.test/airtable")
    await client.get(f"/v0/{base.id}/Clients", headers={"authorization": "Bearer any"})
    base.update("Clients", "rec…", {"Status": "Exited"})  # somebody edits in Airtable's own pages
    await airtable.run_for(30)

As a server: `create_sandbox_app(airtable_part(airtable))`; the web API is below `/airtable/v0`, uploads go there too,
files are below `/airtable/v3`, the control API is below `/airtable/control`.

Where things are: `base` holds tables and records and what writing does, `cells` the types that are written, `computed`
those that are calculated, `formula` the language; `limits`, `iterators`, `faults` and `hooks` say what makes life hard;
`rest` and `control` are the web's side; `switches` holds what Airtable leaves open.
"""
