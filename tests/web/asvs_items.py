"""The items of OWASP ASVS 5.0.0, levels 1 and 2, all chapters.

Every item is in one of three places: a test named by its number in `test_asvs*.py`, a test of
another module (`ELSEWHERE`), or `NOT_TESTED` with the reason. What the reason calls a gap is one,
and docs/security.md names it.
"""

from __future__ import annotations

CHAPTERS = """
1.1.1 1.1.2 1.2.1 1.2.2 1.2.3 1.2.4 1.2.5 1.2.6 1.2.7 1.2.8 1.2.9 1.3.1 1.3.2 1.3.3 1.3.4 1.3.5
1.3.6 1.3.7 1.3.8 1.3.9 1.3.10 1.3.11 1.4.1 1.4.2 1.4.3 1.5.1 1.5.2 2.1.1 2.1.2 2.1.3 2.2.1 2.2.2
2.2.3 2.3.1 2.3.2 2.3.3 2.3.4 2.4.1 3.2.1 3.2.2 3.3.1 3.3.2 3.3.3 3.3.4 3.4.1 3.4.2 3.4.3 3.4.4
3.4.5 3.4.6 3.5.1 3.5.2 3.5.3 3.5.4 3.5.5 3.7.1 3.7.2 4.1.1 4.1.2 4.1.3 4.2.1 4.3.1 4.3.2 4.4.1
4.4.2 4.4.3 4.4.4 5.1.1 5.2.1 5.2.2 5.2.3 5.3.1 5.3.2 5.4.1 5.4.2 5.4.3 6.1.1 6.1.2 6.1.3 6.2.1
6.2.2 6.2.3 6.2.4 6.2.5 6.2.6 6.2.7 6.2.8 6.2.9 6.2.10 6.2.11 6.2.12 6.3.1 6.3.2 6.3.3 6.3.4 6.4.1
6.4.2 6.4.3 6.4.4 6.5.1 6.5.2 6.5.3 6.5.4 6.5.5 6.6.1 6.6.2 6.6.3 6.8.1 6.8.2 6.8.3 6.8.4 7.1.1
7.1.2 7.1.3 7.2.1 7.2.2 7.2.3 7.2.4 7.3.1 7.3.2 7.4.1 7.4.2 7.4.3 7.4.4 7.4.5 7.5.1 7.5.2 7.6.1
7.6.2 8.1.1 8.1.2 8.2.1 8.2.2 8.2.3 8.3.1 8.4.1 9.1.1 9.1.2 9.1.3 9.2.1 9.2.2 9.2.3 9.2.4 10.1.1
10.1.2 10.2.1 10.2.2 10.3.1 10.3.2 10.3.3 10.3.4 10.4.1 10.4.2 10.4.3 10.4.4 10.4.5 10.4.6 10.4.7
10.4.8 10.4.9 10.4.10 10.4.11 10.5.1 10.5.2 10.5.3 10.5.4 10.5.5 10.6.1 10.6.2 10.7.1 10.7.2
10.7.3 11.1.1 11.1.2 11.2.1 11.2.2 11.2.3 11.3.1 11.3.2 11.3.3 11.4.1 11.4.2 11.4.3 11.4.4 11.5.1
11.6.1 12.1.1 12.1.2 12.1.3 12.2.1 12.2.2 12.3.1 12.3.2 12.3.3 12.3.4 13.1.1 13.2.1 13.2.2 13.2.3
13.2.4 13.2.5 13.3.1 13.3.2 13.4.1 13.4.2 13.4.3 13.4.4 13.4.5 14.1.1 14.1.2 14.2.1 14.2.2 14.2.3
14.2.4 14.3.1 14.3.2 14.3.3 15.1.1 15.1.2 15.1.3 15.2.1 15.2.2 15.2.3 15.3.1 15.3.2 15.3.3 15.3.4
15.3.5 15.3.6 15.3.7 16.1.1 16.2.1 16.2.2 16.2.3 16.2.4 16.2.5 16.3.1 16.3.2 16.3.3 16.3.4 16.4.1
16.4.2 16.4.3 16.5.1 16.5.2 16.5.3 17.1.1 17.2.1 17.2.2 17.2.3 17.2.4 17.3.1 17.3.2
"""
ITEMS = frozenset(CHAPTERS.split())

_NAMES = "tests/accounts/test_names.py::"
_WORDS = "tests/accounts/test_passwords.py::"
_SIGN = "tests/web/auth/test_sign_in.py::"
_TWO = "tests/web/auth/test_second_factor.py::"
_KEYS = "tests/web/auth/test_passkeys.py::"
_TOKENS = "tests/web/auth/test_tokens.py::"
_OTHER = "tests/web/auth/test_other_services.py::"
_TRIES = "tests/web/auth/test_tries.py::"
_BAD = "tests/web/auth/test_bad_input.py::"
_DATA = "tests/web/auth/test_data.py::"
_WORKERS = "tests/core/workers/test_workers.py::"
_TWO_USERS = "tests/web/test_isolation.py::"

