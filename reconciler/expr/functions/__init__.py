"""The functions of the expression language, one file a theme; `table` holds them all."""
