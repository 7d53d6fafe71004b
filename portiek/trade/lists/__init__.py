"""Order lists: what is ordered again and again, of a person, of a branch or of the whole company.

Owns: lists with their lines. Records: lists made, changed, removed. Never does: decide what a line costs or whether it can be ordered (orders), fill a cart by itself: its lines go through the same look as a pasted list.
"""
