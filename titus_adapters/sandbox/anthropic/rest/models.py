"""Which models there are."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from titus_adapters.sandbox.anthropic.catalogue import Lifecycle, Model
from titus_adapters.sandbox.anthropic.rest.errors import invalid, no_model
from titus_adapters.sandbox.anthropic.rest.shapes import model_info
from titus_adapters.sandbox.anthropic.sandbox import AnthropicSandbox

Sandbox = NamedDependency[AnthropicSandbox]
_MOST = 1000


@get("/models")
async def list_models(request: Request[Any, Any, Any], sandbox: Sandbox) -> Response[Any]:
    """The newest first; without the retired ones unless they are asked for."""
    query = request.query_params
    listed = sandbox.catalogue.listed(_stages([*query.getall("lifecycle", []), *query.getall("lifecycle[]", [])]))
    page = _after(listed, query.get("after_id"))[: _limit(query.get("limit", "20"))]
    more = bool(page) and page[-1] is not listed[-1]
    ends = {"first_id": page[0].id if page else None, "last_id": page[-1].id if page else None}
    return Response({"data": [model_info(model) for model in page], "has_more": more, **ends})


@get("/models/{model_id:str}")
async def show_model(model_id: FromPath[str], sandbox: Sandbox) -> Response[Any]:
    """A retired one too."""
    model = sandbox.catalogue.find(model_id)
    if model is None:
        raise no_model(model_id)
    return Response(model_info(model))


def _stages(asked: list[str]) -> frozenset[Lifecycle]:
    try:
        return frozenset(map(Lifecycle, asked)) or frozenset({Lifecycle.ACTIVE, Lifecycle.DEPRECATED})
    except ValueError as error:
        raise invalid("lifecycle: Input should be 'active', 'deprecated' or 'retired'") from error


def _limit(asked: str) -> int:
    if not asked.isdecimal() or not 1 <= int(asked) <= _MOST:
        raise invalid(f"limit: Input should be between 1 and {_MOST}")
    return int(asked)


def _after(models: list[Model], last: str | None) -> list[Model]:
    if last is None:
        return models
    places = [place for place, model in enumerate(models) if model.id == last]
    if not places:
        raise invalid(f"after_id: no model {last}")
    return models[places[0] + 1 :]
