{#-
    A query of one row per landed field, and per column of a built relation, that holds personal data. Landed fields are
    marked at the source of their lines (`personal` of its meta), columns by their name (the variable
    `personal_columns`).
-#}
{% macro personal_fields() -%}
    {%- set rows = [] -%}
    {%- if execute -%}
        {%- for feed, deliveries, current in landed_feeds() -%}
            {%- set lines = graph.sources['source.parley.landing.lines_' ~ feed | replace('/', '_')] -%}
            {%- for field, kind in lines.config.meta.personal.items() -%}
                {%- do rows.append(['landed', feed, field, kind, none]) -%}
            {%- endfor -%}
        {%- endfor -%}
        {%- do rows.append([
            'warehouse', state_schema() ~ '.changed_values', 'changed_value', 'visitor',
            'Values of a row that a build replaced, ids for the most part, until all models have seen the change.',
        ]) -%}
        {%- for node in graph.nodes.values() if node.resource_type == 'model' -%}
            {%- for column in node.columns.values() if column.name in var('personal_columns') -%}
                {%- do rows.append([
                    'published' if node.schema == 'marts' else 'warehouse',
                    node.schema ~ '.' ~ node.name,
                    column.name,
                    var('personal_columns')[column.name],
                    column.description.split() | join(' '),
                ]) -%}
            {%- endfor -%}
        {%- endfor -%}
    {%- endif -%}
    {{ literal_rows(['place', 'relation', 'field', 'kind', 'description'], rows | sort) }}
{%- endmacro %}
