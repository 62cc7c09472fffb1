{% test primary_key(model, columns) %}
{{ keys_broken(model, columns) }}
{% endtest %}
