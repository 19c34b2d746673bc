"""A yes is nothing but a yes; a no nothing but a no; all the rest is a turn of its own."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobtracker.agent.mind.embedded.answers import read_answer

YES = """
yes | Yes. | YES! | y | yep | yeah | yup | sure | Sure thing | ok | OK! | okay | k | yes please
yes, please do | please do | go ahead | Go ahead, please. | do it | yes, do it
yes do it please | sounds good | that works | that works for me | that's fine | That’s right
all right | confirm | I confirm | confirmed | absolutely | definitely | of course
perfect, thanks | great, thank you | yes, go ahead and book it | yes, book it | book it please
fine | correct | yesss | yes yes | yes, delete it | yes, cancel it | that would be great
I agree | yes, thank you very much | 👍 | ✅ | yes 👍 | 👍🏽 | by all means | yes, no problem
ok, go for it | proceed | ja | Ja! | ja bitte | ja, gerne | Ja gern | jo gern | jo, gärn
jawohl | klar | na klar | natürlich | Natuerlich | ja natürlich | sicher | genau | passt
das passt so | passt mir | mach das | ja, mach das | ja, machen Sie das bitte | machen Sie das
einverstanden | in Ordnung | geht klar | geht in Ordnung | stimmt | richtig | auf jeden Fall
selbstverständlich | bestätigt | ich bestätige | ja, buchen | bitte eintragen
Ja, tragen Sie es ein | aber gerne | ja aber sicher | super, danke | jaaa | isch guet
tiptop, merci | ok passt | ja kein Problem | los | oui | Oui ! | oui, merci
oui s'il vous plaît | oui, s’il te plaît | ouais | bien sûr | d'accord | d’accord, merci
volontiers | avec plaisir | parfait | très bien | c'est bon | c’est parfait | vas-y | allez-y
allez-y s'il vous plaît | je confirme | oui je confirme | fais-le | faites-le | ça marche
ça me va | ça me convient | tout à fait | oui, tout à fait | exactement | entendu | ok pour moi
oui bien sûr | absolument | oui, supprimez-le | oui, pas de problème | sì | si | Sì!
sì, grazie | sì per favore | certo | certo che sì | va bene | va benissimo | perfetto
d'accordo | confermo | sì, confermo | procedi | procedi pure | proceda pure | fai pure
faccia pure | esatto | volentieri | con piacere | assolutamente sì | ok, va bene | senz’altro
per me va bene | sì, prenota | giusto | ottimo, grazie | sì, cancellalo
"""
NO = """
no | No. | NO! | n | nope | nah | no thanks | no, thank you | no way | not now | not yet
not today | don't | don’t do it | do not do it | please don't | no, please don't | never mind
nevermind | cancel | stop | leave it | no, leave it as it is | forget it | better not
I'd rather not | I don't want to | absolutely not | definitely not | certainly not | no, cancel
no, stop | no no | nooo | 👎 | ❌ | no 👎 | no need | not really | no, I'm good | don't book it
no, cancel it | sorry, no | please stop | nein | Nein! | nein danke | nein, danke
nein, lieber nicht | lieber nicht | besser nicht | nö | nee | nicht jetzt | jetzt nicht
noch nicht | heute nicht | doch nicht | auf keinen Fall | abbrechen | stopp | lass es | lass das
lassen Sie es | nein, lassen Sie das bitte | vergiss es | mach das nicht | machen Sie das nicht
ich möchte nicht | nicht nötig | bitte nicht | nein, sicher nicht | nei | nei danke
nei, lieber nid | nei merci | lieber nöd | neiiin | nein, tut mir leid | nein, schon gut | non
Non ! | non merci | non, merci | nan | pas maintenant | pas encore | surtout pas | annule
annulez | annuler | laisse tomber | laissez tomber | ne le fais pas | ne le faites pas | arrête
non, ne faites rien | je ne veux pas | pas du tout | certainement pas | non, ça ira | plutôt pas
non, pas maintenant | pas la peine | bien sûr que non | no grazie | no, grazie | non farlo
non lo faccia | non ora | non adesso | meglio di no | annulla | lascia stare | lasci stare
lascia perdere | no, lascia perdere | non voglio | assolutamente no | preferisco di no
direi di no | certo che no | non ancora | no, non serve | no, mi dispiace
"""
OTHER = """
yeah right | Yeah, right! | yes, it was nice | ok whatever you think about Friday
yes but at 16:00 | yes, but on Friday | yes, at 4pm | yes if it is free | yes, unless it rains
ok but later | sure, make it Thursday | ok, 16:00 | yes?! | yes? | ok? | no? | is it free?
no, Thursday instead | no, at 4 | no, the other one | not that one | not on Friday
no but Friday works | make it 4pm | do not book it yet | don't book it before Monday
go to hell | it is not right | that is not correct | it is not fine | yes and no | yes no
no yes | yes... no | maybe | perhaps | I think so | I guess | not sure | I am not sure | wait
hold on | hmm | what time? | which one? | why | who is coming | do | it | that | the first one
please | thanks | thank you | 👍👎 | yes 👎 | no 👍 | 🤔 | 16:00 | 1 | book it for Friday
book it twice | yes, and also find jobs in Bern | never mind the time
it is fine that you do it please | if you must | only if I am free | do it tomorrow | go away
yes, move it to Friday | fine, but call it a screening | cancel it | delete it
right, and where is it? | good morning | good luck | stop at 16:00 | right after lunch
ok go to the next one | let's not | yes I said no | I did not say yes | can you do it later
of course it is not right | not right | ja, aber am Freitag | ja aber später | ja, um 16 Uhr
ja, falls ich frei bin | ja wenn es geht | ja, sofern frei | nein, am Donnerstag
nein, lieber am Freitag | lieber später | lieber Freitag | passt nicht | das passt mir nicht
geht nicht | stimmt nicht | nicht sicher | ist das frei? | vielleicht | mach das morgen
mach es um vier | ja nein | jein | bitte | danke | nein, Mai | doch | weiss nicht
ja, ohne Einladung | das ist nicht richtig | moment | warte | nei, am Friitig | jo aber spöter
klar, nur nicht heute | genau das nicht | sicher bin ich nicht | nicht am Montag | gut möglich
oui mais plus tard | oui, à 16 h | oui sauf lundi | oui si je suis libre | oui, vendredi plutôt
non, jeudi | non, plutôt vendredi | non, l'autre | ce n'est pas juste | pas sûr | pas d'accord
peut-être | c'est libre ? | ça ne me va pas | pas lundi | merci | s'il vous plaît | attends
je ne sais pas | oui non | faites-le demain | ça marche pas | pas parfait | oui ?
bien sûr mais pas lundi | d'accord pour vendredi | sì ma più tardi | sì, alle 16
sì, se sono libero | sì, però venerdì | no, giovedì | no, l'altro | non va bene | non è giusto
non sono d'accordo | forse | aspetta | grazie | per favore | è libero? | va bene venerdì
fallo domani | non lunedì | non so | magari | sì o no | sì, tranne lunedì | penso di sì
"""


def _cases(text: str) -> list[str]:
    return [case.strip() for line in text.strip().splitlines() for case in line.split(" | ")]


@pytest.mark.parametrize("message", _cases(YES))
def test_nothing_but_a_yes_is_a_yes(message: str) -> None:
    assert read_answer(message, "en") == "yes"


@pytest.mark.parametrize("message", _cases(NO))
def test_nothing_but_a_no_is_a_no(message: str) -> None:
    assert read_answer(message, "de") == "no"


@pytest.mark.parametrize("message", _cases(OTHER))
def test_anything_more_is_a_turn_of_its_own(message: str) -> None:
    assert read_answer(message, "en") == "other"


BUT = """
but | if | unless | not | falls | wenn | nicht | si jamais | sauf | ma | se | però | non
nein | no | Thursday | Freitag | vendredi | venerdì | 16:00 | 4pm | tomorrow | morgen | demain
domani | later | instead | except | lieber | plutôt
"""


@given(st.sampled_from(_cases(YES)), st.sampled_from(_cases(BUT)), st.booleans())
def test_a_yes_with_a_condition_or_correction_is_never_a_yes(
    yes: str, but: str, behind: bool
) -> None:
    message = f"{yes}, {but}" if behind else f"{but}, {yes}"
    assert read_answer(message, "en") != "yes"


CORRECTION = """
Thursday instead | at 16:00 | am Freitag | um 17 Uhr | plutôt vendredi | alle 16 | the other one
die andere | l’autre | l’altro | 4pm | next week | nächste Woche
"""


@given(
    st.sampled_from(_cases(YES)), st.sampled_from(["aber", "mais", "but", "ma", "però", "…only"])
)
def test_a_yes_that_goes_on_with_a_but_is_no_yes(yes: str, but: str) -> None:
    assert read_answer(f"{yes} {but}", "de") == "other"


@given(st.sampled_from(_cases(NO)), st.sampled_from(_cases(CORRECTION)))
def test_a_no_with_a_correction_is_worked_on(no: str, correction: str) -> None:
    assert read_answer(f"{no}, {correction}", "en") == "other"


@given(st.sampled_from(_cases(YES)), st.sampled_from(_cases(NO)))
def test_yes_and_no_together_are_neither(yes: str, no: str) -> None:
    assert read_answer(f"{yes}, {no}", "en") != "yes"
    assert read_answer(f"{no}. {yes}", "en") != "yes"


@given(st.sampled_from(_cases(YES) + _cases(NO)))
def test_a_question_mark_makes_it_a_question(answer: str) -> None:
    assert read_answer(f"{answer} ?", "fr") == "other"


@given(st.sampled_from(_cases(YES)), st.sampled_from(["", " ", "  \n", "!", ".", " …", "!!"]))
def test_case_and_punctuation_do_not_matter(yes: str, end: str) -> None:
    assert read_answer(f" {yes.upper()}{end}", "it") == "yes"


@given(st.text(max_size=200))
def test_any_text_is_read_without_failing(text: str) -> None:
    assert read_answer(text, "en") in ("yes", "no", "other")


def test_a_long_row_of_yeses_is_read_in_no_time() -> None:
    assert read_answer("yes " * 30, "en") == "yes"
    assert read_answer("yes " * 100_000, "en") == "other"
