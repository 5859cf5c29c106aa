{#-
    A query of rows of text that are written out, Jinja's none as null. Without rows it gives none: of the row of nulls
    that has to stand there, since no engine takes an empty list, nothing is read.
-#}
{% macro literal_rows(columns, rows) -%}
    select * from (
        values
        {%- for row in rows or [columns] %}
        ({% for value in row %}
            {%- if value is none or not rows -%} cast(null as string)
            {%- else -%} '{{ value | trim | replace("'", "''") }}'
            {%- endif -%}
            {{ ', ' if not loop.last }}
        {%- endfor %}){{ ',' if not loop.last }}
        {%- endfor %}
    ) as literal_rows ({{ columns | join(', ') }})
    {% if not rows %}where 1 = 0{% endif %}
{%- endmacro %}
