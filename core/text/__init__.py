"""Every sentence a person reads: one folder a language, one TOML file a room."""
