"""The control API: JSON in, JSON out, no credentials."""

from litestar import Router, get, put
from litestar.di import NamedDependency, Provide
from litestar.params import JSONBody

from titus_adapters.sandbox.anthropic.catalogue import Model
from titus_adapters.sandbox.anthropic.control.shapes import SetFaults, SetReplies, State, state_of
from titus_adapters.sandbox.anthropic.sandbox import AnthropicSandbox

Sandbox = NamedDependency[AnthropicSandbox]


def control_router(sandbox: AnthropicSandbox) -> Router:
    return Router(
        path="/control",
        route_handlers=[state, set_replies, set_faults, set_model],
        dependencies={"sandbox": Provide(lambda: sandbox, sync_to_thread=False)},
    )


@get("/state")
async def state(sandbox: Sandbox) -> State:
    """Models, answers and faults to come, and what was asked so far."""
    return state_of(sandbox)


@put("/replies")
async def set_replies(data: JSONBody[SetReplies], sandbox: Sandbox) -> State:
    sandbox.set_answers(*data.replies)
    return state_of(sandbox)


@put("/faults")
async def set_faults(data: JSONBody[SetFaults], sandbox: Sandbox) -> State:
    sandbox.faults.clear()
    sandbox.break_rest(*data.faults)
    return state_of(sandbox)


@put("/models")
async def set_model(data: JSONBody[Model], sandbox: Sandbox) -> State:
    """Add a model, or change one: retire it, for instance."""
    sandbox.catalogue.put(data)
    return state_of(sandbox)
