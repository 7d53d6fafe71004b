"""Every write of documents of products."""

from portiek.trade.sheets import errors as errors
from portiek.trade.sheets.actions.documents import Content, add_document, note_download, remove_document
from portiek.trade.sheets.actions.erp import apply_documents, fetch_again, keep_fetched, keep_link, note_unfetched
from portiek.trade.sheets.actions.pictures import show_pictures
from portiek.trade.sheets.actions.telling import tell_news

__all__ = ["Content", "add_document", "apply_documents", "fetch_again", "keep_fetched", "keep_link", "note_download", "note_unfetched", "remove_document", "show_pictures", "tell_news"]
