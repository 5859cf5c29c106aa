{#- One row per metric and filter of the source documents: what to filter by in the semantic layer, or why not. -#}
{{ config(materialized='view') }}

with published as (

    select distinct metric_id from {{ ref('metric_catalog') }}

),

inputs as (

    -- the semantic models that a metric is computed from: read from dbt's own graph, so never behind it
    {{ metric_inputs() }}

),

offered as (

    {{ semantic_model_filters() }}

),

-- a metric has a filter where all that it is computed from have it, under one name
metric_filters as (

    select
        published.metric_id,
        offered.filter_name,
        count(*) = count(offered.dimension)
        and min(offered.dimension) = max(offered.dimension) as is_possible,
        min(offered.dimension) as dimension,
        min(offered.where_term) as where_term,
        case when count(*) = count(offered.name_dimension) then min(offered.name_dimension) end as name_dimension,
        min(offered.reason) as reason
    from published
    inner join inputs on published.metric_id = inputs.metric_id
    inner join offered on inputs.semantic_model = offered.semantic_model
    group by published.metric_id, offered.filter_name

)

select
    metric_id,
    filter_name as filter,
    coalesce(is_possible, false) as is_possible,
    case when is_possible then dimension end as dimension,
    case when is_possible then name_dimension end as name_dimension,
    case when is_possible then '{{ '{{ ' }}' || where_term || '{{ ' }}' }}' end as where_term,
    reason
from metric_filters
