"""UBL 2.1 documents as Peppol BIS 3 uses them: records, read from XML and written to it, and the rules that hold for them. Nothing here knows the portal."""
