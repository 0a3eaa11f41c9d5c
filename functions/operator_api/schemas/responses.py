"""The types of the responses as routes and serializers name them: for mypy, the TypedDicts of this package.

At run time each of them is any JSON object. So a cold start imports no TypedDict, and Powertools builds no validator of
them; the integration tests check every response against the OpenAPI document instead.
"""

from typing import TYPE_CHECKING, Any

type Json = dict[str, Any]

if TYPE_CHECKING:
    from operator_api.schemas import common, jobs, keys, notifications, partners

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

    type JobResponse = jobs.Job
    type WantedResponse = jobs.Wanted
    type JobListResponse = jobs.Jobs
    type StartedJobResponse = jobs.Started

    type KeyResponse = keys.Key
    type KeyPageResponse = keys.Keys
    type NewKeyResponse = keys.NewlyMade

    type PartnerResponse = partners.Partner
    type PartnerEntryResponse = partners.PartnerEntry
    type PartnerPageResponse = partners.Partners
    type PartnerWithSecretResponse = partners.PartnerWithSecret
    type PartnerWithQueryKeyResponse = partners.PartnerWithQueryKey
    type RegisteredPartnerResponse = partners.NewlyRegistered
else:
    ReasonValuesResponse = HealthResponse = OutcomeResponse = AttemptResponse = HostResponse = TestResponse = Json
    NotificationResponse = HistoryEntryResponse = AttentionLineResponse = Json
    AttentionListResponse = AttentionPageResponse = OrderPageResponse = AcceptancePageResponse = Json
    JobResponse = WantedResponse = JobListResponse = StartedJobResponse = Json
    KeyResponse = KeyPageResponse = NewKeyResponse = Json
    PartnerResponse = PartnerEntryResponse = PartnerPageResponse = Json
    PartnerWithSecretResponse = PartnerWithQueryKeyResponse = RegisteredPartnerResponse = Json
