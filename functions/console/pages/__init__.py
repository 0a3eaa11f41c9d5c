"""Pages as HTML, from the JSON forms that the API answers."""
