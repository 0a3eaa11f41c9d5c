"""Sign-in by an OpenID Connect provider: code flow with PKCE, for a public client (no client secret)."""
