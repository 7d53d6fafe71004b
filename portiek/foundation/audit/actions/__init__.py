"""Every write about the log, by noun: files of it, its chain, copies of a person's own data, the register of processing."""

from portiek.foundation.audit.actions.chain import BROKEN, SEAL, keep_check, link_facts, mail_seal
from portiek.foundation.audit.actions.exports import ask_export, drop_exports, give_up_export, keep_export, note_export_download, note_progress
from portiek.foundation.audit.actions.packages import PACKAGE_READY, ask_own_package, ask_package, drop_packages, keep_package, note_package_download
from portiek.foundation.audit.actions.register import add_processing, change_processing, keep_register, remove_processing

__all__ = ["BROKEN", "PACKAGE_READY", "SEAL", "add_processing", "ask_export", "ask_own_package", "ask_package", "change_processing", "drop_exports", "drop_packages", "give_up_export", "keep_check", "keep_export", "keep_package", "keep_register", "link_facts", "mail_seal", "note_export_download", "note_package_download", "note_progress", "remove_processing"]
