{#-
    Whether a date can still change by conversions to come: final once the account's window has run out before the
    local date of its newest visit or conversation. `accounts` and `newest` are aliases in the query at hand.
-#}
{% macro is_final(date_day, accounts, newest) -%}
    coalesce(
        {{ date_day }} + cast({{ accounts }}.cross_session_window_days as integer) < {{ newest }}.newest_date,
        false
    )
{%- endmacro %}
