"""Tables, columns and times as files hold them."""
