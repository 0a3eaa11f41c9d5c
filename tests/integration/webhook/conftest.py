"""The webhook client as a fixture."""

from collections.abc import AsyncIterator

import pytest_asyncio

from herald.webhook.client import WebhookClient
from tests.support.http.webhook_client import webhook_client


@pytest_asyncio.fixture
async def herald() -> AsyncIterator[WebhookClient]:
    async with webhook_client() as made:
        yield made
