# ruff: noqa: E501 - word lists and patterns read better unbroken
"""The sentences that tailoring and letters are made of, in four languages."""

from __future__ import annotations

from typing import Any

SUMMARY = {
    "en": ("{title} with {years} years of experience; works with {skills}.", "{title}; works with {skills}."),
    "de": ("{title} mit {years} Jahren Erfahrung; arbeitet mit {skills}.", "{title}; arbeitet mit {skills}."),
    "fr": ("{title}, {years} ans d’expérience; travaille avec {skills}.", "{title}; travaille avec {skills}."),
    "it": ("{title} con {years} anni di esperienza; lavora con {skills}.", "{title}; lavora con {skills}."),
}  # fmt: skip
AND = {"en": "and", "de": "und", "fr": "et", "it": "e"}
GAP = {
    "en": "Not in the résumé. If you have it, add it (edit_resume); if not, be ready to say how you would learn it.",
    "de": "Steht nicht im Lebenslauf. Falls vorhanden, ergänzen (edit_resume); sonst im Gespräch sagen, wie es gelernt wird.",
    "fr": "Absent du CV. Si vous l’avez, ajoutez-le (edit_resume); sinon, préparez comment vous l’apprendriez.",
    "it": "Non è nel CV. Se lo possiede, lo aggiunga (edit_resume); altrimenti prepari come lo imparerebbe.",
}  # fmt: skip

LETTER: dict[str, dict[str, Any]] = {
    "en": {
        "subject": "Application for {title}",
        "greeting": "Dear Hiring Team",
        "opening": {
            "professional": "I am applying for the position of {title}{at}.",
            "enthusiastic": "The position of {title}{at} is the one I have been looking for, and I am glad to apply.",
            "concise": "Please accept my application for {title}{at}.",
        },
        "at": " at {company}",
        "role": "I currently work as {position} at {name}.",
        "past": "I last worked as {position} at {name}.",
        "years": "I bring {years} years of work experience.",
        "skills": "From your requirements I bring {skills}.",
        "lead": "What I can point to:",
        "study": "My education: {study}.",
        "languages": "Languages: {languages}.",
        "closing": {
            "professional": "I would be glad to tell you more in a conversation.",
            "enthusiastic": "I would love to tell you more in a conversation and look forward to hearing from you!",
            "concise": "I am available for a conversation at any time.",
        },
        "farewell": "Kind regards",
    },
    "de": {
        "subject": "Bewerbung als {title}",
        "greeting": "Sehr geehrte Damen und Herren",
        "opening": {
            "professional": "hiermit bewerbe ich mich um die Stelle als {title}{at}.",
            "enthusiastic": "die Stelle als {title}{at} ist genau die, nach der ich gesucht habe; mit Freude bewerbe ich mich.",
            "concise": "gerne bewerbe ich mich als {title}{at}.",
        },
        "at": " bei {company}",
        "role": "Zurzeit arbeite ich als {position} bei {name}.",
        "past": "Zuletzt arbeitete ich als {position} bei {name}.",
        "years": "Ich bringe {years} Jahre Berufserfahrung mit.",
        "skills": "Von Ihren Anforderungen bringe ich mit: {skills}.",
        "lead": "Darauf kann ich verweisen:",
        "study": "Meine Ausbildung: {study}.",
        "languages": "Sprachen: {languages}.",
        "closing": {
            "professional": "Gerne erzähle ich Ihnen in einem Gespräch mehr.",
            "enthusiastic": "Sehr gerne erzähle ich Ihnen in einem Gespräch mehr und freue mich auf Ihre Antwort!",
            "concise": "Für ein Gespräch stehe ich gerne zur Verfügung.",
        },
        "farewell": "Freundliche Grüsse",
    },
    "fr": {
        "subject": "Candidature au poste de {title}",
        "greeting": "Madame, Monsieur,",
        "opening": {
            "professional": "Je vous présente ma candidature au poste de {title}{at}.",
            "enthusiastic": "Le poste de {title}{at} est exactement celui que je cherchais; c’est avec enthousiasme que je vous présente ma candidature.",
            "concise": "Je postule en tant que {title}{at}.",
        },
        "at": " chez {company}",
        "role": "Je travaille actuellement comme {position} chez {name}.",
        "past": "J’ai travaillé en dernier lieu comme {position} chez {name}.",
        "years": "J’apporte {years} ans d’expérience professionnelle.",
        "skills": "Parmi vos exigences, j’apporte: {skills}.",
        "lead": "Ce que je peux montrer:",
        "study": "Ma formation: {study}.",
        "languages": "Langues: {languages}.",
        "closing": {
            "professional": "Je vous en dirai volontiers plus lors d’un entretien.",
            "enthusiastic": "Je me réjouis de vous en dire plus lors d’un entretien et de votre réponse!",
            "concise": "Je suis à votre disposition pour un entretien.",
        },
        "farewell": "Je vous prie d’agréer, Madame, Monsieur, mes salutations les meilleures.",
    },
    "it": {
        "subject": "Candidatura per {title}",
        "greeting": "Gentili Signore, egregi Signori,",
        "opening": {
            "professional": "con la presente mi candido per il posto di {title}{at}.",
            "enthusiastic": "il posto di {title}{at} è proprio quello che cercavo; mi candido con entusiasmo.",
            "concise": "mi candido come {title}{at}.",
        },
        "at": " presso {company}",
        "role": "Attualmente lavoro come {position} presso {name}.",
        "past": "Più di recente ho lavorato come {position} presso {name}.",
        "years": "Porto con me {years} anni di esperienza professionale.",
        "skills": "Dei vostri requisiti soddisfo: {skills}.",
        "lead": "Ecco che cosa posso mostrare:",
        "study": "La mia formazione: {study}.",
        "languages": "Lingue: {languages}.",
        "closing": {
            "professional": "Vi racconterò volentieri di più in un colloquio.",
            "enthusiastic": "Sarei felice di raccontarvi di più in un colloquio e attendo con piacere una risposta!",
            "concise": "Sono a disposizione per un colloquio.",
        },
        "farewell": "Cordiali saluti",
    },
}  # fmt: skip


def join(items: list[str], language: str) -> str:
    """Return the items as a list in words."""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {AND.get(language, 'and')} {items[-1]}"
