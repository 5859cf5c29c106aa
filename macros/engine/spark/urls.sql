{#- Addresses on Spark: Java's regular expressions, which replace every match. -#}

{% macro spark__url_without_login(url) -%}
    regexp_replace(
        {{ url }},
        '^(\s*([hH][tT][tT][pP][sS]?:[/\\]*|([A-Za-z][A-Za-z0-9+.-]*:)?[/\\]{2,}))[^/\\?#]*@',
        '$1'
    )
{%- endmacro %}

{% macro spark__path_without_parameters(path) -%}
    regexp_replace({{ path }}, ';[^/]*', '')
{%- endmacro %}
