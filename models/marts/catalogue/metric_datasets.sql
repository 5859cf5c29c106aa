{#- One row per metric and semantic model it is computed from: the query of the rows that a figure counts. -#}
with filters as (

    select *
    from {{ ref('metric_filters') }}
    where is_possible

),

-- both are read from dbt's own graph
measures as (

    {{ metric_measures() }}

),

expressions as (

    {{ semantic_expressions() }}

),

-- the conditions of metric_sql, over the columns of the mart
conditions as (

    select
        measures.metric_id,
        measures.semantic_model,
        {{ joined_texts('filters.filter', ', ', 'filters.filter', "filters.filter <> 'date'") }} as filters,
        {{ joined_texts(
            "case when filters.filter = 'date' then " ~ between_or_null('expressions.expression')
            ~ ' else ' ~ among_or_null('filters.filter', 'expressions.expression') ~ ' end', ' and ', 'filters.filter'
        ) }} as condition
    from measures
    inner join filters on measures.metric_id = filters.metric_id
    inner join expressions
        on measures.semantic_model = expressions.semantic_model and filters.dimension = expressions.dimension
    group by measures.metric_id, measures.semantic_model

),

metric_datasets as (

    select
        measures.metric_id,
        measures.semantic_model,
        measures.mart,
        conditions.filters,
        'select * from "marts"."' || measures.mart || '" where ' || conditions.condition
        || ' and (' || measures.counts || ')' as sql
    from measures
    inner join conditions
        on measures.metric_id = conditions.metric_id and measures.semantic_model = conditions.semantic_model

)

select
    metric_id,
    semantic_model,
    mart,
    filters,
    sql
from metric_datasets
