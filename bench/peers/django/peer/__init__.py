"""The application: POST a contact with Django REST Framework, Django's ORM and psycopg 3."""
