"""The types of the successful responses by route and status, in the order of the document.

A type is what pydantic makes a schema of, or a `TypeAdapter`. The integration tests check every response against it.
"""

from collections.abc import Mapping
from typing import Any, Literal

from customer_service.schemas.batches import Results
from customer_service.schemas.common import Health, Test
from customer_service.schemas.jobs import Job, Jobs, Started
from customer_service.schemas.keys import Key, Keys, NewlyMade
from customer_service.schemas.notifications import Deleted, Notification, OfOrder, Work, WorkList
from customer_service.schemas.orders import ORDER
from customer_service.schemas.partners import (
    Encrypted,
    NewlyRegistered,
    Partner,
    PartnerDeletion,
    Partners,
    PartnerWithQueryKey,
    PartnerWithSecret,
)
from customer_service.schemas.sources.responses import Source, Sources, SourceWithToken

RESPONSES: Mapping[str, Mapping[int, Any]] = {
    "POST /notifications": {200: Literal["success"]},
    "POST /notifications/batch": {200: Results},
    "POST /inbound/{token}": {200: Literal["success"]},
    "GET /notifications": {200: WorkList | Work | OfOrder},
    "GET /notifications/{id}": {200: Notification},
    "POST /notifications/{id}/redrive": {200: Notification},
    "POST /notifications/{id}/resolve": {200: Notification},
    "POST /notifications/{id}/cancel": {200: Notification},
    "POST /jobs": {200: Started, 202: Started},
    "POST /jobs/reindex": {202: Started},
    "GET /jobs": {200: Jobs},
    "GET /jobs/{jobId}": {200: Job},
    "POST /jobs/{jobId}/cancel": {200: Job},
    "POST /partners": {201: NewlyRegistered},
    "GET /partners": {200: Partners},
    "GET /partners/{partnerId}": {200: Partner},
    "PATCH /partners/{partnerId}": {200: Partner},
    "POST /partners/{partnerId}/test": {200: Test},
    "POST /partners/{partnerId}/approve": {200: Partner},
    "POST /partners/{partnerId}/suspend": {200: Partner},
    "POST /partners/{partnerId}/resume": {200: Partner},
    "POST /partners/{partnerId}/probe": {200: Partner},
    "POST /partners/{partnerId}/close-breaker": {200: Partner},
    "POST /partners/{partnerId}/rotate-secret": {200: PartnerWithSecret},
    "POST /partners/{partnerId}/rotate-key": {200: PartnerWithQueryKey},
    "POST /partners/encrypt": {200: Encrypted},
    "DELETE /partners/{partnerId}": {200: PartnerDeletion, 202: PartnerDeletion},
    "POST /sources": {201: SourceWithToken},
    "GET /sources": {200: Sources},
    "GET /sources/{sourceId}": {200: Source},
    "PATCH /sources/{sourceId}": {200: Source},
    "POST /sources/{sourceId}/rotate-token": {200: SourceWithToken},
    "POST /sources/{sourceId}/suspend": {200: Source},
    "POST /sources/{sourceId}/resume": {200: Source},
    "GET /keys": {200: Keys},
    "POST /keys": {201: NewlyMade},
    "POST /keys/{keyId}/revoke": {200: Key},
    "DELETE /orders/{orderId}": {200: Deleted},
    "GET /orders": {200: ORDER},
    "GET /health": {200: Health},
    "GET /openapi.json": {200: dict[str, Any]},
}
