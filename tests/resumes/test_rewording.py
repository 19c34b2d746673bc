# ruff: noqa: E501 - sentences read better unbroken
"""Lines in a model's words: what says the same is taken, what adds a fact or an event is refused."""

from __future__ import annotations

from datetime import date

import pytest

from jobtracker.resumes.model import Resume
from jobtracker.resumes.rewording import Task, refusals

TODAY = date(2026, 11, 23)
RESUME = Resume.model_validate(
    {
        "basics": {"name": "Tamsin Quill", "label": "Bicycle mechanic"},
        "work": [
            {
                "name": "Radhaus Thun",
                "position": "Bicycle mechanic",
                "startDate": "2019-04",
                "highlights": [
                    "Repaired 25 e-bikes a week in the workshop",
                    "Trained 3 apprentices in wheel building",
                ],
            }
        ],
        "languages": [{"language": "German", "fluency": "native"}],
    }
)
Said = tuple[int, str]

EN = Task(
    "message",
    [
        "On 3 November 2026 I applied for the position Nurse HF at Spital Linth.",
        "May I ask how far the selection has come?",
        "If anything is missing from my documents, I will send it at once.",
        "The position still interests me very much, and I would be glad to talk with you about it.",
    ],
    ["Spital Linth", "Nurse HF", "3 November 2026"],
    "en",
)
EN_SAME: list[Said] = [
    (1, "I submitted my application for the Nurse HF position at Spital Linth on 3 November 2026."),
    (
        1,
        "I am following up on my application of 3 November 2026 for the position of Nurse HF at Spital Linth.",
    ),
    (2, "Could you share a brief update on the selection?"),
    (2, "I would be grateful to know where things stand."),
    (2, "Is there any news about the selection process?"),
    (2, "Would you be so kind as to tell me where the process stands?"),
    (3, "Should any document be missing, I will gladly send it right away."),
    (3, "Please let me know if you need anything else; I will send it immediately."),
    (4, "I am still very keen on this position and would welcome a conversation."),
    (4, "I remain enthusiastic about the role and would love to talk with you."),
    (4, "The role continues to interest me, and I look forward to talking with you."),
]
EN_MORE: list[Said] = [
    (1, "On 3 November 2026 I applied at Spital Linth as Nurse HF, recommended by Dr Meier."),
    (
        1,
        "On 3 November 2026 I applied for the position Nurse HF at Spital Linth, with 12 years in intensive care.",
    ),
    (2, "May I ask how far the selection has come? I need an answer by Friday."),
    (2, "Could you confirm that I got the position?"),
    (2, "You told me that the position is mine."),
    (4, "Thank you for the conversation last week; the position still interests me."),
    (4, "As agreed, I would be glad to talk with you."),
    (4, "I have decided to take the position."),
    (4, "After our call I am even more interested in the position."),
    (4, "I have accepted another position, but I would be glad to talk."),
    (2, "You said you would answer this week; how far has the selection come?"),
    (3, "I attach my doctorate certificate."),
    (4, "As an award-winning nurse I would be glad to talk with you."),
    (4, "I am fluent in French and Arabic and would be glad to talk."),
    (4, "I have always dreamed of working with your CEO Ursula Frei."),
    (4, "I am available from 1 December and accept night shifts."),
    (4, "I led a ward of twenty nurses and would be glad to talk."),
]

