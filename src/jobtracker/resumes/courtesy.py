# ruff: noqa: E501 - word lists read better unbroken
"""Words of politeness, of asking and of grammar in four languages: they claim nothing.

Left out on purpose: words of promise, of offers, of other people, of skill or degree. A sentence
made of these words alone says no more than “I am interested, and how does it stand?”.
"""

from __future__ import annotations

import re
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
_PLAIN = """
you your yours we our ours they their sie ihr wir uns unser unsere vous votre vos nous notre nos elle elles ils leur voi vostro vostra noi nostro nostra loro lei suo sua
should shall must cannot tell told say said share shared let lets see seen find found come came comes coming back again
else other anything something everything nothing things thing one ones some any more further right away immediately
promptly shortly meanwhile once already yet still since while whether where when how what which who why far long then
now here there just also too indeed truly really most much many well better best good great sure certain certainly
happily delighted excited enthusiastic motivated eager love like enjoy enjoyed value valued reach reached reaching refer referring reference return returning mention mentioned add adding give given
gave take taken took taking make made making keep keeping stay staying move moving use useful help helpful
helping if though however therefore because reason yes matter matters person personally personal directly kind
grateful thankful thought thoughts way step steps next stage point points line lines word words side today week weeks
able unable free open ready until before after during within between around toward towards regarding sincerely
können kann könnte konnte muss müssen müsste soll sollen sollte sollten will wollen wollte darf dürfen dürfte mag mögen
bin bist ist sind war waren wäre wären sein habe hat haben hatte hätte hätten gehabt werde wird werden wurde würde worden
gibt geben gab nehme nehmen nahm mache machen gemacht komme kommen kam gekommen gehe gehen ging bleibe bleiben blieb
sage sagen gesagt teile mitgeteilt sehe sehen gesehen finde finden gefunden lasse lassen reiche reichen nachreichen
einreichen umgehend sofort gleich rasch zeitnah bereits schon noch wieder zurück zurückkommen nachfassen wegen auf über
um zu zum zur nach vor bei mit ohne seit bis während zwischen daher darum deshalb deswegen damit dass ob wenn falls sofern
sollte hierzu dazu dafür davon darüber daran diese dieser dieses diesen jene solche einige etwas alles nichts mehr weniger
viel viele ganz gar sehr wirklich besonders persönlich persönliches persönlichen direkt nochmals erneut kürzlich inzwischen
beziehe beziehen bezug nehme hinweis hinweisen informieren information entgegen entgegenblicken
motiviert begeistert überzeugt angetan gespannt zuversichtlich spannend reizvoll ansprechend vielen herzlichen nochmal
näher weiteres weitere ersten nächste nächsten schritt schritte ergänzen ergänzend nachliefern liefern verfügbar bereit
pouvoir peux peut pouvez pourrais pourriez pourrait devoir dois doit devrais voudrais vouloir veux aimerais aimer aime suis
es est sommes êtes sont étais serai sera serais ai as avons avez ont avais aurais auriez aurait aurai avoir être fait faire
fais dire dis dit dites donner donnez voir vois savoir sais tenir tiens tient rester revenir reviens revient venir viens
aller vais déposé déposer dépose présenté présenter vers afin ainsi alors après avant avec chez comme comment dans depuis
dès donc encore ensuite entre entier entière entièrement fort grand grande jusque lors mais même mieux moins déjà nouveau
nouvelle où par parce pendant plus pour pourquoi près puis quand que quel quelle qui quoi sans selon seulement si sous sur
tant très trop tout toute vraiment volontiers rapidement prochainement immédiatement aussitôt personnellement motivé motivée
enthousiaste enchanté enchantée convaincu convaincue passionnant plaisir possible joindre joins compléter complément suite
préciser précision éventuel éventuelle éventuelles peu bientôt fur étape étapes prochaine prochaines
potere può possiamo potrei potreste potrebbe dovere devo deve dovrei volere voglio vorrei piacerebbe essere sono sei siamo
siete era sarò sarà saremmo avere ho hai ha abbiamo avete hanno avrei avrebbe avuto fare faccio fatto dire dirmi dica detto
dare dia dato vedere vedo sapere so tenere tengo restare resto tornare torno ritornare venire vengo andare vado gentilmente
cortesemente cortese cordiale verso al allo alla ai agli alle dal dallo dalla dai dalle del dello della dei degli delle nel
nello nella nei nelle sul sullo sulla sui sulle con senza per tra fra dopo prima durante mentre quando come dove perché poiché
quindi perciò così anche già più meno molto tanto tutto tutta tutti proprio davvero volentieri subito immediatamente presto
prossimamente personalmente motivato motivata entusiasta convinto convinta interessante piacere possibile allegare completare
integrare seguito precisare eventuale eventuali poco passo passi prossima prossime fase stato
"""
_PAY = """
thank offer offered ask asking thinking think thought mind middle around consider amount figure salary pay base year month postings comparable market median show
shows pays based ground reason reasons work result results brought bring example fair appropriate meet agree agreement
possible would could like happy discuss between room move moving closer near nearer rest rests looked similar figures
angebot vorschlag lohn gehalt jahr monat grundlohn stellen vergleichbare vergleichbar markt median zeigen zeigt liegt liegen
zahlt bezahlt beruht stütze stützt grund leistung ergebnis ergebnisse beispiel angemessen fair entgegenkommen einigen betrag
vorstelle vorstellung denke halte
offre proposition salaire an année mois base postes comparables marché médiane montrent montre situe paie repose appuie
raison résultat résultats exemple équitable approprié entente montant envisage pense
offerta proposta salario stipendio anno mese base posti paragonabili mercato mediana mostrano mostra situa paga fonda
ragione risultato risultati esempio equo adeguato accordo importo penso ritengo
"""


_ELIDED = re.compile(
    r"^(?:j|m|l|d|s|n|t|c|qu|un|all|nell|sull|dell|dall|quest|com|dov)['’](?=\w)", re.I
)


@cache
def _stems(*, pay: bool) -> frozenset[str]:
    own = {fold(word) for word in (_POLITE + _PLAIN + (_PAY if pay else "")).split()}
    return frozenset(own | {stem(word) for word in own})


def polite(text: str, *, pay: bool = False) -> list[str]:
    """Return the words of a text that claim nothing; those of talks about pay where it is one."""
    stems = _stems(pay=pay)
    return [word for word in words(text) if all(_free(part, stems) for part in _parts(word))]


def _parts(word: str) -> list[str]:
    """Return a word without what is elided before it, and the parts that hyphens join."""
    return [part for part in re.split(r"[-–]", _ELIDED.sub("", word)) if part]


def _free(part: str, stems: frozenset[str]) -> bool:
    folded = fold(part)
    return len(folded) < 3 or folded in stems or stem(folded) in stems
