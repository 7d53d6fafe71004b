"""The ERP beside the portal: pulls what it knows, pushes what is ordered, shows staff how that goes.

Owns: connections, the place each feed has got to, the outbox of commands, records that cannot be mapped. Records: what staff and the breaker did to
a connection. Never does: decide about an order, hold a scope open while the ERP is called, push twice without looking first.
"""
