"""What `/openapi.json` promises is kept: generated requests, valid and not, on every operation.

The server is a real one on loopback. In single-user mode every operation of the features is open;
those of accounts are called in a session of a server with accounts.
"""

from __future__ import annotations

import contextlib
import re
import tempfile
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import load_all_checks, not_a_server_error
from schemathesis.specs.openapi import checks as spec

from jobtracker.core.bootstrap import Core
from jobtracker.core.settings import load_settings
from jobtracker.web.app import create_app
from tests.web.every_route import routes_of
from tests.web.people import PASSWORD
from tests.web.served import served

load_all_checks()
pytestmark = pytest.mark.slow
BOUNDED = settings(
    max_examples=12,
    derandomize=True,
    deadline=None,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
CHECKS = (
    not_a_server_error,
    spec.status_code_conformance,
    spec.content_type_conformance,
    spec.response_schema_conformance,
    spec.negative_data_rejection,
    spec.unsupported_method,
)
PATIENCE = 200.0
LONGEST = 8000
"""Of an address; a longer one is refused by the HTTP parser before the application sees it."""
ENDS_THE_SESSION = "logout|/login|/register|password|/v1/account$|/sessions|/proof"
"""Operations that sign the caller out or allow a few tries only; other tests call them."""


@contextlib.contextmanager
def running(home: str, **server: Any) -> Iterator[str]:
    """Serve; the address."""
    core = Core(load_settings(home=home, now="2026-11-23T09:00:00+01:00", server=server))
    try:
        with served(create_app(core)) as address:
            yield address
    finally:
        core.close()


@pytest.fixture(scope="module")
def features(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    with running(str(tmp_path_factory.mktemp("features") / "home")) as address:
        schema = schemathesis.openapi.from_url(f"{address}/openapi.json", timeout=PATIENCE)
        schema.config.update(request_timeout=PATIENCE)
        yield schema


@pytest.fixture(scope="module")
def accounts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    home = str(tmp_path_factory.mktemp("accounts") / "home")
    with running(home, accounts="open", rate_per_minute=0) as address:
        with httpx.Client(base_url=address, timeout=60) as client:
            body = {"name": "marta", "password": PASSWORD}
            csrf = client.post("/v1/account/register", json=body).json()["csrf"]
            cookie = f"jobtracker={client.cookies['jobtracker']}"
        schema = schemathesis.openapi.from_url(f"{address}/openapi.json", timeout=PATIENCE)
        schema.config.update(
            request_timeout=PATIENCE, headers={"X-CSRF-Token": csrf, "Cookie": cookie}
        )
        yield schema


def operations() -> list[tuple[str, str]]:
    """Return (method, path) of every documented operation; nothing is opened."""
    with tempfile.TemporaryDirectory() as home:
        return routes_of(create_app(Core(load_settings(home=home))), documented=True)


OPERATIONS = operations()
OF_ACCOUNTS = [one for one in OPERATIONS if re.match("/v1/(account|admin)", one[1])]
OF_FEATURES = [one for one in OPERATIONS if one not in OF_ACCOUNTS]
CALLED = [one for one in OF_ACCOUNTS if not re.search(ENDS_THE_SESSION, one[1])]


def keeps_its_promises(schema: Any, method: str, path: str, mode: GenerationMode) -> None:
    """Call one operation with generated requests and check each answer."""

    @given(case=schema[path][method].as_strategy(generation_mode=mode))
    @BOUNDED
    def called(case: Any) -> None:
        assume(len(case.as_transport_kwargs()["url"]) + len(str(case.query)) < LONGEST)
        case.call_and_validate(checks=CHECKS)

    try:
        called()
    except Unsatisfiable:
        if mode is GenerationMode.POSITIVE:
            raise  # of what is invalid there may be nothing: any text is a name, for example


def test_every_operation_of_the_document_is_called(features: Any) -> None:
    paths = features.raw_schema["paths"]
    assert sorted((method, path) for path, by in paths.items() for method in by) == OPERATIONS


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.name.lower())
@pytest.mark.parametrize(
    ("method", "path"), OF_FEATURES, ids=[" ".join(one) for one in OF_FEATURES]
)
def test_a_feature_keeps_what_the_document_promises(
    features: Any, method: str, path: str, mode: GenerationMode
) -> None:
    keeps_its_promises(features, method, path, mode)


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.name.lower())
@pytest.mark.parametrize(("method", "path"), CALLED, ids=[" ".join(one) for one in CALLED])
def test_the_accounts_keep_what_the_document_promises(
    accounts: Any, method: str, path: str, mode: GenerationMode
) -> None:
    keeps_its_promises(accounts, method, path, mode)
