"""Reports as servers write them, after the standards and what is seen in the wild; made up, with the token of a mail of ours in them."""

FROM = "From: MAILER-DAEMON@mx.klant.example (Mail Delivery System)\r\nReturn-Path: <>\r\n"


def dsn(token: str, *, action: str = "failed", status: str = "5.1.1", diagnostic: str = "smtp; 550 5.1.1 <jan@klant.example>: Recipient address rejected: User unknown", to: str = "") -> bytes:
    """Return a report of RFC 3464 with the head of the mail that came back."""
    return (
        f"{FROM}To: {to or 'portaal@portiek.example'}\r\nSubject: Undelivered Mail Returned to Sender\r\nAuto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="B"\r\n\r\n'
        "--B\r\nContent-Type: text/plain\r\n\r\nI'm sorry to have to inform you that your message could not be delivered.\r\n\r\n"
        "--B\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.klant.example\r\nArrival-Date: Sun, 22 Nov 2026 10:00:00 +0100\r\n\r\n"
        f"Final-Recipient: rfc822; jan@klant.example\r\nAction: {action}\r\nStatus: {status}\r\nDiagnostic-Code: {diagnostic}\r\n\r\n"
        f"--B\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: <fact-1-2.{token}@localhost>\r\nSubject: Order VD-1\r\n\r\n--B--\r\n"
    ).encode()


def arf(token: str, kind: str = "abuse") -> bytes:
    """Return a complaint of RFC 5965 with the mail that is complained of."""
    return (
        "From: fbl@mail.example\r\nTo: portaal@portiek.example\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=feedback-report; boundary="B"\r\n\r\n'
        "--B\r\nContent-Type: text/plain\r\n\r\nThis is an email abuse report.\r\n\r\n"
        f"--B\r\nContent-Type: message/feedback-report\r\n\r\nFeedback-Type: {kind}\r\nUser-Agent: FBL/1.0\r\nVersion: 1\r\n\r\n"
        f"--B\r\nContent-Type: message/rfc822\r\n\r\nMessage-ID: <fact-1-2.{token}@localhost>\r\nSubject: Order VD-1\r\n\r\nhoi\r\n--B--\r\n"
    ).encode()


def plain(token: str) -> bytes:
    """Return a report in plain words, as qmail writes them."""
    return (
        f"{FROM}To: terug+1.{token}@portiek.example\r\nSubject: failure notice\r\n\r\n"
        "Hi. This is the qmail-send program at mx.klant.example.\r\nI'm afraid I wasn't able to deliver your message to the following addresses.\r\n\r\n"
        "<jan@klant.example>:\r\n192.0.2.32 does not like recipient.\r\nRemote host said: 550 5.1.1 Unknown user\r\nGiving up on 192.0.2.32.\r\n\r\n"
        "--- Below this line is a copy of the message.\r\n\r\nSubject: 421 een order\r\n"
    ).encode()


def away(token: str) -> bytes:
    """Return the automatic answer of somebody who is on holiday, with a number in it that looks like a code."""
    return (f"From: Jan <jan@klant.example>\r\nTo: terug+1.{token}@portiek.example\r\nAuto-Submitted: auto-replied\r\nSubject: Afwezig\r\n\r\nIk ben er maandag weer. Bel 550 5.1.1 voor spoed.\r\n").encode()
