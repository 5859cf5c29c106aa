{#- Why a line as a whole cannot be used, or null; expects the columns is_utf8 and is_json beside the text. -#}
{% macro line_reason(text) -%}
    case
        when not is_utf8 then 'bad_encoding'
        when not is_json then 'not_json'
        when not {{ json_is_object(text) }} then 'not_an_object'
    end
{%- endmacro %}
