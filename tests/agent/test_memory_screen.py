import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobtracker.agent.memory import screen
from jobtracker.agent.memory_screen import screen_data


@pytest.mark.parametrize(
    ("text", "secret", "what"),
    [
        ("my password is hunter2, thanks", "hunter2", "a password"),
        ("Password: correct-horse", "correct-horse", "a password"),
        ("pwd=Tr0ub4dor&3", "Tr0ub4dor&3", "a password"),
        ('the password for jobs.ch is "open sesame"', "open sesame", "a password"),
        ("Mein Passwort lautet Sommer2026!", "Sommer2026", "a password"),
        ("Kennwort: geheim", "geheim", "a password"),
        ("mon mot de passe est soleil99", "soleil99", "a password"),
        ("la mia password è gatto7", "gatto7", "a password"),
        ("PIN: 4711", "4711", "a password"),
        ("card 4111 1111 1111 1111 exp 12/29", "1111", "a card number"),
        ("5555-5555-5555-4444", "5555", "a card number"),
        ("amex 378282246310005", "378282246310005", "a card number"),
        ("IBAN CH93 0076 2011 6238 5295 7 please", "6238", "an account number"),
        ("DE89370400440532013000", "DE8937", "an account number"),
        ("sk-proj-abcdefghijklmnop1234567890", "abcdefghij", "an access token"),
        ("ghp_" + "a1B2" * 9, "a1B2", "an access token"),
        ("AKIAIOSFODNN7EXAMPLE", "IOSFODNN7", "an access token"),
        ("xoxb-123456789012-abcdefghij", "abcdefghij", "an access token"),
        ("Authorization: Bearer abcdefghijklmnopqrstuvwxyz", "abcdefgh", "an access token"),
        ("api key: 9f8e7d6c5b4a", "9f8e7d6c5b4a", "an access token"),
        ("eyJhbGciOiJIUzI1.eyJzdWIiOiIxMjM0.SflKxwRJSMeKKF2QT4", "SflKxw", "an access token"),
        ("postgres://me:topsecret@db/jobs", "topsecret", "a password"),
        (
            "-----BEGIN RSA PRIVATE KEY-----\nMIIEow\n-----END RSA PRIVATE KEY-----",
            "MIIEow",
            "a private key",
        ),
    ],
)
def test_secrets_are_taken_out_and_named(text: str, secret: str, what: str) -> None:
    clean, removed = screen(text)
    assert secret not in clean
    assert removed == [what]


@pytest.mark.parametrize(
    "text",
    [
        "find remote python jobs in Zurich over 120k",
        "call me on +41 79 123 45 67 or 0041791234567",
        "my password is wrong and I forgot it",
        "I need to reset my password for the portal",
        "Das Passwort ist abgelaufen",
        "salary 120'000 to 140'000 CHF, 100'000.00",
        "job id 4123456789012345",
        "posted 2026-11-22T10:00:00+01:00",
        "the secret is practice",
        "tokenization and secret management, 5 years",
        "https://jobs.example.ch:8443/apply?id=17",
        "AHV 756.9217.0769.85",
        "here is my résumé: /home/me/cv-2026.pdf",
        "I am a teller at the bank, Kennwort vergessen",
    ],
)
def test_ordinary_messages_stay_as_they_are(text: str) -> None:
    assert screen(text) == (text, [])


def test_each_kind_is_named_once() -> None:
    clean, removed = screen("password: a1 and password: b2, card 4111111111111111")
    assert removed == ["a password", "a card number"]
    assert "a1" not in clean
    assert "b2" not in clean


@given(st.text(max_size=300))
def test_screening_twice_changes_nothing_more(text: str) -> None:
    once, _ = screen(text)
    assert screen(once)[0] == once


@pytest.mark.parametrize(
    "piece", ["4 ", "password ", "token: ", "a://", "CH93 ", "eyJaaaaaaaaaa.", "sk-", "4111-", "x"]
)
def test_hostile_repetition_is_screened(piece: str) -> None:
    """A pattern that backtracks would run into the suite's time-out here."""
    text, _ = screen(piece * (100_000 // len(piece)))
    assert text


def test_data_is_screened_in_depth() -> None:
    data = {"a": ["password: x1y2", {"b": "4111 1111 1111 1111"}], "n": 3, "none": None}
    assert screen_data(data) == {
        "a": ["password: [password removed]", {"b": "[card number removed]"}],
        "n": 3,
        "none": None,
    }
