"""The desired state: YAML files in, compiled and checked values out, with every problem at once."""
