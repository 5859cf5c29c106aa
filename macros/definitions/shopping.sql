{#-
    The page of an address: without user, password, query string, fragment and parameters, which may all hold what is
    nobody else's business; null where nothing is left.
-#}
{% macro page_of(url) -%}
    {%- set page = "split_part(split_part(" ~ url_without_login(url) ~ ", '?', 1), '#', 1)" -%}
    nullif({{ path_without_parameters(page) }}, '')
{%- endmacro %}
