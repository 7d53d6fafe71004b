"""Every write about the log, by noun: files of it, its chain."""

from portiek.foundation.audit.actions.chain import BROKEN, SEAL, keep_check, link_facts, mail_seal
from portiek.foundation.audit.actions.exports import ask_export, drop_exports, give_up_export, keep_export, note_export_download, note_progress

__all__ = ["BROKEN", "SEAL", "ask_export", "drop_exports", "give_up_export", "keep_check", "keep_export", "link_facts", "mail_seal", "note_export_download", "note_progress"]
