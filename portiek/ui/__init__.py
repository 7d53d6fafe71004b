"""What a page looks like: the shell, the components, how figures and dates are written, the gallery.

Owns: the base pages, the component macros, the style sheet, the icons, the loader of islands, the formats of
    money and time.
Records: nothing.
Never does: read the database, know a right, know a business word. It shows what it is given.
"""
