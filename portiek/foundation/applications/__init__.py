"""Who asks for an account for his company: at the gate, his address proved first, decided by staff.

Owns: requests for an account, whether the portal takes them. Records: asked, asked back, answered, approved, rejected. Never does: tell who asks what the portal knows,
let anybody in by itself (an invitation does).
"""
