"""The accounts of `django_scim2_app.py`: Django wants models in an application of their own."""
