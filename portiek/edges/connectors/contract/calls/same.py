"""When two texts mean the same."""


def bare(text: str) -> str:
    """Return a text without capitals, spaces and signs, since an ERP writes numbers and places in its own way."""
    return "".join(sign for sign in text if sign.isalnum()).casefold()
