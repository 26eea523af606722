"""How the parts are put together: settings, environment, addresses, checks."""
