{#- One row per metric and grouping: the semantic layer's query as a text, with every filter as a parameter. -#}
{{ config(materialized='table') }}

with filters as (

    select *
    from {{ ref('metric_filters') }}
    where is_possible

),

-- a text serves every combination of filters: those that are null let everything pass
conditions as (

    select
        metric_id,
        {{ joined_texts('filter', ', ', 'filter', "filter <> 'date'") }} as filters,
        {{ joined_texts(
            'case when filter = \'date\' then ' ~ between_or_null('where_term')
            ~ ' else ' ~ among_or_null('filter', 'where_term') ~ ' end', ' and ', 'filter'
        ) }} as condition
    from filters
    group by metric_id

),

members as (

    select
        metric_id,
        filter as grouping,
        dimension || coalesce(', ' || name_dimension, '') as group_by
    from filters

),

groupings as (

    select metric_id, 'total' as grouping, '' as group_by from conditions
    union all
    select metric_id, grouping, group_by from members
    union all
    select
        members.metric_id,
        'date, ' || members.grouping as grouping,
        dates.dimension || ', ' || members.group_by as group_by
    from members
    inner join filters as dates on members.metric_id = dates.metric_id and dates.filter = 'date'
    -- no dashboard shows these by day
    where members.grouping not in ('date', 'account', 'initial_device', 'source_type', 'goal_type', 'program')
    union all
    select
        shown.metric_id,
        others.grouping,
        others.dimension as group_by
    from {{ ref('metric_catalog') }} as shown
    inner join {{ ref('panel_groupings') }} as others
        on shown.surface = others.surface and shown.panel = others.panel

),

asked as (

    select
        groupings.metric_id,
        groupings.grouping,
        conditions.filters,
        groupings.group_by,
        conditions.condition
    from groupings
    inner join conditions on groupings.metric_id = conditions.metric_id

),

metric_sql as (

    {{ with_metric_texts('asked', hold_metrics()) }}

)

select
    metric_id,
    grouping,
    filters,
    sql
from metric_sql
