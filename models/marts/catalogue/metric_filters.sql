{#- One row per metric and filter of the source documents: what to filter by in the semantic layer, or why not. -#}
with published as (

    select distinct metric_id from {{ ref('metric_catalog') }}

),

kinds as (

    select * from {{ ref('metric_filter_kinds') }}

),

-- what follows is read from dbt's own graph, so never behind it: the semantic models that a metric is computed from,
inputs as (

    {{ metric_inputs() }}

),

-- what each of them can be asked by,
elements as (

    {{ semantic_elements() }}

),

names as (

    {{ entity_names() }}

),

-- and why it cannot be asked by anything else
reasons as (

    {{ filter_reasons() }}

),

named as (

    select
        elements.semantic_model,
        kinds.filter_name,
        min(names.name_dimension) as name_dimension
    from kinds
    inner join names on ' ' || kinds.named_by || ' ' like '% ' || names.entity || ' %'
    inner join elements on names.entity = elements.element
    group by elements.semantic_model, kinds.filter_name

),

offered as (

    select
        inputs.metric_id,
        kinds.filter_name,
        elements.dimension,
        elements.where_term,
        case when elements.dimension is not null then named.name_dimension end as name_dimension,
        case when elements.dimension is null then coalesce(reasons.reason, kinds.elsewhere) end as reason
    from inputs
    cross join kinds
    left join elements
        on inputs.semantic_model = elements.semantic_model and kinds.element = elements.element
    left join named
        on inputs.semantic_model = named.semantic_model and kinds.filter_name = named.filter_name
    left join reasons
        on inputs.semantic_model = reasons.semantic_model and kinds.filter_name = reasons.filter_name

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
    inner join offered on published.metric_id = offered.metric_id
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
