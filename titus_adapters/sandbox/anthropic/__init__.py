"""Anthropic on a laptop: a model that answers as scripted, and otherwise sums a talk up by its first words.

From a test, over HTTP:

    from titus_adapters.sandbox.anthropic.part import anthropic_part
    from titus_adapters.sandbox.anthropic.sandbox import AnthropicSandbox

    models = AnthropicSandbox()
    app = create_sandbox_app(anthropic_part(models))      # REST is below `/anthropic/v1`
    models.answer(Reply("Kim's worker did not come."))    # the next answer; then the default again
    models.break_rest(Fault(does=Refusal(529, "overloaded_error")))
    ...
    assert models.asked[0].body["model"] == "claude-sonnet-5-5"

The control API is below `/anthropic/control`. `replies` holds what is answered, `catalogue` the models, `faults` what
goes wrong; `rest` and `control` are the web's side. There are no tools, files or batches: Titus uses none.
"""
