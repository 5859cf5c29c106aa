{#-
    A query of one row per metric and semantic model that it is computed from, found through ratios and derived
    metrics. Empty while dbt parses, when it does not yet know its metrics.
-#}
{% macro metric_inputs() -%}
    {%- set rows = [] -%}
    {%- if execute -%}
        {%- for metric in graph.metrics.values() -%}
            {%- set waiting = [metric.unique_id] -%}
            {%- set found = [] -%}
            {%- for _ in range(graph.metrics | length + graph.semantic_models | length) if waiting -%}
                {%- set node = waiting.pop() -%}
                {%- if node in graph.semantic_models and node not in found -%}
                    {%- do found.append(node) -%}
                {%- elif node in graph.metrics -%}
                    {%- do waiting.extend(graph.metrics[node].depends_on.nodes) -%}
                {%- endif -%}
            {%- endfor -%}
            {%- for node in found -%}
                {%- do rows.append([metric.name, graph.semantic_models[node].name]) -%}
            {%- endfor -%}
        {%- endfor -%}
    {%- endif -%}
    {{ literal_rows(['metric_id', 'semantic_model'], rows) }}
{%- endmacro %}

{#-
    A query of one row per semantic model with measures and element of it: its time, its entities and its dimensions.
    `dimension` is what a question is grouped by, `where_term` what its conditions say.
-#}
{% macro semantic_elements() -%}
    {%- set rows = [] -%}
    {%- if execute -%}
        {%- for model in graph.semantic_models.values() if model.measures -%}
            {%- set time = "TimeDimension('metric_time', 'day')" -%}
            {%- do rows.append([model.name, 'metric_time', 'metric_time__day', time]) -%}
            {%- for entity in model.entities -%}
                {%- do rows.append([model.name, entity.name, entity.name, "Entity('" ~ entity.name ~ "')"]) -%}
            {%- endfor -%}
            {%- for dimension in model.dimensions -%}
                {%- set name = model.primary_entity ~ '__' ~ dimension.name -%}
                {%- do rows.append([model.name, dimension.name, name, "Dimension('" ~ name ~ "')"]) -%}
            {%- endfor -%}
        {%- endfor -%}
    {%- endif -%}
    {{ literal_rows(['semantic_model', 'element', 'dimension', 'where_term'], rows) }}
{%- endmacro %}

{#- A query of one row per entity that leads to a name, and the dimension that has the name. -#}
{% macro entity_names() -%}
    {%- set rows = [] -%}
    {%- if execute -%}
        {%- for model in graph.semantic_models.values() -%}
            {%- for entity in model.entities if entity.type in ['primary', 'unique'] -%}
                {%- for dimension in model.dimensions if dimension.name.endswith('_name') -%}
                    {%- do rows.append([entity.name, entity.name ~ '__' ~ dimension.name]) -%}
                {%- endfor -%}
            {%- endfor -%}
        {%- endfor -%}
    {%- endif -%}
    {{ literal_rows(['entity', 'name_dimension'], rows) }}
{%- endmacro %}

{#- A query of one row per semantic model and filter that it cannot have, with the reason: `not_by` of its meta. -#}
{% macro filter_reasons() -%}
    {%- set rows = [] -%}
    {%- if execute -%}
        {%- for model in graph.semantic_models.values() -%}
            {%- for filter_name, reason in model.config.meta.get('not_by', {}).items() -%}
                {%- do rows.append([model.name, filter_name, reason]) -%}
            {%- endfor -%}
        {%- endfor -%}
    {%- endif -%}
    {{ literal_rows(['semantic_model', 'filter_name', 'reason'], rows) }}
{%- endmacro %}
