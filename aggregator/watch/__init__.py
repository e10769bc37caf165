"""How others watch the daemon: signs of life, health over HTTP, metrics, the service manager."""
