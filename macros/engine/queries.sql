{#- Queries as texts: their parameters, and who writes them. -#}

{#- A condition of a query's text: a term is among the values of a named parameter, or the parameter is null. -#}
{% macro among_or_null(parameter, term) -%}
    {{ return(adapter.dispatch('among_or_null', 'parley')(parameter, term)) }}
{%- endmacro %}

{% macro duckdb__among_or_null(parameter, term) -%}
    '($' || {{ parameter }} || ' is null or list_contains($' || {{ parameter }} || ', ' || {{ term }} || '))'
{%- endmacro %}

{#- The same of a range: from the parameter `first` to the parameter `last`, of which either may be null. -#}
{% macro between_or_null(term) -%}
    {{ return(adapter.dispatch('between_or_null', 'parley')(term)) }}
{%- endmacro %}

{% macro duckdb__between_or_null(term) -%}
    '($first is null or ' || {{ term }} || ' >= $first) and ($last is null or ' || {{ term }} || ' <= $last)'
{%- endmacro %}

{#- An aggregate: the texts of a group, one after the other; null where there is none. -#}
{% macro joined_texts(text, separator, order_by, condition='true') -%}
    {{ return(adapter.dispatch('joined_texts', 'parley')(text, separator, order_by, condition)) }}
{%- endmacro %}

{% macro duckdb__joined_texts(text, separator, order_by, condition) -%}
    string_agg({{ text }}, '{{ separator }}' order by {{ order_by }}) filter (where {{ condition }})
{%- endmacro %}

{#-
    The rows of a relation with the column `sql`: the text that the semantic layer's engine writes for a metric, what it
    is grouped by and a condition. `digest` is that of the metrics it was given, so that the query changes with them.
-#}
{% macro with_metric_texts(relation, digest) -%}
    {{ return(adapter.dispatch('with_metric_texts', 'parley')(relation, digest)) }}
{%- endmacro %}

{% macro duckdb__with_metric_texts(relation, digest) -%}
    select
        unnest(held.rows, recursive := true),
        unnest(
            -- metrics {{ digest }}
            parley_metric_texts(
                list_transform(held.rows, lambda one: one.metric_id),
                list_transform(held.rows, lambda one: one.group_by),
                list_transform(held.rows, lambda one: one.condition)
            )
        ) as sql
    from (select list(asked order by metric_id, grouping) as rows from {{ relation }} as asked) as held
{%- endmacro %}
