"""What is known of apps, as data: a new app costs one file in `profiles/`."""
