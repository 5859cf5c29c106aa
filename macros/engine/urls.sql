{#- Addresses on the web, taken apart with regular expressions, whose back references engines write differently. -#}

{#- An address without the user and password that may stand before its host. -#}
{% macro url_without_login(url) -%}
    {{ return(adapter.dispatch('url_without_login', 'parley')(url)) }}
{%- endmacro %}

{% macro duckdb__url_without_login(url) -%}
    {#- a browser passes over white space in front, and takes http: with any number of slashes behind it -#}
    regexp_replace(
        {{ url }},
        '^(\s*([hH][tT][tT][pP][sS]?:[/\\]*|([A-Za-z][A-Za-z0-9+.-]*:)?[/\\]{2,}))[^/\\?#]*@',
        '\1'
    )
{%- endmacro %}

{#- A path without the parameters that follow a semicolon, in each of its segments. -#}
{% macro path_without_parameters(path) -%}
    {{ return(adapter.dispatch('path_without_parameters', 'parley')(path)) }}
{%- endmacro %}

{% macro duckdb__path_without_parameters(path) -%}
    regexp_replace({{ path }}, ';[^/]*', '', 'g')
{%- endmacro %}
