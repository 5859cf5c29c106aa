{#- One row per metric and panel that shows it: its definition, and the mart and column that hold it. -#}
{%- set said = ['surface', 'section', 'formula', 'unit', 'additivity', 'time_base', 'source'] -%}
{%- set definition_rows = [] -%}
{%- set panel_rows = [] -%}
{%- for metric in published_metrics() -%}
    {%- set definition = metric.description.strip().split('\n\n')[0].split() | join(' ') -%}
    {%- set row = [metric.name, metric.label, definition] -%}
    {%- for name in said -%}
        {%- do row.append(metric.config.meta[name]) -%}
    {%- endfor -%}
    {%- do definition_rows.append(row) -%}
    {%- for panel in metric.config.meta.panels -%}
        {%- do panel_rows.append([metric.name, panel]) -%}
    {%- endfor -%}
{%- endfor -%}

with definitions as (

    {{ literal_rows(['metric_id', 'label', 'definition'] + said, definition_rows) }}

),

metric_panels as (

    {{ literal_rows(['metric_id', 'panel'], panel_rows) }}

),

panels as (

    select * from {{ ref('dashboard_panels') }}

)

select
    definitions.metric_id,
    metric_panels.panel,
    definitions.label,
    definitions.surface,
    definitions.section,
    definitions.definition,
    definitions.formula,
    definitions.unit,
    definitions.additivity,
    definitions.time_base,
    panels.mart,
    case when not panels.rows_are_the_metric then definitions.metric_id end as column_name,
    definitions.source
from definitions
inner join metric_panels on definitions.metric_id = metric_panels.metric_id
inner join panels on definitions.surface = panels.surface and metric_panels.panel = panels.panel
