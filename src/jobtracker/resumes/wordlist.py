"""Lists of words, written as text."""


def split_words(text: str) -> list[str]:
    """Return the words of a text."""
    return text.split()
