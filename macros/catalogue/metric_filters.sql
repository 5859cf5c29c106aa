{#-
    The filters that the source documents name, in the order in which metric_filters lists them. `element` is the
    entity or dimension of a semantic model that is filtered, `named_by` the entities by which its names are found.
    `elsewhere` is said of a metric none of whose surface's documents knows the filter.
-#}
{% macro metric_filter_kinds() -%}
    {%- set no_member = 'Only the business and performance dashboards know ' -%}
    {{ return([
        {
            'filter': 'date', 'element': 'metric_time', 'named_by': [],
            'elsewhere': 'Every metric has a date.',
        },
        {
            'filter': 'account', 'element': 'account', 'named_by': ['account'],
            'elsewhere': 'Every metric has an account.',
        },
        {
            'filter': 'lob', 'element': 'lob_id', 'named_by': ['lob'],
            'elsewhere': no_member ~ 'lines of business.',
        },
        {
            'filter': 'campaign', 'element': 'campaign_id', 'named_by': ['campaign'],
            'elsewhere': no_member ~ 'campaigns of engagements.',
        },
        {
            'filter': 'engagement', 'element': 'engagement_id', 'named_by': ['engagement'],
            'elsewhere': no_member ~ 'engagements.',
        },
        {
            'filter': 'entry_point', 'element': 'entry_point_id', 'named_by': ['entry_point'],
            'elsewhere': no_member ~ 'entry points.',
        },
        {
            'filter': 'skill', 'element': 'skill_id', 'named_by': ['skill'],
            'elsewhere': no_member ~ 'skills.',
        },
        {
            'filter': 'agent_group', 'element': 'agent_group_id', 'named_by': ['agent_group'],
            'elsewhere': no_member ~ 'agent groups.',
        },
        {
            'filter': 'agent', 'element': 'agent_id', 'named_by': ['agent', 'shopping_agent'],
            'elsewhere': 'Agents are known to the business, performance and One-to-One dashboards only.',
        },
        {
            'filter': 'initial_device', 'element': 'initial_device', 'named_by': [],
            'elsewhere': no_member ~ 'the device at the start.',
        },
        {
            'filter': 'source_type', 'element': 'source_type', 'named_by': [],
            'elsewhere': no_member ~ 'source types.',
        },
        {
            'filter': 'goal_type', 'element': 'goal_type', 'named_by': [],
            'elsewhere': no_member ~ 'goal types, and there only conversions have one.',
        },
        {
            'filter': 'provider', 'element': 'provider_account_id', 'named_by': [],
            'elsewhere': 'Only the marketplace has providers.',
        },
        {
            'filter': 'subscriber', 'element': 'subscriber', 'named_by': ['subscriber'],
            'elsewhere': 'Only the marketplace has subscribers; elsewhere the filter is the account.',
        },
        {
            'filter': 'program', 'element': 'program', 'named_by': [],
            'elsewhere': 'Only Concierge has programs.',
        },
        {
            'filter': 'journey', 'element': 'journey_id', 'named_by': [],
            'elsewhere': 'Only Concierge has journeys.',
        },
    ]) }}
{%- endmacro %}

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
    A query of one row per semantic model with measures and filter: by what it is filtered and by what name, or why
    it cannot be. Reasons are the semantic model's own (`not_by` in its meta), else the filter's.
-#}
{% macro semantic_model_filters() -%}
    {%- set rows = [] -%}
    {%- if execute -%}
        {%- set names = {} -%}
        {%- for model in graph.semantic_models.values() -%}
            {%- for entity in model.entities if entity.type in ['primary', 'unique'] -%}
                {%- for dimension in model.dimensions if dimension.name.endswith('_name') -%}
                    {%- do names.update({entity.name: entity.name ~ '__' ~ dimension.name}) -%}
                {%- endfor -%}
            {%- endfor -%}
        {%- endfor -%}
        {%- for model in graph.semantic_models.values() if model.measures -%}
            {%- set entities = model.entities | map(attribute='name') | list -%}
            {%- set dimensions = model.dimensions | map(attribute='name') | list -%}
            {%- set reasons = model.config.meta.get('not_by', {}) -%}
            {%- for kind in metric_filter_kinds() -%}
                {%- set named = [] -%}
                {%- for entity in kind.named_by if entity in entities and entity in names -%}
                    {%- do named.append(names[entity]) -%}
                {%- endfor -%}
                {%- set name = named[0] if named else none -%}
                {%- if kind.element == 'metric_time' -%}
                    {%- set term = "TimeDimension('metric_time', 'day')" -%}
                    {%- do rows.append([model.name, kind.filter, 'metric_time__day', term, name, none]) -%}
                {%- elif kind.element in entities -%}
                    {%- set term = "Entity('" ~ kind.element ~ "')" -%}
                    {%- do rows.append([model.name, kind.filter, kind.element, term, name, none]) -%}
                {%- elif kind.element in dimensions -%}
                    {%- set dimension = model.primary_entity ~ '__' ~ kind.element -%}
                    {%- set term = "Dimension('" ~ dimension ~ "')" -%}
                    {%- do rows.append([model.name, kind.filter, dimension, term, name, none]) -%}
                {%- else -%}
                    {%- set reason = reasons.get(kind.filter, kind.elsewhere) -%}
                    {%- do rows.append([model.name, kind.filter, none, none, none, reason]) -%}
                {%- endif -%}
            {%- endfor -%}
        {%- endfor -%}
    {%- endif -%}
    {{ literal_rows(
        ['semantic_model', 'filter_name', 'dimension', 'where_term', 'name_dimension', 'reason'], rows
    ) }}
{%- endmacro %}
