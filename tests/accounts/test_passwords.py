"""Passwords: which are taken, and how they are kept."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobtracker.accounts import passwords
from jobtracker.accounts.service import Accounts
from jobtracker.core.bootstrap import Core
from jobtracker.core.errors import AuthNeeded, BadInput
from jobtracker.core.settings import Settings, load_settings

GOOD = "gondola-tempest-velour-9"


@pytest.mark.parametrize(
    "password",
    [
        "password", "short", "password123456", "Passw0rd!2024", "qwertzuiop12", "aaaaaaaaaaaaaaaa",
        "abcabcabcabc", "123456789012", "098765432109", "1q2w3e4r5t6y", "iloveyou2026!",
        "P@ssw0rd1234", "Zuerich-Sommer-2026", "hunterhunterhunter", "111111222222",
        "jobtracker2026", "adminadmin123",
        "motdepasse2025", "passwort-1234", "schatzischatzi", "marta.keller1985", "KellerMarta12",
        "qwertyuiopasdfghjkl",
    ],
)  # fmt: skip
def test_what_is_guessed_first_is_refused(password: str) -> None:
    with pytest.raises(BadInput):
        passwords.check(password, "marta.keller", "Marta Keller")


@pytest.mark.parametrize(
    "password",
    [
        GOOD, "purple monkey dishwasher", "kJ8#mzP2qLw9", "Ω≈ç√∫µ≤≥÷abcde",
        "blumenkohl auf dem mond", "ein hoher Baum voll Regen", "x7f9-vogel-lampe",
        "   spaces at both ends   ", "密码很长但是还可以用啊朋友",
    ],
)  # fmt: skip
def test_long_and_unusual_ones_are_taken_without_rules_of_composition(password: str) -> None:
    plain = passwords.check(password, "marta.keller")
    assert plain == unicodedata.normalize("NFKC", password)


def test_one_that_is_too_long_is_refused_before_it_costs() -> None:
    with pytest.raises(BadInput, match="256"):
        passwords.check("x" * 10_000_000)


def test_every_keyboard_gives_the_same() -> None:
    composed, apart = "Zoé-im-Nebel-Nr-4", unicodedata.normalize("NFD", "Zoé-im-Nebel-Nr-4")
    assert composed != apart
    kept = passwords.hashed(passwords.check(composed))
    assert passwords.verify(kept, passwords.normalised(apart))


@given(st.text(max_size=300))
def test_whatever_is_sent_is_taken_or_refused_in_words(raw: str) -> None:
    try:
        assert len(passwords.check(raw)) >= passwords.MIN_LENGTH
    except BadInput as told:
        assert raw[:8] not in told.message or len(raw) < 8


def test_the_hash_is_argon2id_with_the_recommended_parameters() -> None:
    kept = passwords.hashed(GOOD)
    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert kept != passwords.hashed(GOOD)
    assert passwords.verify(kept, GOOD)
    assert not passwords.verify(kept, GOOD + " ")
    assert not passwords.verify("no hash", GOOD)


def test_an_unknown_name_costs_the_same_work(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    core = Core(load_settings(home=settings.home, server={"accounts": "open"}))
    accounts = Accounts(core)
    try:
        accounts.register("marta", GOOD)
        work: list[str] = []
        verify = passwords._hasher().verify
        fake = type("Counting", (), {"verify": lambda _, kept, plain: work.append(kept[:31])
                                     or verify(kept, plain)})()  # fmt: skip
        monkeypatch.setattr(passwords, "_hasher", lambda: fake)
        monkeypatch.setattr(passwords, "_nobody", lambda: _kept(core))
        for name in ("marta", "nobody"):
            with pytest.raises(AuthNeeded):
                accounts.authenticate(name, "a wrong password")
        assert len(work) == 2
        assert work[0] == work[1]
    finally:
        core.close()


def _kept(core: Core) -> str:
    import sqlalchemy as sa

    with core.store.begin() as session:
        return str(session.scalar(sa.text("select password_hash from accounts")))


def test_an_old_hash_is_made_anew_at_sign_in(settings: Settings) -> None:
    import sqlalchemy as sa
    from argon2 import PasswordHasher

    core = Core(load_settings(home=settings.home, server={"accounts": "open"}))
    accounts = Accounts(core)
    try:
        user = accounts.register("marta", GOOD).user_id
        weak = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(GOOD)
        with core.store.begin() as session:
            session.execute(sa.text("update accounts set password_hash = :h"), {"h": weak})
        assert accounts.authenticate("MARTA", GOOD).user_id == user
        assert "m=19456,t=2,p=1" in _kept(core)
        assert accounts.authenticate("marta", GOOD).user_id == user
    finally:
        core.close()


def test_a_name_that_looks_like_anothers_is_refused(settings: Settings) -> None:
    core = Core(load_settings(home=settings.home, server={"accounts": "open"}))
    accounts = Accounts(core)
    try:
        accounts.register("paula", GOOD)
        for name in ("PAULA", "pauIa", "pau1a", "páulа"[:4] + "a"):
            with pytest.raises(BadInput):
                accounts.register(name, GOOD)
    finally:
        core.close()
