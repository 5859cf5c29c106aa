{#-
    What dbt's graph says of semantic models, metrics and the days they are counted over, as JSON in the shape of dbt's
    semantic manifest. The manifest itself is a file that a build need not write.
-#}
{% macro semantic_manifest() -%}
    {%- set semantic_models = [] -%}
    {%- set metrics = [] -%}
    {%- set time_spines = [] -%}
    {%- for one in graph.semantic_models.values() | sort(attribute='name') -%}
        {%- do semantic_models.append({
            'name': one.name,
            'node_relation': one.node_relation,
            'defaults': one.defaults,
            'primary_entity': one.primary_entity,
            'entities': one.entities,
            'measures': one.measures,
            'dimensions': one.dimensions,
        }) -%}
    {%- endfor -%}
    {%- for one in graph.metrics.values() | sort(attribute='name') -%}
        {%- do metrics.append({
            'name': one.name, 'type': one.type, 'type_params': one.type_params, 'filter': one.filter
        }) -%}
    {%- endfor -%}
    {%- for one in graph.nodes.values() if one.time_spine -%}
        {%- set column = one.time_spine.standard_granularity_column -%}
        {%- do time_spines.append({
            'node_relation': {
                'alias': one.alias, 'schema_name': one.schema, 'relation_name': one.relation_name
            },
            'primary_column': {'name': column, 'time_granularity': one.columns[column].granularity},
            'custom_granularities': [],
        }) -%}
    {%- endfor -%}
    {{ return(tojson({
        'semantic_models': semantic_models,
        'metrics': metrics,
        'project_configuration': {'time_spines': time_spines, 'time_spine_table_configurations': []},
        'saved_queries': [],
    })) }}
{%- endmacro %}

{#- Gives the engine the metrics, to write queries for; a digest of what they mean, which changes when they do. -#}
{% macro hold_metrics() -%}
    {{ return(adapter.dispatch('hold_metrics', 'parley')()) }}
{%- endmacro %}

{% macro duckdb__hold_metrics() -%}
    {%- if execute -%}
        {%- set manifest = semantic_manifest() | replace("'", "''") -%}
        {{ return(run_query("select parley_hold_metrics('" ~ manifest ~ "')").rows[0][0]) }}
    {%- endif -%}
{%- endmacro %}
