{#-
    A part is at most its whole. A failing row shows its key, the part and the whole.
    part, whole: columns or expressions over columns; key_columns: what names the row to a reader.
-#}
{% test part_within_whole(model, part, whole, key_columns) %}

select
    {{ key_columns | join(',\n    ') }},
    {{ part }} as part,
    {{ whole }} as whole
from {{ model }}
where {{ part }} > {{ whole }}

{% endtest %}
