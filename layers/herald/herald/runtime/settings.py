"""The functions' environment variables, which the template sets."""

from functools import cache
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from herald.domain.ladder import Ladder
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
    ladder: Annotated[Ladder, NoDecode, BeforeValidator(Ladder.parse)]
    first_attempt: Literal["AtPoll", "AtOnce"] = "AtPoll"
    dispatch_every: Annotated[int, Field(ge=1, le=13)] = 5  # minutes
    attempt_timeout: Annotated[int, Field(ge=1, le=15)] = 10  # seconds
    retention_days: Annotated[int, Field(ge=1)] = 90
    alert_language: Language = Language.ENGLISH
    allow_private_endpoints: bool = False
    stage: str = "dev"
    canary_partner_id: Annotated[int | None, BeforeValidator(lambda text: text or None)] = None  # None: no canary

    @model_validator(mode="after")
    def _private_only_locally(self) -> Self:
        """The template has the same rule; this is for a change of a function's variables by hand."""
        if self.allow_private_endpoints and "stage" in self.model_fields_set and self.stage != "local":
            raise ValueError("allow_private_endpoints may be true only where stage is local")
        return self


@cache
def get_settings() -> Settings:
    """The settings of this execution environment, read once."""
    return Settings()  # the fields come from the environment
