"""Tell people: by e-mail and by webhook, each in one call that ends in time or says why not."""
