{#- Queries as texts: they are for the published file, which DuckDB reads, whichever engine built the tables. -#}

{% macro spark__among_or_null(parameter, term) -%}
    {{ return(duckdb__among_or_null(parameter, term)) }}
{%- endmacro %}

{% macro spark__between_or_null(term) -%}
    {{ return(duckdb__between_or_null(term)) }}
{%- endmacro %}

{% macro spark__joined_texts(text, separator, order_by, condition) -%}
    listagg({{ text }}, '{{ separator }}') within group (order by {{ order_by }}) filter (where {{ condition }})
{%- endmacro %}

{#- The texts are written by a Python function (src/parley/semantics/spark.py), in one call for all rows. -#}
{% macro spark__with_metric_texts(relation, digest) -%}
    select inline(zip_with(rows, texts, (one, text) -> named_struct(
        'metric_id', one.metric_id, 'grouping', one.grouping, 'filters', one.filters, 'sql', text
    )))
    from (
        select
            rows,
            parley_metric_texts(
                '{{ digest }}',
                transform(rows, one -> one.metric_id),
                transform(rows, one -> one.group_by),
                transform(rows, one -> one.condition)
            ) as texts
        from (select collect_list(struct(*)) as rows from {{ relation }}) as held
    ) as written
{%- endmacro %}

{#- Spark's workers hold nothing between two queries, so that the metrics themselves go with the question. -#}
{% macro spark__hold_metrics() -%}
    {{ return(semantic_manifest() | replace("'", "''") if execute else '') }}
{%- endmacro %}
