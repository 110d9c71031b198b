"""What Anthropic itself says of a model."""

from __future__ import annotations

from typing import Any

from titus_adapters.anthropic.api import AnthropicApi
from titus_adapters.anthropic.lifecycle import Stage, Standing
from titus_adapters.anthropic.payloads import ModelInfo
from titus_core.kernel.errors import NotFound

_STAGES = {"active": Stage.CURRENT, "deprecated": Stage.RETIRES, "retired": Stage.RETIRED}


class AnthropicModels:
    """Asks once a day or at a start, not at every look at the health page."""

    def __init__(self, api: AnthropicApi) -> None:
        self._api = api

    async def standing(self, model: str) -> Standing:
        """How the model stands now. What Anthropic does not know is `UNKNOWN`: misspelt, retired long ago, or not for
        this key. A stage that we have no word for yet is that of a model which is there. Raises `Unavailable`."""

        async def question(client: Any) -> Any:
            return await client.models.retrieve(model)

        try:
            info = (await self._api.ask(question)).read(ModelInfo)
        except NotFound:
            return Standing(Stage.UNKNOWN)
        ends = info.retires_at.date() if info.retires_at else None
        return Standing(_STAGES.get(info.lifecycle, Stage.RETIRES if ends else Stage.CURRENT), ends)