DE = Task(
    "message",
    [
        "Ich habe mich am 3. November 2026 um die Stelle Pflegefachfrau HF bei Spital Linth beworben.",
        "Darf ich fragen, wie weit die Auswahl ist?",
        "Sollte in meinen Unterlagen etwas fehlen, sende ich es sofort.",
        "Die Stelle interessiert mich weiterhin sehr, und ich würde gerne mit Ihnen darüber sprechen.",
    ],
    ["Spital Linth", "Pflegefachfrau HF", "3. November 2026"],
    "de",
)
DE_SAME: list[Said] = [
    (
        1,
        "Am 3. November 2026 habe ich Ihnen meine Bewerbung als Pflegefachfrau HF bei Spital Linth gesendet.",
    ),
    (
        1,
        "Ich beziehe mich auf meine Bewerbung vom 3. November 2026 als Pflegefachfrau HF bei Spital Linth.",
    ),
    (
        1,
        "Gerne komme ich auf meine Bewerbung vom 3. November 2026 als Pflegefachfrau HF bei Spital Linth zurück.",
    ),
    (2, "Können Sie mir sagen, wie der Stand des Verfahrens ist?"),
    (2, "Ich wäre Ihnen für eine kurze Rückmeldung zum Stand der Auswahl dankbar."),
    (2, "Gibt es bereits Neuigkeiten zum Auswahlverfahren?"),
    (3, "Falls Unterlagen fehlen, reiche ich sie umgehend nach."),
    (3, "Fehlt noch etwas in meinem Dossier, so schicke ich es Ihnen gerne zu."),
    (
        4,
        "Mein Interesse an der Stelle ist unverändert gross, und ich freue mich auf ein Gespräch mit Ihnen.",
    ),
    (
        4,
        "Nach wie vor bin ich sehr interessiert und würde mich über ein persönliches Gespräch freuen.",
    ),
]
DE_MORE: list[Said] = [
    (
        1,
        "Auf Empfehlung von Frau Graf habe ich mich am 3. November 2026 als Pflegefachfrau HF bei Spital Linth beworben.",
    ),
    (4, "Vielen Dank für das Gespräch von letzter Woche; die Stelle interessiert mich sehr."),
    (4, "Wie besprochen, freue ich mich auf die Stelle."),
    (2, "Sie haben mir eine Antwort versprochen; wie weit ist die Auswahl?"),
    (4, "Ich habe bereits bei einer anderen Firma zugesagt."),
    (2, "Bitte antworten Sie bis Freitag, sonst nehme ich eine andere Stelle an."),
    (2, "Wie im Telefonat mit Herrn Roth besprochen, bin ich eingestellt."),
    (4, "Dank meiner langjährigen Führungserfahrung passt die Stelle sehr gut."),
    (4, "Ich spreche fliessend Französisch und freue mich auf das Gespräch."),
    (4, "Ich habe einen Master in Pflegewissenschaft und freue mich auf das Gespräch."),
    (4, "Ich bin ab sofort verfügbar und arbeite auch nachts."),
]

FR = Task(
    "message",
    [
        "Le 3 novembre 2026, j’ai postulé pour le poste Infirmière ES chez Spital Linth.",
        "Puis-je demander où en est la sélection?",
        "Le poste m’intéresse toujours beaucoup, et j’aurais plaisir à en parler avec vous.",
    ],
    ["Spital Linth", "Infirmière ES", "3 novembre 2026"],
    "fr",
)
FR_SAME: list[Said] = [
    (
        1,
        "Je me permets de revenir vers vous au sujet de ma candidature du 3 novembre 2026 au poste Infirmière ES chez Spital Linth.",
    ),
    (1, "J'ai déposé ma candidature au poste Infirmière ES chez Spital Linth le 3 novembre 2026."),
    (2, "Pourriez-vous me dire où en est la procédure?"),
    (2, "Auriez-vous des nouvelles concernant le processus de recrutement?"),
    (2, "Je vous serais reconnaissante de m'informer de l'avancement de la sélection."),
    (3, "Mon intérêt pour ce poste reste entier et je serais ravie d'en discuter avec vous."),
    (3, "Je reste très motivée par ce poste et me tiens à votre disposition pour un entretien."),
]
FR_MORE: list[Said] = [
    (
        1,
        "Sur recommandation du docteur Favre, j'ai postulé le 3 novembre 2026 au poste Infirmière ES chez Spital Linth.",
    ),
    (3, "Je parle couramment l'arabe et j'aurais plaisir à en parler avec vous."),
    (3, "J'ai dirigé une équipe de vingt personnes et j'aurais plaisir à en parler."),
    (3, "Merci pour notre entretien; le poste m'intéresse toujours."),
    (2, "Vous m'avez dit que je serais prise; où en est la sélection?"),
    (2, "Une autre clinique m'a fait une offre, où en est la sélection?"),
    (3, "Titulaire d'un doctorat, j'aurais plaisir à en parler avec vous."),
]

IT = Task(
    "message",
    [
        "Il 3 novembre 2026 mi sono candidata per il posto Infermiera SSS presso Spital Linth.",
        "Posso chiedere a che punto è la selezione?",
        "Il posto mi interessa sempre molto, e sarei lieta di parlarne con voi.",
    ],
    ["Spital Linth", "Infermiera SSS", "3 novembre 2026"],
    "it",
)
IT_SAME: list[Said] = [
    (
        1,
        "Mi permetto di tornare sulla mia candidatura del 3 novembre 2026 come Infermiera SSS presso Spital Linth.",
    ),
    (
        1,
        "Ho inviato la mia candidatura per il posto Infermiera SSS presso Spital Linth il 3 novembre 2026.",
    ),
    (2, "Potrebbe dirmi a che punto è la procedura?"),
    (2, "Ci sono novità riguardo alla selezione?"),
    (2, "Le sarei grata di un breve riscontro sullo stato della selezione."),
    (3, "Il mio interesse per il posto rimane vivo e sarei felice di parlarne con voi."),
    (3, "Resto molto interessata e a disposizione per un colloquio."),
]
IT_MORE: list[Said] = [
    (
        1,
        "Su consiglio della dottoressa Bianchi mi sono candidata il 3 novembre 2026 per il posto Infermiera SSS presso Spital Linth.",
    ),
    (3, "Parlo correntemente il tedesco e il russo e sarei lieta di parlarne."),
    (3, "Ho diretto venti infermieri e sarei lieta di parlarne."),
    (3, "Grazie per il colloquio; il posto mi interessa sempre."),
    (2, "Mi avete detto che il posto è mio; a che punto è la selezione?"),
    (2, "Un'altra clinica mi ha fatto un'offerta: a che punto è la selezione?"),
]

