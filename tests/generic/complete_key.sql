{#-
    Every part of a key is there. A failing row shows the whole key, so that it says which part of what is missing.
    key_columns: the columns of the key.
-#}
{% test complete_key(model, key_columns) %}

select {{ key_columns | join(', ') }}
from {{ model }}
where
    {%- for column in key_columns %}
    {{ 'or ' if not loop.first }}{{ column }} is null
    {%- endfor %}

{% endtest %}
