{#- One row per metric and panel that shows it: its definition, and the mart and column that hold it. -#}
{{ config(materialized='view') }}

with definitions as (

    select * from {{ ref('metric_definitions') }}

),

panels as (

    select * from {{ ref('metric_panels') }}

)

select
    panels.metric_id,
    panels.panel,
    definitions.label,
    definitions.surface,
    definitions.section,
    definitions.definition,
    definitions.formula,
    definitions.unit,
    definitions.additivity,
    definitions.time_base,
    panels.mart,
    panels.column_name,
    definitions.source
from panels
inner join definitions on panels.metric_id = definitions.metric_id
