"""Every write about the log, by noun: files of it, its chain, copies of a person's own data, erasures, the register of processing, how long things are kept."""

from portiek.foundation.audit.actions.chain import BROKEN, SEAL, keep_check, link_facts, mail_seal
from portiek.foundation.audit.actions.erasures import (
    BEGINS,
    REFUSED_MAIL,
    ask_contact_erasure,
    ask_erasure,
    ask_own_erasure,
    begin_erasure,
    carry_out,
    confirm_erasure,
    end_books,
    erase_facts,
    finish_erasure,
    keep_plan,
    note_step,
    propose_erasure,
    put_back_erasure,
    refuse_erasure,
    repeat_erasure,
    withdraw_erasure,
)
from portiek.foundation.audit.actions.exports import ask_export, drop_exports, give_up_export, keep_export, note_export_download, note_progress
from portiek.foundation.audit.actions.guests import GUEST, ask_about_guests, settle_guest
from portiek.foundation.audit.actions.packages import PACKAGE_READY, ask_own_package, ask_package, drop_packages, keep_package, note_package_download
from portiek.foundation.audit.actions.register import add_processing, change_processing, keep_register, remove_processing
from portiek.foundation.audit.actions.retention import copy_holds, end_hold, place_hold, set_terms

__all__ = [
    "BEGINS", "BROKEN", "GUEST", "PACKAGE_READY", "REFUSED_MAIL", "SEAL", "add_processing", "ask_about_guests", "ask_contact_erasure", "ask_erasure", "ask_export", "ask_own_erasure",
    "ask_own_package", "ask_package", "begin_erasure", "carry_out", "change_processing", "confirm_erasure", "copy_holds", "drop_exports", "drop_packages", "end_books", "end_hold", "erase_facts",
    "finish_erasure", "give_up_export", "keep_check", "keep_export",
    "keep_package", "keep_plan", "keep_register", "link_facts", "mail_seal", "note_export_download", "note_package_download", "note_progress", "note_step", "place_hold", "propose_erasure", "put_back_erasure",
    "refuse_erasure", "remove_processing", "repeat_erasure", "set_terms", "settle_guest", "withdraw_erasure",
]
