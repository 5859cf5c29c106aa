{#-
    Units: what an incremental model replaces whole. A model says in its config
      unit:        [account column, unit column], the rows that stand or fall together
      unit_type:   the unit column's type, where it is not text
      touched_by:  for each model upstream whose changes matter, the column of that model whose values, old and new,
                   are the touched units; `none` where every unit of the account is touched. What is no such column
                   is written as a mapping:
                     column   the column, or an expression over the model's columns
                     account  the column of the account, where it is not account_id
                     via, unit, match   a relation that leads from the column (there called `match`, if it has
                              another name) to the unit column; null is no unit
                   A list of these where there are several.
      announces_differences: true where a row replaced by its equal is no change: of a unit that grew by one row
                   only what differs is announced. Right where all that depends on a row reads it from this model
    A model that touches itself by what its query returns says dbt's `delete+insert` with a `unique_key`; one that only
    ever adds rows says `append`.
-#}

{#- The entries of a model's touched_by, each with model, column, key (what the ledger calls the column) and account. -#}
{% macro touched_by(node) -%}
    {%- set entries = [] -%}
    {%- set told_by = node.config.get('touched_by') or {} -%}
    {%- if told_by is not mapping or node.config.get('announces') or node.config.get('touched_via') -%}
        {%- do exceptions.raise_compiler_error(
            node.name ~ ': touched_by names, for each model whose changes matter, the column that is touched '
            ~ '(CONTRIBUTING, "Incremental models: units"); announces and touched_via are gone.'
        ) -%}
    {%- endif -%}
    {%- for name, value in told_by.items() -%}
        {%- for one in (value if value is sequence and value is not string and value is not mapping else [value]) -%}
            {%- set told = {'column': 'account_id', 'is_account': true} if one is none
                else {'column': one} if one is string else one -%}
            {%- set account = told.account or 'account_id' -%}
            {%- do entries.append(dict(
                told,
                model=name,
                account=account,
                key=told.column if account == 'account_id' else account ~ ', ' ~ told.column
            )) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(entries) }}
{%- endmacro %}

{#- For each model that others wait for: the entries of its columns, by key, and the names of those others. -#}
{% macro waited_for_columns() -%}
    {%- set found = {} -%}
    {%- for node in graph.nodes.values() if node.resource_type == 'model' -%}
        {%- for entry in touched_by(node) -%}
            {%- set of_model = found.setdefault(entry.model, {'columns': {}, 'models': []}) -%}
            {%- do of_model.columns.update({entry.key: entry}) -%}
            {%- do of_model.models.append(node.name) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(found) }}
{%- endmacro %}

{#-
    The units of a model that were touched after build `since`, as a query of touched_account and touched_unit (null:
    every unit of the account).
-#}
{% macro touched_units(node, since) -%}
    {%- set unit_type = node.config.get('unit_type', 'string') -%}
    {%- set relations = {} -%}
    {%- for other in graph.nodes.values() if other.resource_type == 'model' -%}
        {%- do relations.update({other.name: other.relation_name}) -%}
    {%- endfor -%}
    {%- for entry in touched_by(node) %}
    {{ 'union' if not loop.first }}
    select
        changed.account_id as touched_account,
        {%- if entry.is_account %}
        cast(null as {{ unit_type }}) as touched_unit
        {%- elif entry.via %}
        cast(related.{{ entry.unit }} as {{ unit_type }}) as touched_unit
        {%- else %}
        cast(changed.changed_value as {{ unit_type }}) as touched_unit
        {%- endif %}
    from {{ state_schema() }}.changed_values as changed
    {%- if entry.via %}
    inner join {{ relations[entry.via] }} as related
        on
            changed.account_id = related.account_id
            and changed.changed_value = cast(related.{{ entry.match or entry.column }} as string)
            and related.{{ entry.unit }} is not null
    {%- endif %}
    where
        changed.build_id > {{ since }}
        and changed.model_name = '{{ entry.model }}'
        and changed.column_name = '{{ entry.key | replace("'", "''") }}'
    {%- endfor %}
{%- endmacro %}

{#- The model's table of touched units in this run. -#}
{% macro touched_table() -%}
    {{ return(adapter.dispatch('touched_table', 'parley')()) }}
{%- endmacro %}

{% macro duckdb__touched_table() -%}
    {{ return(model.name ~ '__touched') }}
{%- endmacro %}

{#-
    The model's touched units are computed once a run, when they are first asked for, into a table of the model's
    session. What is returned says how many there are: in all, as units, and their span.
-#}
{% macro touched() -%}
    {%- set known = ledger().touched -%}
    {%- set since = last_build() -%}
    {%- if model.name not in known and newest_read(model) <= since -%}
        {%- do known.update({model.name: {'all': 0, 'units': 0}}) -%}
    {%- elif model.name not in known -%}
        {%- do run_query(create_touched_table(touched_table(), touched_units(model, since))) -%}
        {%- set query -%}
            select
                count(*),
                count(touched_unit),
                cast(min(touched_unit) as string),
                cast(max(touched_unit) as string)
            from {{ touched_table() }}
        {%- endset -%}
        {%- set all, units, first, last = run_query(query).rows[0].values() -%}
        {%- do known.update({model.name: {'all': all | int, 'units': units | int, 'first': first, 'last': last}}) -%}
    {%- endif -%}
    {{ return(known[model.name]) }}
{%- endmacro %}

{#-
    A condition that is true for the rows of touched units; `true` when the model is computed from nothing.
    `unit_column` is the column of the relation at hand that holds this model's unit.
-#}
{% macro is_touched(account_column, unit_column) -%}
    {%- if last_build() == 0 -%}
        {{ return('true') }}
    {%- endif -%}
    {%- set touched = touched() -%}
    {%- if touched.all == 0 -%}
        {{ return('false') }}
    {%- endif -%}
    {%- set of_account -%}
        exists (
            select 1 from {{ touched_table() }}
            where touched_account = {{ account_column }} and touched_unit is null
        )
    {%- endset -%}
    {%- set of_unit -%}
        exists (
            select 1 from {{ touched_table() }}
            where touched_account = {{ account_column }} and touched_unit = {{ unit_column }}
        )
    {%- endset -%}
    {%- if touched.units == 0 -%}
        {{ return(of_account) }}
    {%- elif touched.all > touched.units -%}
        {{ return('(' ~ of_unit ~ ' or ' ~ of_account ~ ')') }}
    {%- elif config.get('unit_type') == 'date' -%}
        {{ return(of_unit ~ ' and ' ~ in_touched_range(unit_column)) }}
    {%- endif -%}
    {{ return(of_unit) }}
{%- endmacro %}

{#- The span of the touched dates as plain bounds, with which an engine skips the rows of all other dates unread. -#}
{% macro in_touched_range(unit_column) -%}
    {%- if last_build() == 0 or touched().all > touched().units -%}
        true
    {%- elif touched().units == 0 -%}
        false
    {%- else -%}
        {{ unit_column }} between cast('{{ touched().first }}' as date) and cast('{{ touched().last }}' as date)
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

{#- dbt's entry point for incremental_strategy replace_units: deletes the touched units, inserts the new rows. -#}
{% macro get_incremental_replace_units_sql(arg_dict) -%}
    {{ replace_rows(arg_dict, is_touched(*config.get('unit'))) }}
    delete from {{ arg_dict.target_relation }} where {{ is_touched(*config.get('unit')) }};
    {{ default__get_incremental_append_sql(arg_dict) }}
{%- endmacro %}

{#- dbt's strategy delete+insert, with the changes it makes noted in the ledger. -#}
{% macro get_incremental_delete_insert_sql(arg_dict) -%}
    {%- set key = config.get('unique_key') | join(', ') -%}
    {{ replace_rows(arg_dict, '(' ~ key ~ ') in (select ' ~ key ~ ' from ' ~ arg_dict.temp_relation ~ ')') }}
    {{ default__get_incremental_delete_insert_sql(arg_dict) }}
{%- endmacro %}

{#- dbt's strategy append, with the changes it makes noted in the ledger. -#}
{% macro get_incremental_append_sql(arg_dict) -%}
    {{ replace_rows(arg_dict, 'false') }}
    {{ default__get_incremental_append_sql(arg_dict) }}
{%- endmacro %}

{#-
    The model's part in the ledger: that this build computed it, and the values that others wait for in the rows to be
    deleted and in the new ones. Where the model is computed from nothing, its old rows go, and so does every model
    that reads it: nothing has to be told.
-#}
{% macro replace_rows(arg_dict, doomed) -%}
    {%- set target_relation, new_rows = arg_dict.target_relation, arg_dict.temp_relation -%}
    {%- if last_build() == 0 %}
    delete from {{ target_relation }};
    {%- else -%}
    {%- set columns = arg_dict.dest_columns | map(attribute='quoted') | join(', ') -%}
    {%- set old = 'select ' ~ columns ~ ' from ' ~ target_relation ~ ' where ' ~ doomed -%}
    {%- set new = 'select ' ~ columns ~ ' from ' ~ new_rows -%}
    {%- set is_changed = config.get('incremental_strategy') == 'replace_units' or reads_new_files()
        or run_query('select count(*) from (select 1 from ' ~ new_rows ~ ' limit 1)').rows[0][0] > 0 -%}
    {{ record_state(is_full=false, is_changed=is_changed) }};
    {{ announced_values(old, new) }}
    {%- endif %}
{%- endmacro %}

{#- The statement that notes the values that others wait for, of the old rows and of the new ones, given as queries. -#}
{% macro announced_values(old, new) -%}
    {%- for key, entry in ledger().waited_for.get(model.name, {'columns': {}})['columns'].items() %}
    {%- if loop.first %}
    insert into {{ state_schema() }}.changed_values
    with replaced_rows as (
        {%- if config.get('announces_differences') %}
        ({{ old }} except {{ new }}) union all ({{ new }} except {{ old }})
        {%- else %}
        {{ old }} union all {{ new }}
        {%- endif %}
    )
    {%- else %}
    union all
    {%- endif %}
    select distinct
        '{{ model.name }}',
        '{{ key | replace("'", "''") }}',
        {{ entry.account }},
        cast({{ entry.column }} as string),
        {{ this_build() }}
    from replaced_rows
    where {{ entry.column }} is not null
    {{- ';' if loop.last }}
    {%- endfor %}
{%- endmacro %}

{#- Whether the model at hand reads a feed that has new files: one without lines adds no row, and is news all the same. -#}
{% macro reads_new_files() -%}
    {%- for unique_id in model.depends_on.nodes if unique_id.startswith('source.') -%}
        {%- if newest_change(unique_id) == this_build() -%}
            {{ return(true) }}
        {%- endif -%}
    {%- endfor -%}
    {{ return(false) }}
{%- endmacro %}

{#- Last lines of a model that replaces units by content: leave out the rows it already holds. -#}
{% macro except_known_rows() -%}
    {%- if last_build() > 0 %}
    except
    select * from {{ this }}
    {%- endif %}
{%- endmacro %}
