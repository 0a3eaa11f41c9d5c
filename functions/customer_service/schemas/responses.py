"""The types of the responses as routes and serializers name them: for mypy, the TypedDicts of this package.

At run time each of them is any JSON object. So a cold start imports no TypedDict, and Powertools builds no validator of
them; the integration tests check every response against the OpenAPI document instead.
"""

from typing import TYPE_CHECKING, Any

type Json = dict[str, Any]

if TYPE_CHECKING:
    from customer_service.schemas import common, days, jobs, keys, notifications, partners
    from customer_service.schemas.sources import responses as sources

    type HealthResponse = common.Health
    type OutcomeResponse = common.Outcome
    type AttemptResponse = common.Attempt
    type ReasonValuesResponse = common.ReasonValues
    type HostResponse = common.Host
    type TestResponse = common.Test

    type NotificationResponse = notifications.Notification
    type HistoryEntryResponse = notifications.Decided
    type AttentionLineResponse = notifications.WorkLine
    type AttentionListResponse = notifications.WorkList
    type AttentionPageResponse = notifications.Work
    type OrderPageResponse = notifications.OfOrder
    type AcceptancePageResponse = notifications.OfPartner
    type DeletedResponse = notifications.Deleted

    type DayCountsResponse = days.DayCounts

    type JobResponse = jobs.Job
    type WantedResponse = jobs.Wanted
    type JobListResponse = jobs.Jobs
    type StartedJobResponse = jobs.Started

    type KeyResponse = keys.Key
    type KeyPageResponse = keys.Keys
    type NewKeyResponse = keys.NewlyMade

    type BreakerResponse = partners.Breaker
    type PartnerResponse = partners.Partner
    type PartnerHealthResponse = partners.PartnerHealth
    type PartnerEntryResponse = partners.PartnerEntry
    type PartnerPageResponse = partners.Partners
    type PartnerWithSecretResponse = partners.PartnerWithSecret
    type PartnerWithQueryKeyResponse = partners.PartnerWithQueryKey
    type RegisteredPartnerResponse = partners.NewlyRegistered
    type EncryptedResponse = partners.Encrypted
    type PartnerDeletionResponse = partners.PartnerDeletion

    type SourceResponse = sources.Source
    type SourceWithTokenResponse = sources.SourceWithToken
    type SourcePageResponse = sources.Sources
else:
    ReasonValuesResponse = HealthResponse = OutcomeResponse = AttemptResponse = HostResponse = TestResponse = Json
    NotificationResponse = HistoryEntryResponse = AttentionLineResponse = DeletedResponse = Json
    AttentionListResponse = AttentionPageResponse = OrderPageResponse = AcceptancePageResponse = Json
    DayCountsResponse = Json
    JobResponse = WantedResponse = JobListResponse = StartedJobResponse = Json
    KeyResponse = KeyPageResponse = NewKeyResponse = Json
    BreakerResponse = PartnerResponse = PartnerEntryResponse = PartnerPageResponse = Json
    PartnerHealthResponse = PartnerDeletionResponse = Json
    PartnerWithSecretResponse = PartnerWithQueryKeyResponse = RegisteredPartnerResponse = EncryptedResponse = Json
    SourceResponse = SourceWithTokenResponse = SourcePageResponse = Json
