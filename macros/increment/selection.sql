{#-
    The sentence that says what a part of the project reads that is neither in the warehouse nor built with it, or none:
    what `dbt run` alone, or a selection, meets in a new warehouse.
-#}
{% macro missing_inputs_problem() %}
    {%- set missing = {} -%}
    {%- set reading = 'test' if flags.WHICH == 'test' else 'model' -%}
    {%- for reader in graph.nodes.values() if reader.resource_type == reading and reader.unique_id in selected_resources -%}
        {%- for input in reader.depends_on.nodes -%}
            {%- set node = graph.nodes.get(input) -%}
            {%- if
                node and node.resource_type in ('model', 'seed') and input not in selected_resources
                and not adapter.get_relation(node.database, node.schema, node.alias)
            -%}
                {%- do missing.update({input: node.resource_type ~ ' ' ~ node.name}) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- if missing -%}
        {{ return(
            'The warehouse does not have what this command reads and does not build: ' ~ shown_list(missing.values() | sort)
            ~ '. Run dbt build, which builds all; or build them first: dbt seed for seeds, and a + before what you '
            ~ 'select for the models that it reads.'
        ) }}
    {%- endif -%}
{% endmacro %}
