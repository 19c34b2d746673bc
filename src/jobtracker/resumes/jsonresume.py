"""JSON Resume as models.

Schema: https://jsonresume.org/schema. Absent values are None or empty here and not in the JSON.
"""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field, GetJsonSchemaHandler, model_serializer
from pydantic.json_schema import JsonSchemaValue


class Sparse(BaseModel):
    """A model whose absent values are left out of its JSON, as JSON Resume's schema demands."""

    model_config = ConfigDict(extra="allow", str_strip_whitespace=True)

    @model_serializer(mode="wrap")
    def _without_absent(self, handler: Any) -> Any:
        return {
            key: value for key, value in handler(self).items() if value not in (None, "", [], {})
        }

    @classmethod
    def __get_pydantic_json_schema__(
        cls, core_schema: Any, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """Describe the fields in serialisation mode too, where a wrapping serialiser hides them."""
        plain = {key: value for key, value in core_schema.items() if key != "serialization"}
        return handler(plain)  # type: ignore[arg-type]


class Location(Sparse):
    """Where the person lives; `countryCode` is ISO 3166."""

    address: str | None = None
    postalCode: str | None = None
    city: str | None = None
    countryCode: str | None = None
    region: str | None = None


class Profile(Sparse):
    """An account on some network."""

    network: str | None = None
    username: str | None = None
    url: str | None = None


class Basics(Sparse):
    """Who the person is. Beyond the schema: `workPermit`, `nationality` and `birthDate`."""

    name: str | None = None
    label: str | None = None
    image: str | None = None
    email: str | None = None
    phone: str | None = None
    url: str | None = None
    summary: str | None = None
    location: Location | None = None
    profiles: list[Profile] = Field(default_factory=list[Profile])
    workPermit: str | None = None
    nationality: str | None = None
    birthDate: str | None = None


class Work(Sparse):
    """One employment. Dates are `YYYY`, `YYYY-MM` or `YYYY-MM-DD`; no `endDate` means until now."""

    name: str | None = None
    position: str | None = None
    location: str | None = None
    description: str | None = None
    url: str | None = None
    startDate: str | None = None
    endDate: str | None = None
    summary: str | None = None
    highlights: list[str] = Field(default_factory=list[str])


class Volunteer(Sparse):
    """Unpaid work."""

    organization: str | None = None
    position: str | None = None
    location: str | None = None
    url: str | None = None
    startDate: str | None = None
    endDate: str | None = None
    summary: str | None = None
    highlights: list[str] = Field(default_factory=list[str])


class Education(Sparse):
    """A school, an apprenticeship or a degree."""

    institution: str | None = None
    url: str | None = None
    area: str | None = None
    studyType: str | None = None
    location: str | None = None
    startDate: str | None = None
    endDate: str | None = None
    score: str | None = None
    courses: list[str] = Field(default_factory=list[str])


class Award(Sparse):
    """A prize."""

    title: str | None = None
    date: str | None = None
    awarder: str | None = None
    summary: str | None = None


class Certificate(Sparse):
    """A certificate."""

    name: str | None = None
    date: str | None = None
    issuer: str | None = None
    url: str | None = None


class Publication(Sparse):
    """Something published."""

    name: str | None = None
    publisher: str | None = None
    releaseDate: str | None = None
    url: str | None = None
    summary: str | None = None


class Skill(Sparse):
    """A skill, or a group of them under a name."""

    name: str | None = None
    level: str | None = None
    keywords: list[str] = Field(default_factory=list[str])


class Language(Sparse):
    """A language that the person speaks."""

    language: str | None = None
    fluency: str | None = None


class Interest(Sparse):
    """An interest."""

    name: str | None = None
    keywords: list[str] = Field(default_factory=list[str])


class Reference(Sparse):
    """Who vouches for the person."""

    name: str | None = None
    reference: str | None = None


class Project(Sparse):
    """A project."""

    name: str | None = None
    description: str | None = None
    highlights: list[str] = Field(default_factory=list[str])
    keywords: list[str] = Field(default_factory=list[str])
    startDate: str | None = None
    endDate: str | None = None
    url: str | None = None
    roles: list[str] = Field(default_factory=list[str])
    entity: str | None = None
    type: str | None = None


class Resume(Sparse):
    """A résumé in JSON Resume."""

    basics: Basics = Field(default_factory=Basics)
    work: list[Work] = Field(default_factory=list[Work])
    volunteer: list[Volunteer] = Field(default_factory=list[Volunteer])
    education: list[Education] = Field(default_factory=list[Education])
    awards: list[Award] = Field(default_factory=list[Award])
    certificates: list[Certificate] = Field(default_factory=list[Certificate])
    publications: list[Publication] = Field(default_factory=list[Publication])
    skills: list[Skill] = Field(default_factory=list[Skill])
    languages: list[Language] = Field(default_factory=list[Language])
    interests: list[Interest] = Field(default_factory=list[Interest])
    references: list[Reference] = Field(default_factory=list[Reference])
    projects: list[Project] = Field(default_factory=list[Project])
    meta: dict[str, Any] = Field(default_factory=dict[str, Any])

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON Resume."""
        return self.model_dump(mode="json")
