{#-
    The records of a line that is either one record or a response page. A page's records are the items of its
    container; an empty or null container, and a container of a wrong shape, give one null item, so that the
    line keeps a row. Expects the columns `line`, `line_reason`, `is_page` and `container`.
-#}
{% macro page_items() -%}
    case
        when line_reason is not null then [null]
        when not is_page then [cast(line as json)]
        else {{ let(
            json_items('container'),
            'items',
            '(case when ' ~ array_size('items') ~ ' = 0 then [null] else items end)'
        ) }}
    end
{%- endmacro %}

{#- Why a page as a whole cannot be used, or null. -#}
{% macro page_reason() -%}
    case
        when is_page and container is not null and not {{ json_is_list('container') }} then 'wrong_shape'
    end
{%- endmacro %}

{#- Fields of a JSON structure that are all taken as JSON values: '"a":"JSON","b":"JSON"'. -#}
{% macro json_fields(names) -%}
    {%- for name in names -%}
        "{{ name }}":"JSON"{{ ',' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}
