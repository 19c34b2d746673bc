# ruff: noqa: E501 - word lists read better unbroken
"""Words of politeness and of asking in messages, in four languages: they claim nothing.

Left out on purpose: words of promise, of offers, of other people, of skill or degree. A sentence
made of these words alone says no more than “I am interested, and how does it stand?”.
"""

from __future__ import annotations

from functools import cache

from jobtracker.resumes.claims_words import stem
from jobtracker.resumes.terms import fold, words

_POLITE = """
writing write wrote ask asking asked happy glad pleased pleasure learn hear hearing know appreciate appreciated
appreciation short brief briefly update news progress selection process status stand stands standing going still remain
remains interest interested interesting unchanged changed continue keen keenly kindly kind please thank thanks thanking
grateful grateful conversation talk talking speak speaking call chat meet meeting exchange time times convenient
available availability days day coming week soon look looking forward reply replying answer answering response back touch
get follow following up regarding concerning about application applied apply applying position role job vacancy opening
opportunity post submitted submit sent send sending documents dossier questions question need needs anything further
information missing provide gladly wish wishing well hope hopes hoping possible would could may might able let welcome
considering consideration consider decision decided decide inform informed feedback impression clear picture task tasks
work working team company appeal appeals appealing matter moment today regards currently current presently learning joining
join contribute contributing discuss discussing details suits suit
schreibe schreiben fragen frage nachfragen anfragen erkundigen freue freuen freut gerne gern erfahre erfahren hören höre
wissen wüsste schätze schätzen kurz kurze kurzen kurzes rückmeldung neuigkeiten stand steht stehen auswahl verfahren
auswahlverfahren bewerbungsverfahren weit weiterhin nach vor wie vor unverändert interesse interessiert interessieren gross grosses
sehr danke dank danken bedanken bedanke herzlich herzlichen gespräch gespräche austausch unterhalten telefonat telefon
anruf treffen termin zeit tage tagen nächsten kommenden woche bald antwort antworten melden meldung verbunden dankbar
bewerbung bewerben beworben stelle position aufgabe aufgaben rolle unterlagen dossier gesendet sende senden geschickt
schicke schicken zugeschickt zusenden eingereicht bezüglich betreffend bitte bitten dürfte darf könnte könnten möchte würde
würden wäre ihnen ihr ihre ihrem ihren ihrer hoffe hoffentlich gut falls noch fehlt fehlen etwas weitere weiteren auskunft
auskünfte angaben zur verfügung wegen betreffs anliegen ansprechpartner entscheid entscheidung entschieden mitteilen teilen eindruck bild klar klares spricht
ansprechen anspricht reizt derzeit zurzeit momentan heute kennenlernen unternehmen firma team arbeit arbeiten passt
écris écrire écrivais demander demande heureux heureuse ravi ravie savoir apprendre connaître entendre apprécie apprécierais
bref brève brièvement nouvelles nouvelle avancement avance où en est état sélection procédure processus recrutement toujours
intérêt intéresse intéressé intéressée reste restant inchangé vif vivement beaucoup merci remercie remercier remerciements
remerciant entretien échange échanger discuter conversation appel téléphone rencontrer rencontre rendez-vous temps jours
prochains prochain semaine bientôt réponse répondre retour part reconnaissant reconnaissante candidature postulé postuler
poste place fonction tâche tâches dossier documents envoyé envoyer envoie adressé adresser transmis transmettre concernant
sujet propos prie prier pourrais pourriez puis-je puis permets permettre serais serait souhaite souhaiterais espère bien
manque manquerait pièce pièces information informations renseignement renseignements volontiers disposition décision
décidé informer impression image claire plaît attire actuellement aujourd'hui entreprise équipe travail travailler convient
scrivo scrivere chiedere chiedo domando contento contenta lieto lieta felice sapere conoscere sentire apprezzo apprezzerei
breve brevemente aggiornamento notizie novità avanzamento punto stato selezione procedura processo sempre tuttora ancora
interesse interessa interessato interessata rimane resta immutato invariato vivo molto grazie ringrazio ringraziare
ringraziarla colloquio scambio parlare parlarne conversazione telefonata chiamata incontrare incontro tempo giorni prossimi
settimana presto risposta rispondere riscontro grato grata candidatura candidato candidata candidarmi posizione posto
ruolo mansione mansioni compito compiti documenti dossier inviato inviare invio mandato mandare riguardo merito proposito
prego potrei potrebbe posso permetto sarei sarebbe vorrei desidero spero bene manca mancasse informazione informazioni
volentieri disposizione decisione deciso informare impressione quadro chiaro piace attira attualmente oggi azienda squadra
lavoro lavorare
"""
_PAY = """
thank offer offered ask asking thinking think thought mind middle around consider amount figure salary pay base year month postings comparable market median show
shows pays based ground reason reasons work result results brought bring example fair appropriate meet agree agreement
possible would could like happy discuss between room
angebot vorschlag lohn gehalt jahr monat grundlohn stellen vergleichbare vergleichbar markt median zeigen zeigt liegt liegen
zahlt bezahlt beruht stütze stützt grund leistung ergebnis ergebnisse beispiel angemessen fair entgegenkommen einigen betrag
vorstelle vorstellung denke halte
offre proposition salaire an année mois base postes comparables marché médiane montrent montre situe paie repose appuie
raison résultat résultats exemple équitable approprié entente montant envisage pense
offerta proposta salario stipendio anno mese base posti paragonabili mercato mediana mostrano mostra situa paga fonda
ragione risultato risultati esempio equo adeguato accordo importo penso ritengo
"""


@cache
def _stems(pay: bool) -> frozenset[str]:
    text = _POLITE + (_PAY if pay else "")
    return frozenset(stem(fold(word)) for word in words(text)) | frozenset(words(fold(text)))


def polite(text: str, *, pay: bool = False) -> list[str]:
    """Return the words of a text that are mere politeness, or of talks about pay in general."""
    stems = _stems(pay)
    return [word for word in words(text) if stem(fold(word)) in stems or fold(word) in stems]
