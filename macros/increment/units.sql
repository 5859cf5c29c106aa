{#-
    Units: what an incremental model replaces whole. A model says in its config
      unit:        [account column, unit column], the rows that stand or fall together
      touched_by:  topics of parley_state.changes whose entities are this model's units; the topic
                   'account' (its settings changed) touches every unit of the account
      touched_via: lists of {topic, relation, match, unit}: a changed entity touches the units that
                   `relation` (a model this one reads) joins to it
      unit_type:   the unit column's type, where it is not text
      announces:   {topic: column}; the column's values in replaced rows, old and new, become changes.
                   [scope, column] where the entity is not an account's but, say, a feed's
      announces_differences: true where a row replaced by its equal is no change: of a unit that grew by one row
                   only what differs is announced. Right where all that depends on a row reads it from this model
    A model with a unit but neither touched_by nor touched_via replaces exactly the units its query returns;
    a model without a unit only ever adds rows.
-#}

{#- The touched units since `since`, as a query of account_id and entity_id (text; null: every unit of the account). -#}
{% macro touched_units(since) -%}
    {%- set state = state_schema() -%}
    select account_id, case when topic <> 'account' then entity_id end as entity_id
    from {{ state }}.changes
    where
        build_id > {{ since }}
        and topic in ('{{ config.get("touched_by", []) | join("', '") }}')
    {%- for via in config.get('touched_via', []) %}
    union
    select related.account_id, cast(related.{{ via.unit }} as varchar) as entity_id
    from {{ ref(via.relation) }} as related
    inner join {{ state }}.changes as changes
        on
            related.account_id = changes.account_id
            and related.{{ via.match }} = changes.entity_id
            and changes.topic = '{{ via.topic }}'
            and changes.build_id > {{ since }}
    where related.{{ via.unit }} is not null
    {%- endfor %}
{%- endmacro %}

{#-
    A condition that is true for the rows of touched units; `true` when the model is computed from nothing.
    `unit_column` is the column of the relation at hand that holds this model's unit.
-#}
{% macro is_touched(account_column, unit_column) -%}
    {%- set since = last_build() -%}
    {%- if since == 0 -%}
        true
    {%- else -%}
        {{ in_touched_units(account_column, unit_column, since) }}
    {%- endif -%}
{%- endmacro %}

{% macro in_touched_units(account_column, unit_column, since) -%}
    {%- set unit_type = config.get('unit_type', 'varchar') -%}
    (
        ({{ account_column }}, {{ unit_column }}) in (
            select touched.account_id, cast(touched.entity_id as {{ unit_type }})
            from ({{ touched_units(since) }}) as touched
            where touched.entity_id is not null
        )
        or {{ account_column }} in (
            select touched.account_id from ({{ touched_units(since) }}) as touched where touched.entity_id is null
        )
    )
    {%- if unit_type == 'date' %}
        and {{ in_touched_range(unit_column, since) }}
    {%- endif -%}
{%- endmacro %}

{#- The span of the touched dates as plain bounds, with which an engine skips the rows of all other dates unread. -#}
{% macro in_touched_range(unit_column, since) -%}
    {%- set query -%}
        select
            cast(min(cast(touched.entity_id as date)) as varchar) as first_date,
            cast(max(cast(touched.entity_id as date)) as varchar) as last_date,
            count(*) as all_touched,
            count(touched.entity_id) as dates_touched
        from ({{ touched_units(since) }}) as touched
    {%- endset -%}
    {%- set first_date, last_date, all_touched, dates_touched = run_query(query).rows[0].values() -%}
    {%- if all_touched > dates_touched -%}
        true
    {%- elif dates_touched == 0 -%}
        false
    {%- else -%}
        {{ unit_column }} between cast('{{ first_date }}' as date) and cast('{{ last_date }}' as date)
    {%- endif -%}
{%- endmacro %}

{#-
    For a model that takes apart the records of another: the records that became current since this model's own
    last build, by the column that says in which build they did. Those are exactly the touched units.
-#}
{% macro is_new(build_column) -%}
    {%- set since = last_build() -%}
    {{ (build_column ~ ' > ' ~ since) if since > 0 else 'true' }}
{%- endmacro %}

{#- dbt's entry point for incremental_strategy: replace_units. -#}
{% macro get_incremental_replace_units_sql(arg_dict) %}
    {%- set target_relation = arg_dict['target_relation'] -%}
    {%- set new_rows = arg_dict['temp_relation'] -%}
    {%- set columns = arg_dict['dest_columns'] | map(attribute='quoted') | join(', ') -%}
    {%- set account_column, unit_column = config.get('unit', ['account_id', none]) -%}
    {%- set since = last_build() -%}
    {%- set differences = config.get('announces_differences', false) -%}
    {%- set by_content = config.get('touched_by') is none and config.get('touched_via') is none -%}
    {%- set doomed -%}
        {%- if since == 0 -%}
            true
        {%- elif unit_column is none -%}
            false
        {%- elif by_content -%}
            ({{ account_column }}, {{ unit_column }}) in (select {{ account_column }}, {{ unit_column }} from {{ new_rows }})
        {%- else -%}
            {{ in_touched_units(account_column, unit_column, since) }}
        {%- endif -%}
    {%- endset -%}
    {%- if since > 0 %}
        {%- for topic, entity in config.get('announces', {}).items() %}
        {%- set scope, column = (account_column, entity) if entity is string else entity %}
    insert into {{ state_schema() }}.changes
    select '{{ topic }}', account_id, entity_id, {{ this_build() }}
    from (
        select {{ scope }} as account_id, cast({{ column }} as varchar) as entity_id
        from (
            select {{ columns }} from {{ target_relation }} where {{ doomed }}
            {{ ('except select ' ~ columns ~ ' from ' ~ new_rows) if differences }}
        ) as old_rows
        union
        select {{ scope }} as account_id, cast({{ column }} as varchar) as entity_id
        from (
            select {{ columns }} from {{ new_rows }}
            {{ ('except select ' ~ columns ~ ' from ' ~ target_relation ~ ' where ' ~ doomed) if differences }}
        ) as new_rows
    ) as replaced
    where entity_id is not null;
        {%- endfor %}
    {%- endif %}
    delete from {{ target_relation }} where {{ doomed }};
    insert into {{ target_relation }} ({{ columns }}) select {{ columns }} from {{ new_rows }};
{% endmacro %}

{#- Last lines of a model that replaces units by content: leave out the rows it already holds. -#}
{% macro except_known_rows() -%}
    {%- if last_build() > 0 %}
    except
    select * from {{ this }}
    {%- endif %}
{%- endmacro %}
