"""Yes, no, or something else: how a message answers a question about a side effect.

Strict on purpose: a message counts only if it is made of nothing but known phrases of one side (and
courtesies). Whatever else it says – a condition, another time, a question – makes it a turn of its
own, and the question lapses without effect. In doubt it is “other”, never “yes”.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Literal

Phrases = frozenset[tuple[str, ...]]


def _phrases(*texts: str) -> Phrases:
    """Return the phrases, separated by commas, as words; written without accents."""
    return frozenset(
        tuple(phrase.split()) for text in texts for phrase in text.split(",") if phrase.strip()
    )


_COURTESY = _phrases(
    "please, pls, plz, thanks, thank you, thx, cheers, thanks a lot, many thanks",
    "thank you very much, bitte, danke, vielen dank, danke schon, danke schoen, danke dir",
    "danke ihnen, merci, besten dank, merci vilmal, merci vielmal, danke vielmal, bitte schon",
    "bitte schoen, oh, ah, ach, s il te plait, s il vous plait, svp, stp, merci beaucoup",
    "merci bien, grazie, grazie mille, per favore, per piacere, prego",
)
_YES = _phrases(
    # English
    "y, yes, yep, yeah, yea, yup, ya, aye, sure, sure thing, for sure, ok, okay, okey, oki, k, kk",
    "okey dokey, okie dokie, fine, that s fine, that is fine, all right, alright, right, correct",
    "that s right, that is right, that s correct, that is correct, it is correct, confirm",
    "confirmed, i confirm, i agree, agreed, i accept, absolutely, definitely, certainly",
    "of course, affirmative, indeed, exactly, perfect, great, excellent, good, very good, cool",
    "lgtm, sounds good, that sounds good, sounds great, that sounds great, sounds fine",
    "sounds right, sounds perfect, looks good, that looks good, works, that works, works for me",
    "that works for me, fine by me, fine with me, ok with me, ok for me, good for me, all good",
    "go, go ahead, go for it, do it, do that, do so, please do, do it now, just do it",
    "let s do it, let s do that, let s go, i do, yes i do, i m sure, i am sure, you can, you may",
    "you can do it, you may do it, by all means, with pleasure, gladly, proceed, make it so",
    "that would be great, that would be good, that would be nice, would be great, i d like that",
    "i would like that, i d love that, book it, book that, schedule it, go ahead and book it",
    "go ahead and do it",
    # German, with Swiss German
    "ja, jawohl, jawoll, jep, jup, jap, jo, jau, klar, na klar, ja klar, klaro, alles klar, logo",
    "logisch, gern, gerne, sehr gern, sehr gerne, ja gern, ja gerne, aber gern, aber gerne",
    "aber ja, aber sicher, aber klar, aber naturlich, aber natuerlich, sicher, ganz sicher, genau",
    "passt, passt so, das passt, das passt so, passt mir, das passt mir, passt gut, das passt gut",
    "passt fur mich, passt fuer mich, mach, mach das, mach es, mach s, machs, mach nur, mach mal",
    "mach das mal, tu das, tu es, machen sie das, machen sie es, machen sie nur, tun sie das",
    "tun sie es, nur zu, leg los, legen sie los, los, einverstanden, ich bin einverstanden",
    "in ordnung, das ist in ordnung, geht klar, geht in ordnung, das geht, stimmt, stimmt so",
    "das stimmt, das stimmt so, richtig, das ist richtig, korrekt, das ist korrekt, naturlich",
    "natuerlich, selbstverstandlich, selbstverstaendlich, unbedingt, auf jeden fall, jederzeit",
    "bestatigt, bestaetigt, bestatige, bestaetige, ich bestatige, ich bestaetige, perfekt, super",
    "prima, gut, sehr gut, ist gut, ist gut so, wunderbar, toll, bestens, okay so, ok so, buchen",
    "bitte buchen, buche es, buch es, buch das, buchen sie, buchen sie es, trag es ein",
    "trag ihn ein, tragen sie es ein, tragen sie ihn ein, eintragen, bitte eintragen, ja doch",
    "garn, gaern, sehr garn, isch guet, isch guet so, isch ok, guet, tiptop, tip top, voll",
    "mach das bitte, ja mach, chasch mache, das wari super, das ware super, das waere super",
    "das ware gut, das waere gut, das ware nett, das waere nett, ja will ich",
    # French
    "oui, ouais, ouaip, bien sur, bien sur que oui, bien entendu, evidemment, naturellement",
    "d accord, daccord, dac, je suis d accord, entendu, volontiers, tres volontiers, avec plaisir",
    "parfait, tres bien, c est bon, c est bien, c est tres bien, c est parfait, c est juste",
    "c est correct, c est exact, c est ca, exact, exactement, tout a fait, absolument",
    "certainement, assurement, confirme, je confirme, je le confirme, confirmez, vas y, allez y",
    "allez, allons y, fais le, faites le, fais ca, faites ca, fais donc, faites donc, faites",
    "ca marche, ca me va, ca me convient, cela me convient, cela me va, ok pour moi, bon pour moi",
    "je veux bien, carrement, genial, nickel, impeccable, banco, mais oui, mais bien sur, reserve",
    "reserve le, reservez, reservez le, planifie le, planifiez le, inscris le, inscrivez le",
    "ce serait bien, ce serait parfait",
    # Italian
    "si, certo, certo che si, certamente, sicuro, sicuramente, va bene, bene, va benissimo",
    "benissimo, molto bene, perfetto, ottimo, d accordo, sono d accordo, confermo, lo confermo",
    "confermato, conferma, procedi, proceda, procedi pure, proceda pure, fai pure, faccia pure",
    "fallo, lo faccia, lo faccia pure, fai, esatto, esattamente, giusto, e giusto, corretto",
    "e corretto, assolutamente, assolutamente si, volentieri, molto volentieri, con piacere",
    "senz altro, senza dubbio, vai, vada, vai pure, vada pure, avanti, mi va bene, per me va bene",
    "va bene cosi, va bene per me, prenota, prenotalo, prenoti, prenoti pure, lo prenoti, fissalo",
    "lo fissi, ci sto, direi di si",
)
_WITH_YES = _phrases(
    "no problem, right away, and book it, and do it, delete it, cancel it, move it, remove it",
    "send it, i want that, i want to, you can go ahead, and thanks, and thank you, kein problem",
    "gleich, sofort, losch es, loesch es, loschen, loeschen, loschen sie es, loeschen sie es",
    "verschieben, absagen, sag ab, sag es ab, verschieb es, und danke, pas de probleme",
    "pas de souci, tout de suite, supprime, supprime le, supprimez, supprimez le, annule le",
    "annulez le, deplace le, et merci, nessun problema, subito, cancellalo, eliminalo, spostalo",
    "lo cancelli, lo elimini, lo sposti, e grazie",
)
"""Said after a yes; no yes without one."""
_NO = _phrases(
    # English
    "n, no, nope, nah, nay, no way, never, not now, not yet, not today, not really, not at all",
    "don t, do not, don t do it, do not do it, don t do that, do not do that, don t do anything",
    "do not do anything, don t book it, do not book it, don t delete it, do not delete it",
    "don t cancel it, do not cancel it, don t send it, do not send it, never mind, nevermind",
    "cancel, stop, abort, leave it, leave it be, leave it alone, leave it as it is",
    "leave it as is, forget it, forget about it, skip it, drop it, better not, rather not",
    "i d rather not, i would rather not, i d prefer not to, i don t, i do not, i don t want to",
    "i do not want to, i don t want that, i do not want that, i don t want it, i do not want it",
    "absolutely not, definitely not, certainly not, of course not, negative, no need",
    "not necessary, please don t, i changed my mind, i ve changed my mind",
    # German, with Swiss German
    "nein, ne, nee, noe, nicht, lieber nicht, besser nicht, jetzt nicht, nicht jetzt, noch nicht",
    "heute nicht, nicht heute, doch nicht, lieber doch nicht, auf keinen fall",
    "auf gar keinen fall, bloss nicht, sicher nicht, bestimmt nicht, gar nicht, abbrechen",
    "abbruch, stopp, lass es, lass das, lass mal, lass es sein, lass es bleiben, lass gut sein",
    "lass es so, lassen sie es, lassen sie das, lassen sie es sein, lassen sie es so, vergiss es",
    "vergessen sie es, mach es nicht, mach das nicht, machen sie es nicht, machen sie das nicht",
    "tu es nicht, tu das nicht, tun sie es nicht, tun sie das nicht, nicht machen, nicht buchen",
    "nicht loschen, nicht loeschen, nicht absagen, nicht notig, nicht noetig, brauche ich nicht",
    "will ich nicht, ich will nicht, ich mochte nicht, ich moechte nicht, mochte ich nicht",
    "moechte ich nicht, kein bedarf, keinesfalls, niemals, nie, nei, nid, ned, nod, noed",
    "lieber nid, lieber ned, lieber nod, lieber noed, jetzt nid, jetzt ned, no nid, no ned",
    "sicher nid, sicher ned, besser nid, besser ned",
    # French
    "non, nan, pas maintenant, pas encore, pas aujourd hui, surtout pas, annule, annulez, annuler",
    "laisse, laissez, laisse tomber, laissez tomber, arrete, arretez, ne le fais pas",
    "ne le faites pas, ne fais pas ca, ne faites pas ca, ne fais rien, ne faites rien",
    "je ne veux pas, je veux pas, je ne prefere pas, je prefere pas, je prefere ne pas",
    "il vaut mieux pas, mieux vaut pas, plutot pas, pas du tout, certainement pas, absolument pas",
    "bien sur que non, mais non, pas la peine, ce n est pas la peine, pas necessaire, pas besoin",
    "jamais, pas question, hors de question, ne reserve pas, ne reservez pas",
    # Italian
    "non farlo, non lo faccia, non fare niente, non fare nulla, non ora, non adesso, non ancora",
    "non oggi, non serve, non importa, non voglio, non lo voglio, meglio di no, meglio no",
    "direi di no, annulla, annulli, annullare, lascia, lasci, lascia stare, lasci stare",
    "lascia perdere, lasci perdere, lascia cosi, lasci cosi, fermati, si fermi, assolutamente no",
    "certo che no, niente affatto, per niente, per niente al mondo, preferisco di no",
    "preferirei di no, non prenotare, non prenoti, grazie no, ma no",
)
_WITH_NO = _phrases(
    "i m good, i am good, i m fine, it s fine, it s ok, it is fine, that s all, sorry, cancel it",
    "cancel that, schon gut, ist schon gut, passt schon, leider, sorry, entschuldigung",
    "tut mir leid, ca va, ca ira, c est bon, desole, desolee, va bene cosi, mi dispiace, scusa",
    "scusi",
)
"""Said after a no; no answer by themselves."""
_MOCKING = _phrases("yeah right, ya right")
_THUMBS_UP = "👍✅👌✔"
_THUMBS_DOWN = "👎❌🚫"
_MOST_CHARS = 120


def read_answer(message: str, language: str, action: str = "") -> Literal["yes", "no", "other"]:
    """Tell whether the whole message is a yes or a no, in any of the four languages.

    `action` is the tool that waits: “yes, cancel it” is a yes to a cancellation, and neither yes
    nor no to a booking.
    """
    if len(message) > _MOST_CHARS or "?" in unicodedata.normalize("NFKC", message):
        return "other"
    words = _words(message)
    signs = _signs(message)
    if not words or signs == "other":
        return signs or "other"
    if tuple(words) in _MOCKING:
        return "other"
    if action and any(_names_other(word, action) for word in words):
        return "no" if _made_of(words, _NO, _COURTESY | _WITH_NO) else "other"
    sides = {
        "yes": _made_of(words, _YES, _COURTESY | _WITH_YES),
        "no": _made_of(words, _NO, _COURTESY | _WITH_NO),
    }
    if sides["yes"] and not sides["no"] and signs != "no":
        return "yes"
    if sides["no"] and not sides["yes"] and signs != "yes":
        return "no"
    return "other"


_UNDOES = re.compile(
    r"cancel|delete|remove|losch|loesch|entfern|stornier|annul|supprim|effac|elimin|cancell|move|"
    r"verschieb|deplac|spost"
)


def _names_other(word: str, action: str) -> bool:
    """Whether a word names something else than what the action does."""
    found = _UNDOES.match(word)
    if found is None:
        return False
    moves = re.match(r"move|verschieb|deplac|spost", word) is not None
    fits = ("reschedule",) if moves else ("cancel", "delete")
    return not action.startswith(fits)


def _words(message: str) -> list[str]:
    """Return the words in small letters, without accents and drawn-out letters (“yesss”)."""
    decomposed = unicodedata.normalize("NFKD", message.casefold())
    plain = "".join(char for char in decomposed if not unicodedata.combining(char))
    return [re.sub(r"(\w)\1{2,}", r"\1", word) for word in re.findall(r"\w+", plain)]


def _signs(message: str) -> Literal["yes", "no", "other"] | None:
    """Return what the emoji say; “other” where they contradict each other."""
    up = any(sign in message for sign in _THUMBS_UP)
    down = any(sign in message for sign in _THUMBS_DOWN)
    if up and down:
        return "other"
    return "yes" if up else "no" if down else None


def _made_of(words: list[str], core: Phrases, beside: Phrases) -> bool:
    """Whether the words are a row of `core` and `beside` phrases with at least one of `core`."""
    known = core | beside
    longest = max(map(len, known))
    # For each place: whether the words before it can be read at all, and with a core phrase.
    read = [(True, False)] + [(False, False)] * len(words)
    for end in range(1, len(words) + 1):
        for start in range(max(0, end - longest), end):
            plain, full = read[start]
            part = tuple(words[start:end])
            if not plain or part not in known:
                continue
            read[end] = (True, read[end][1] or full or part in core)
    return read[-1][1]
