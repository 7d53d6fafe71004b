"""Where the portal meets the world: ERP connectors, the API, the home pages."""
