"""What "crisis" means: named, versioned rules that turn what is known on a day into event months."""
