"""The digest: mail that says nothing but that it is time to look, at fixed hours and when something urgent waits."""