ELSEWHERE = {
    "2.4.1": _TRIES + "test_who_guesses_waits_and_is_told_how_long",
    "5.2.1": _BAD + "test_a_gigabyte_is_refused_after_the_limit",
    "5.3.2": _BAD + "test_a_files_name_leads_nowhere",
    "3.5.1": _SIGN + "test_without_its_token_a_session_changes_nothing",
    "3.5.2": _SIGN + "test_another_sites_page_changes_nothing_even_with_the_token",
    "3.7.2": _BAD + "test_the_way_back_is_a_path_of_ours",
    "4.1.3": _BAD + "test_only_the_configured_proxy_is_believed",
    "4.2.1": _BAD + "test_what_is_no_http_gets_no_answer_of_ours",
    "6.2.3": _SIGN + "test_the_new_password_needs_the_present_one",
    "6.2.4": _WORDS + "test_what_is_guessed_first_is_refused",
    "6.2.5": _WORDS + "test_long_and_unusual_ones_are_taken_without_rules_of_composition",
    "6.3.1": _TRIES + "test_who_guesses_waits_and_is_told_how_long",
    "6.5.1": _TWO + "test_of_two_at_once_with_one_code_one_gets_in",
    "6.6.2": _TWO + "test_a_challenge_ends_after_five_tries_and_five_minutes",
    "6.6.3": _TWO + "test_a_challenge_ends_after_five_tries_and_five_minutes",
    "6.8.2": _OTHER + "test_forged_signatures_are_refused",
    "7.2.4": _SIGN + "test_each_sign_in_gives_a_new_key_and_ends_the_old_one",
    "7.3.1": _SIGN + "test_a_session_ends_when_it_is_idle",
    "7.3.2": _SIGN + "test_a_session_ends_after_a_month_however_often_it_is_used",
    "7.4.1": _SIGN + "test_somebody_registers_signs_out_and_in_again",
    "7.4.3": _SIGN + "test_changing_the_password_ends_every_other_session",
    "8.2.1": _TOKENS + "test_a_token_acts_for_its_person_within_its_scopes",
    "8.2.2": _TWO_USERS + "test_nobody_sees_what_is_anothers",
    "8.4.1": _TWO_USERS + "test_no_tool_shows_what_is_anothers",
    "9.1.1": _OTHER + "test_forged_signatures_are_refused",
    "9.1.2": _OTHER + "test_forged_signatures_are_refused",
    "9.2.1": _OTHER + "test_a_token_that_is_not_for_us_now_is_refused",
    "9.2.2": _OTHER + "test_a_token_that_is_not_for_us_now_is_refused",
    "9.2.3": _OTHER + "test_a_token_for_one_mcp_server_is_for_that_one",
    "10.1.2": _OTHER + "test_the_answer_to_another_browsers_login_is_refused",
    "10.2.1": _OTHER + "test_an_answer_is_good_once_and_only_with_its_state",
    "10.2.2": _OTHER + "test_an_issuer_that_is_another_in_the_answer_is_refused",
    "10.3.1": _OTHER + "test_a_token_that_is_not_for_us_now_is_refused",
    "10.3.2": _OTHER + "test_a_token_of_the_issuer_acts_for_its_person_within_its_scopes",
    "10.5.1": _OTHER + "test_an_id_token_that_is_not_for_us_now_is_refused",
    "10.5.2": _OTHER + "test_the_service_brings_somebody_in_and_knows_them_again",
    "10.5.3": _OTHER + "test_metadata_of_another_issuer_is_not_believed",
    "10.5.4": _OTHER + "test_an_id_token_that_is_not_for_us_now_is_refused",
    "11.6.1": _OTHER + "test_forged_signatures_are_refused",
    "14.2.2": _DATA + "test_who_leaves_leaves_no_byte_behind_and_the_others_keep_theirs",
    "15.2.2": _WORKERS + "test_others_are_answered_while_hostile_tasks_run",
    "15.3.4": _BAD + "test_only_the_configured_proxy_is_believed",
    "16.2.5": _BAD + "test_a_password_is_never_in_the_log",
    "16.3.1": _TOKENS + "test_what_happened_is_told_without_personal_data",
    "16.4.1": _BAD + "test_a_header_cannot_plant_another",
    "16.5.2": _TRIES + "test_counters_are_shared_through_redis_and_survive_its_loss",
}
"""Items that a test of another module proves."""

