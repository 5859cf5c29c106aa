{#-
    References leave out the database: a view then finds its tables in whatever the file is called or attached as, so
    a warehouse can be copied, renamed and attached. It stays only where the file is named like one of our schemas,
    which a two-part name could not tell apart.
-#}
{% macro ref() -%}
    {%- set relation = builtins.ref(*varargs, **kwargs) -%}
    {%- if target.database in ['staging', 'intermediate', 'marts', 'seeds', 'main', var('parley_state_schema')] -%}
        {{ return(relation) }}
    {%- endif -%}
    {{ return(relation.include(database=false)) }}
{%- endmacro %}
