{#-
    Why a line as a whole cannot be used, or null; expects beside the text the columns is_utf8 (null where the line is
    too long) and is_json.
-#}
{% macro line_reason(text) -%}
    case
        when is_utf8 is null then 'line_too_long'
        when not is_utf8 then 'bad_encoding'
        when not is_json then 'not_json'
        when not json_is_object({{ text }}) then 'not_an_object'
    end
{%- endmacro %}

{#- The order in which reasons are tried: of a line with several, the first in this order is listed. -#}
{% macro reason_rank(reason) -%}
    case {{ reason }}
        when 'line_too_long' then 0
        when 'bad_encoding' then 1
        when 'not_json' then 2
        when 'not_an_object' then 3
        when 'wrong_shape' then 4
        when 'missing_key' then 5
        when 'bad_event_time' then 6
    end
{%- endmacro %}
