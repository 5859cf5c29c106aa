{#-
    A query of one row per published metric and semantic model whose measures it is computed from: the mart that has the
    rows, and the condition of those that count for something.
-#}
{% macro metric_measures() -%}
    {%- set rows = [] -%}
    {%- set measures = {} -%}
    {%- if execute -%}
        {%- for model in graph.semantic_models.values() -%}
            {%- for measure in model.measures -%}
                {%- set expression = measure.expr or measure.name -%}
                {%- set counts = '(' ~ expression ~ ') is not null' if measure.agg == 'count_distinct'
                    else '(' ~ expression ~ ') <> 0' -%}
                {%- do measures.update({measure.name: [model.name, model.node_relation.alias, counts]}) -%}
            {%- endfor -%}
        {%- endfor -%}
    {%- endif -%}
    {%- for metric in published_metrics() -%}
        {%- set found = {} -%}
        {%- for input in metric.type_params.input_measures -%}
            {%- set model, mart, counts = measures[input.name] -%}
            {%- do found.setdefault((model, mart), []).append(counts) -%}
        {%- endfor -%}
        {%- for (model, mart), conditions in found.items() -%}
            {%- do rows.append([metric.name, model, mart, conditions | unique | join(' or ')]) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ literal_rows(['metric_id', 'semantic_model', 'mart', 'counts'], rows) }}
{%- endmacro %}

{#- A query of one row per semantic model and dimension of a question: the expression over the mart's columns. -#}
{% macro semantic_expressions() -%}
    {%- set rows = [] -%}
    {%- if execute -%}
        {%- for model in graph.semantic_models.values() if model.measures -%}
            {%- for dimension in model.dimensions if dimension.name == model.defaults.agg_time_dimension -%}
                {%- do rows.append([model.name, 'metric_time__day', dimension.expr or dimension.name]) -%}
            {%- endfor -%}
            {%- for entity in model.entities -%}
                {%- do rows.append([model.name, entity.name, entity.expr or entity.name]) -%}
            {%- endfor -%}
        {%- endfor -%}
    {%- endif -%}
    {{ literal_rows(['semantic_model', 'dimension', 'expression'], rows) }}
{%- endmacro %}
