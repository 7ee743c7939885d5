"""The twin: the same resources as DRF's documentation would have them written.

Nested ModelSerializers, django-filter, select_related and prefetch_related, pages with a count, a token
looked up with the ORM, a throttle in the local cache; over the product's models and scope.
"""
