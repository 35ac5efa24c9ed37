"""Entra's synchronization schema, read and translated: the door for those who move here.

Sources: Microsoft Graph, synchronizationSchema and its parts; reference «Synchronization schema».
"""
