"""What each person has chosen, and where it holds."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from jobtracker.core.bootstrap import Core
from jobtracker.core.errors import BadInput, Unavailable
from jobtracker.core.personal import Personal, answers_in, served
from jobtracker.core.settings import Settings, load_settings


@pytest.fixture
def core(settings: Settings) -> Iterator[Core]:
    given = load_settings(
        home=settings.home, timezone="Europe/Zurich", now="2026-11-23T09:00:00+01:00"
    )
    opened = Core(given)
    yield opened
    opened.close()


def test_choices_are_kept_for_each_person_alone(core: Core) -> None:
    core.personal.change("marta", {"language": "fr", "timezone": "America/New_York"})
    core.personal.change("urs", {"theme": "dark"})
    again = Core(core.settings)
    assert again.personal.get("marta") == Personal(language="fr", timezone="America/New_York")
    assert again.personal.get("urs") == Personal(theme="dark")
    assert again.personal.get("nobody") == Personal()
    again.close()


def test_what_is_not_given_stays_and_what_is_emptied_follows_the_settings_again(
    core: Core,
) -> None:
    core.personal.change("marta", {"language": "fr", "theme": "dark"})
    assert core.personal.change("marta", {"language": ""}) == Personal(theme="dark")


@pytest.mark.parametrize(
    "given",
    [{"language": "tlh"}, {"timezone": "Mars/Olympus"}, {"timezone": "../../etc"}, {"theme": "x"}],
)
def test_a_value_that_does_not_fit_is_named_and_nothing_is_changed(
    core: Core, given: dict[str, str]
) -> None:
    core.personal.change("marta", {"language": "it"})
    with pytest.raises(BadInput, match=next(iter(given))):
        core.personal.change("marta", given)
    assert core.personal.get("marta") == Personal(language="it")


def test_the_clock_and_the_answers_are_the_persons_while_they_are_served(core: Core) -> None:
    core.personal.change("marta", {"language": "it", "timezone": "Asia/Tokyo"})
    with core.personal.acting("marta"):
        assert core.clock.zone.key == "Asia/Tokyo"
        assert core.clock.now().isoformat() == "2026-11-23T17:00:00+09:00"
        assert answers_in("de") == "it"
        with core.personal.acting("urs"):  # of one person nothing reaches another
            assert core.clock.zone.key == "Europe/Zurich"
            assert answers_in("de") == "de"
        assert answers_in("de") == "it"
    assert core.clock.now().isoformat() == "2026-11-23T09:00:00+01:00"


def test_within_a_turn_its_tools_serve_the_person_as_the_turn_began(core: Core) -> None:
    core.personal.change("marta", {"language": "it"})
    with core.personal.acting("marta"):
        core.personal.change("marta", {"language": "fr"})
        with core.personal.acting("marta"):
            assert answers_in("de") == "it"
    with core.personal.acting("marta"):
        assert answers_in("de") == "fr"


async def _seen(core: Core, user: str, both: asyncio.Barrier) -> tuple[str, str]:
    async with core.personal.acting_async(user):
        await both.wait()
        return core.clock.zone.key, await asyncio.to_thread(answers_in, "")


def test_two_who_are_served_at_once_do_not_mix(core: Core) -> None:
    core.personal.change("marta", {"language": "it", "timezone": "Asia/Tokyo"})
    core.personal.change("urs", {"language": "de", "timezone": "Europe/London"})

    async def both() -> list[tuple[str, str]]:
        barrier = asyncio.Barrier(2)
        return await asyncio.gather(*(_seen(core, user, barrier) for user in ("marta", "urs")))

    assert asyncio.run(both()) == [("Asia/Tokyo", "it"), ("Europe/London", "de")]


def test_without_the_store_people_are_served_as_the_settings_say(
    core: Core, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_user: str) -> Personal:
        raise Unavailable("the database is away")

    monkeypatch.setattr(core.personal, "get", broken)
    with core.personal.acting("marta") as own:
        assert own == Personal()


def test_an_error_inside_leaves_nothing_behind() -> None:
    with pytest.raises(RuntimeError), served(Personal(language="fr")):
        raise RuntimeError
    assert answers_in("en") == "en"
