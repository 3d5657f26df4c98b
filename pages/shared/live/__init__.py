"""One customer's fields and answers, drawn by the browser while a field moves."""
