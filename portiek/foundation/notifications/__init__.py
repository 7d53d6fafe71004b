"""What people are told: the bell, and mail.

Owns: notifications, the outbox of mail and its delivery log. Records: mail given up. Never does: decide what is worth telling; the modules do.
"""