PAY = Task(
    "pay",
    [
        "Thank you for the offer; I would like to join Velowerk AG.",
        "For this task I had CHF 92,500 a year in mind. Can we come closer to that?",
        "I base that on 38 comparable postings with a median of CHF 90,000.",
        "At my last place I did the following: Repaired 25 e-bikes a week in the workshop.",
    ],
    ["Velowerk AG", "Workshop lead"],
    "en",
)
PAY_SAME: list[Said] = [
    (1, "Thank you for the offer. I would be happy to join Velowerk AG."),
    (1, "I appreciate the offer and would very much like to work at Velowerk AG."),
    (2, "I had been thinking of CHF 92,500 a year for this role. Can we move closer to that?"),
    (2, "Could we get closer to CHF 92,500 a year?"),
    (3, "My figure rests on 38 comparable postings, whose median is CHF 90,000."),
    (3, "I looked at 38 similar postings: the median is CHF 90,000."),
    (4, "In my last job I repaired 25 e-bikes a week in the workshop."),
]
PAY_MORE: list[Said] = [
    (1, "Thank you for the offer; Stromer pays more, but I would like to join Velowerk AG."),
    (2, "I will only come for CHF 92,500 a year."),
    (2, "I earn CHF 92,500 a year today."),
    (2, "My current salary is CHF 92,500 a year. Can we come closer to that?"),
    (3, "I base that on 38 comparable postings with a top quarter of CHF 90,000."),
    (4, "In my last job I repaired 25 e-bikes a day."),
    (4, "In my last job I led the repair of 25 e-bikes a week in the workshop."),
]

THANKS = Task(
    "message",
    ["Vielen Dank für das Gespräch vom 19. November 2026 zur Stelle Koch bei Krone AG."],
    ["Krone AG", "Koch", "19. November 2026"],
    "de",
)
THANKS_SAME: list[Said] = [
    (
        1,
        "Ich danke Ihnen herzlich für das Gespräch vom 19. November 2026 zur Stelle Koch bei Krone AG.",
    ),
    (
        1,
        "Für das Gespräch vom 19. November 2026 bei Krone AG zur Stelle Koch bedanke ich mich sehr.",
    ),
]
THANKS_MORE: list[Said] = [
    (
        1,
        "Vielen Dank für das Gespräch vom 19. November 2026 zur Stelle Koch bei Krone AG, die Sie mir zugesagt haben.",
    ),
    (
        1,
        "Vielen Dank für das Gespräch vom 19. November 2026 zur Stelle Koch bei Krone AG und für die 5200 Franken.",
    ),
]
ALL = {
    "en": (EN, EN_SAME, EN_MORE),
    "de": (DE, DE_SAME, DE_MORE),
    "fr": (FR, FR_SAME, FR_MORE),
    "it": (IT, IT_SAME, IT_MORE),
    "pay": (PAY, PAY_SAME, PAY_MORE),
    "thanks": (THANKS, THANKS_SAME, THANKS_MORE),
}


@pytest.mark.parametrize(
    ("name", "said"), [(name, said) for name, (_, same, _) in ALL.items() for said in same]
)
def test_what_says_the_same_is_taken(name: str, said: Said) -> None:
    assert refusals(ALL[name][0], RESUME, TODAY, *said) == []


@pytest.mark.parametrize(
    ("name", "said"), [(name, said) for name, (_, _, more) in ALL.items() for said in more]
)
def test_what_says_more_is_refused(name: str, said: Said) -> None:
    assert refusals(ALL[name][0], RESUME, TODAY, *said)


def test_a_line_that_is_not_there_is_refused() -> None:
    assert refusals(EN, RESUME, TODAY, 9, "May I ask?") and refusals(EN, RESUME, TODAY, 0, "x")
