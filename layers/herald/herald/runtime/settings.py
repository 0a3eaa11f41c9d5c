"""The functions' environment variables, which the template sets."""

from functools import cache
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from herald.domain.ladder import Ladder
from herald.endpoint.internal_ranges import NO_RANGES, InternalRanges
from herald.languages.language import Language


class Settings(BaseSettings):
    """Names of the stack's resources and the values of its parameters.

    Every field is read from the variable of the same name in capitals; a missing or wrong one raises pydantic's
    `ValidationError`, which names it.
    """

    model_config = SettingsConfigDict(frozen=True, extra="ignore", arbitrary_types_allowed=True)

    notification_table: str
    partner_table: str
    key_table: str
    dispatch_table: str
    delivery_queue_url: str
    dead_letter_queue_url: str
    alert_topic_arn: str
    job_table: str
    job_queue_url: str
    canary_table: str = ""  # required only with a canary
    limit_table: str = ""  # required only in the deliverer
    session_table: str = ""  # required only in the console
    source_table: str = ""  # required only by those who read sources
    secret_table: str
    secret_key: str  # the ARN of the KMS key
    ladder: Annotated[Ladder, NoDecode, BeforeValidator(Ladder.parse)]
    first_attempt: Literal["AtPoll", "AtOnce"] = "AtPoll"
    breaker: Literal["On", "Off"] = "On"
    dispatch_every: Annotated[int, Field(ge=1, le=13)] = 5  # minutes
    attempt_timeout: Annotated[int, Field(ge=1, le=15)] = 10  # seconds
    retention_days: Annotated[int, Field(ge=1)] = 90
    alert_language: Language = Language.ENGLISH
    console_url: str = ""  # for the links of alerts
    allow_private_endpoints: bool = False
    # Only of the functions that connect to partners: a wrong value must not stop the others.
    internal_cidrs: Annotated[InternalRanges, NoDecode, BeforeValidator(InternalRanges.parse)] = NO_RANGES
    stage: str = "dev"
    # Sign-in to the console by an OpenID Connect provider; without an issuer people sign in with their keys.
    oidc_issuer: str = ""
    oidc_client_id: str = ""
    oidc_role_claim: str = "roles"
    oidc_operator_value: str = "herald-operator"
    oidc_viewer_value: str = "herald-viewer"
    canary_partner_id: Annotated[int | None, BeforeValidator(lambda text: text or None)] = None  # None: no canary
    # Of CloudWatch's dashboards; only the console has them, and none on the local engine.
    business_dashboard_url: str = ""
    plumbing_dashboard_url: str = ""

    @model_validator(mode="after")
    def _private_only_locally(self) -> Self:
        """The template has the same rule; this is for a change of a function's variables by hand."""
        if self.allow_private_endpoints and "stage" in self.model_fields_set and self.stage != "local":
            raise ValueError("allow_private_endpoints may be true only where stage is local")
        return self

    @model_validator(mode="after")
    def _provider_is_complete(self) -> Self:
        """The template has the same rules but one: a rule of CloudFormation cannot look at the beginning of a value."""
        if bool(self.oidc_issuer) != bool(self.oidc_client_id):
            raise ValueError("oidc_issuer and oidc_client_id go together")
        if self.oidc_issuer.startswith("http://") and not self.allow_private_endpoints:
            raise ValueError("oidc_issuer must be https: http is for a provider on the developer's machine")
        return self


@cache
def get_settings() -> Settings:
    """The settings of this execution environment, read once."""
    return Settings()  # the fields come from the environment
