"""What people are told: the bell, mail, and messages on their devices.

Owns: notifications, the outboxes of mail and of messages to devices, with their delivery logs. Records: mail given up. Never does: decide what is worth telling; the modules do.
"""