_NO_AS = "not applicable: this server is no authorization server, it accepts another's tokens"
_NO_SOCKET = "not applicable: there is no WebSocket"
_NO_GRAPH = "not applicable: there is no GraphQL"
_NO_WEBRTC = "not applicable: there is no WebRTC, no media and no signalling server"
_PROXY = "how it is deployed: a proxy in front ends TLS; the server listens on loopback"
_WRITTEN = "documentation, not code: docs/security.md"

NOT_TESTED = {
    "1.2.6": "not applicable: there is no LDAP",
    "1.2.8": "not applicable: there is no LaTeX; what stands in its place is tested as 1.3.5",
    "1.3.8": "not applicable: there is no JNDI",
    "1.3.9": "not applicable: there is no memcached; keys in Redis are digests",
    "1.4.1": "not applicable: Python; what is parsed in C runs in capped processes of its own",
    "1.4.3": "not applicable: Python frees by itself; see the tests of the workers",
    "2.1.1": _WRITTEN,
    "2.1.2": _WRITTEN,
    "2.1.3": _WRITTEN,
    "5.1.1": _WRITTEN,
    "3.5.4": "how it is deployed: the server takes one host name, which is its own",
    "3.5.5": "not applicable: no page listens to postMessage",
    "3.7.1": "not applicable: HTML, CSS and JavaScript only",
    "4.1.2": "how it is deployed: the server never redirects from http; a proxy in front may",
    "4.3.1": _NO_GRAPH,
    "4.3.2": _NO_GRAPH,
    "4.4.1": _NO_SOCKET,
    "4.4.2": _NO_SOCKET,
    "4.4.3": _NO_SOCKET,
    "4.4.4": _NO_SOCKET,
    "5.4.3": "gap: no virus scanner; nobody gets a file that somebody else has uploaded",
    "6.1.1": _WRITTEN,
    "6.1.2": _WRITTEN,
    "6.1.3": _WRITTEN,
    "6.2.12": "gap: passwords are not looked up in lists of breaches (no network, no such data)",
    "6.3.3": "gap: a second factor is offered and not demanded; sign in by a service that does",
    "6.4.4": "an admin's decision outside of the server: docs/security.md",
    "6.5.5": "gap in part: a code counts for its 30 seconds and one step either side, once",
    "6.6.1": "not applicable: nothing is sent by telephone",
    "6.8.3": "not applicable: there is no SAML",
    "6.8.4": "not applicable: no function asks for a strength of the provider's",
    "7.1.1": _WRITTEN,
    "7.1.2": _WRITTEN,
    "7.1.3": _WRITTEN,
    "7.4.4": "a page's: tests of the pages",
    "7.6.1": "documented as it is: a session here does not end with the one at the provider",
    "8.1.1": _WRITTEN,
    "8.1.2": _WRITTEN,
    "9.2.4": "not applicable: no self-contained token is issued",
    "10.3.4": "not applicable: no tool asks for a strength of the sign-in",
    **dict.fromkeys((f"10.4.{n}" for n in range(1, 12)), _NO_AS),
    "10.5.5": "not applicable: there is no back-channel logout",
    "10.6.1": _NO_AS,
    "10.6.2": _NO_AS,
    "10.7.1": _NO_AS,
    "10.7.2": _NO_AS,
    "10.7.3": _NO_AS,
    "11.1.1": _WRITTEN,
    "11.4.4": "not applicable: no key is derived from a password",
    "12.1.3": "not applicable: nobody is known by a client certificate",
    "12.2.1": _PROXY,
    "12.2.2": _PROXY,
    "12.3.3": "how it is deployed: addresses with TLS are taken as they are set",
    "12.3.4": "how it is deployed: the system's authorities are trusted, and no others",
    "13.2.1": "how it is deployed: the accounts at PostgreSQL, Redis and Chroma are the operator's",
    "13.2.2": "how it is deployed: tests/deploy checks that containers run without rights",
    "13.2.4": "gap: any public address may be asked for a posting; an allow-list is a firewall's",
    "13.2.5": "gap, as 13.2.4: private addresses are refused, public ones are not listed",
    "14.1.1": _WRITTEN,
    "14.1.2": _WRITTEN,
    "14.2.4": _WRITTEN,
    "15.1.1": _WRITTEN,
    "15.1.3": _WRITTEN,
    "16.1.1": _WRITTEN,
    "16.2.3": _WRITTEN,
    "16.4.2": "how it is deployed: the log is the operator's; the file has the user's rights",
    "16.4.3": "how it is deployed: standard error is collected by the platform",
    **dict.fromkeys(
        ("17.1.1", "17.2.1", "17.2.2", "17.2.3", "17.2.4", "17.3.1", "17.3.2"), _NO_WEBRTC
    ),
}
"""Items without a test, each with the reason."""
