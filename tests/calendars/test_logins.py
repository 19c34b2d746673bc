import threading
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from jobtracker.calendars.logins import DeviceCode, google_login, graph_begin, graph_finish
from jobtracker.core.errors import AuthNeeded, BadInput

from .fakes import Answer, Fake, serving


class Login(Fake):
    """A token endpoint that gives the prepared answers in order."""

    def __init__(self, *answers: Answer) -> None:
        super().__init__()
        self.answers = list(answers)

    def token(self) -> Answer:
        return self.answers.pop(0)


def browser(answer: Callable[[dict[str, str]], str]) -> Callable[[str], None]:
    """Plays the person: opens the address, and comes back with a query."""

    def show(address: str) -> None:
        asked = {key: values[0] for key, values in parse_qs(urlsplit(address).query).items()}
        url = f"{asked['redirect_uri']}?{answer(asked)}"

        def come_back() -> None:
            httpx.get(f"{asked['redirect_uri']}?state=x", timeout=60)  # not of this login
            httpx.get(url, timeout=60)

        threading.Thread(target=come_back).start()

    return show


def test_google_gives_a_refresh_token_after_the_browser_came_back() -> None:
    with serving(Login((200, {"refresh_token": "r-1", "access_token": "a"}, {}))) as fake:
        token = google_login(
            "c", "s", browser(lambda asked: f"code=abc&state={asked['state']}"), timeout=100,
            token_uri=f"{fake.url}token",
        )  # fmt: skip
    assert token == "r-1"


def test_a_no_in_the_browser_is_told() -> None:
    with pytest.raises(AuthNeeded, match="access_denied"):
        google_login("c", "s", browser(lambda a: f"error=access_denied&state={a['state']}"))


def test_an_unfinished_login_ends() -> None:
    with pytest.raises(AuthNeeded, match="not finished in time"):
        google_login("c", "s", lambda _: None, timeout=0.1)


DEVICE = DeviceCode("ABC-123", "https://microsoft.com/devicelogin", "d", 5, 900)


def test_a_device_code_is_waited_for_at_the_pace_that_is_asked() -> None:
    pending: Answer = (400, {"error": "authorization_pending"}, {})
    slow: Answer = (400, {"error": "slow_down"}, {})
    done: Answer = (200, {"refresh_token": "r-2"}, {})
    slept: list[float] = []
    with serving(Login(pending, slow, (503, {}, {}), done)) as fake:
        assert graph_finish("c", DEVICE, login=fake.url, sleep=slept.append) == "r-2"
    assert slept == [5, 5, 10, 10]


def test_a_refused_device_login_and_an_expired_one_are_told() -> None:
    with serving(Login((400, {"error": "access_denied", "error_description": "no"}, {}))) as fake:
        with pytest.raises(AuthNeeded, match="refused the login: no"):
            graph_finish("c", DEVICE, login=fake.url, sleep=lambda _: None)
        short = DeviceCode("", "", "d", 5, 0)
        with pytest.raises(AuthNeeded, match="not finished in time"):
            graph_finish("c", short, login=fake.url, sleep=lambda _: None)


def test_a_login_goes_only_over_an_encrypted_line() -> None:
    with pytest.raises(BadInput, match="not encrypted"):
        graph_begin("c", login="http://login.example/")
