{#-
    Increments on Spark, where no transaction spans two tables. The order of the statements is what makes them exact:
      1. the new rows are staged in a table of their own, or (append) what builds without an end left behind is deleted
      2. the changes are announced in the ledger: told twice, or told and not done, they only touch more than they must
      3. the units are replaced, in one atomic statement
      4. the row in model_states commits
    Killed before the fourth, a build leaves the model's last build as it was, and the next one begins at the first.
-#}

{#- Rows of touched units, or of the keys that the query returns, against the new ones. -#}
{% macro spark__replaced_rows() -%}
    {%- set target = this.incorporate(type='table') -%}
    {%- set staged = api.Relation.create(
        database=target.database, schema=state_schema(), identifier=model.name ~ '__staged', type='table'
    ) -%}
    {{ run_hooks(pre_hooks) }}
    {%- call statement('main') -%}
        create or replace table {{ staged }} {{ spark_table_clause() }} as {{ sql }}
    {%- endcall -%}
    {%- set columns = spark__same_columns(staged, target) -%}
    {%- set is_by_unit = config.get('incremental_strategy') == 'replace_units' -%}
    {%- set key = config.get('unit') if is_by_unit else config.get('unique_key') -%}
    {%- set doomed = is_touched(*key) if is_by_unit
        else '(' ~ key | join(', ') ~ ') in (select ' ~ key | join(', ') ~ ' from ' ~ staged ~ ')' -%}
    {%- do spark__announce(
        'select * from ' ~ target ~ ' where ' ~ doomed, 'select ' ~ columns | join(', ') ~ ' from ' ~ staged
    ) -%}
    {%- do run_query(
        spark__replace_units(target, staged, columns, key) if is_by_unit
        else spark__replace_keys(target, staged, columns, key)
    ) -%}
    {{ run_hooks(post_hooks) }}
    {%- do spark__commit_state(is_full=false, is_changed=is_by_unit or spark__is_announced() or spark__has_rows(staged)) -%}
    {%- do run_query('drop table if exists ' ~ staged ~ '; drop table if exists ' ~ touched_table()) -%}
    {{ return({'relations': [target]}) }}
{%- endmacro %}

{#- New deliveries beside the old ones. -#}
{% macro spark__appended_rows() -%}
    {%- set target = this.incorporate(type='table') -%}
    {%- do run_query('delete from ' ~ target ~ ' where delivered_in_build > ' ~ last_build()) -%}
    {{ run_hooks(pre_hooks) }}
    {%- set columns = adapter.get_columns_in_relation(target) | map(attribute='name') | join(', ') -%}
    {%- call statement('main') -%}
        insert into {{ target }} ({{ columns }}) select {{ columns }} from ({{ sql }}) as delivered
    {%- endcall -%}
    {%- set added = target ~ ' where delivered_in_build = ' ~ this_build() -%}
    {{ run_hooks(post_hooks) }}
    {%- do spark__announce('select * from ' ~ target ~ ' where false', 'select * from ' ~ added) -%}
    {%- do spark__commit_state(is_full=false, is_changed=reads_new_files() or spark__has_rows(added)) -%}
    {{ return({'relations': [target]}) }}
{%- endmacro %}

{#- The one statement that deletes the touched units and inserts the staged rows. -#}
{% macro spark__replace_units(target, staged, columns, unit) -%}
    merge into {{ target }} as held
    using (
        select true as is_old_, touched_account as account_, touched_unit as unit_
            {%- for column in columns %}, null as {{ column }}{% endfor %}
        from {{ touched_table() }}
        union all
        select false, null, null, {{ columns | join(', ') }} from {{ staged }}
    ) as found
    on
        found.is_old_
        and held.{{ unit[0] }} = found.account_
        and (found.unit_ is null or held.{{ unit[1] }} = found.unit_)
    when matched then delete
    when not matched and not found.is_old_ then insert ({{ columns | join(', ') }})
        values (found.{{ columns | join(', found.') }})
{%- endmacro %}

{#- The same of a model that replaces the keys that its query returns. -#}
{% macro spark__replace_keys(target, staged, columns, key) -%}
    merge into {{ target }} as held
    using (
        select kinds.is_old_, staged.*
        from {{ staged }} as staged
        cross join (values (true), (false)) as kinds (is_old_)
    ) as found
    on found.is_old_ {%- for column in key %} and held.{{ column }} = found.{{ column }}{% endfor %}
    when matched then delete
    when not matched and not found.is_old_ then insert ({{ columns | join(', ') }})
        values (found.{{ columns | join(', found.') }})
{%- endmacro %}

{#- The columns' names; an error where they are not the same, as dbt's `on_schema_change: fail` has it. -#}
{% macro spark__same_columns(staged, target) -%}
    {%- set new = adapter.get_columns_in_relation(staged) | map(attribute='name') | list -%}
    {%- set old = adapter.get_columns_in_relation(target) | map(attribute='name') | list -%}
    {%- if new | sort != old | sort -%}
        {%- do exceptions.raise_compiler_error(
            model.name ~ ' has other columns than the table there is: build it with --full-refresh.'
        ) -%}
    {%- endif -%}
    {{ return(old) }}
{%- endmacro %}

{% macro spark__announce(old, new) -%}
    {%- set announcement = announced_values(old, new) -%}
    {%- if announcement | trim -%}
        {%- do run_query(announcement) -%}
    {%- endif -%}
{%- endmacro %}

{#- Whether this build, or one without an end before it, has announced a change of the model. -#}
{% macro spark__is_announced() -%}
    {{ return(spark__has_rows(
        state_schema() ~ ".changed_values where model_name = '" ~ model.name ~ "' and build_id > " ~ last_build()
    )) }}
{%- endmacro %}

{% macro spark__has_rows(relation) -%}
    {{ return(run_query('select count(*) from (select 1 from ' ~ relation ~ ' limit 1) as found').rows[0][0] > 0) }}
{%- endmacro %}

{#-
    The commit: the model's row in the ledger, unless another build has begun. Then that one goes on from the state
    before, and this one ends here.
-#}
{% macro spark__commit_state(is_full, is_changed, definition='') -%}
    {%- set build = this_build() -%}
    {%- set is_changed = is_changed or ledger().changed.get(model.name) == build -%}
    {%- do record_state(is_full, is_changed, definition) -%}
    {%- set states = state_schema() ~ '.model_states' -%}
    {%- do run_query(
        "insert into " ~ states ~ " select '" ~ model.name ~ "', " ~ build ~ ", " ~ is_full ~ ", " ~ is_changed ~ ", '"
        ~ definition ~ "' where (select max(build_id) from " ~ state_schema() ~ ".builds) = " ~ build
    ) -%}
    {%- if not spark__has_rows(states ~ " where model_name = '" ~ model.name ~ "' and build_id = " ~ build) -%}
        {%- do exceptions.raise_compiler_error(
            'Another build of this warehouse has begun since this one, which stops here. Let that one come to its end, '
            ~ 'then build again.'
        ) -%}
    {%- endif -%}
{%- endmacro %}

{#- The model's row is its commit, which the materialization writes last. -#}
{% macro spark__state_row(is_full, is_changed, definition) -%}
{%- endmacro %}

{#-
    Start of a run: a build that was killed may have noted files as read, and stored their lines, without its commit.
    Both go, so that the files count as unread again. What a full refresh is to compute is unknown from here on: killed
    between a table and its commit, it would leave rows of which the ledger does not tell those that read them.
-#}
{% macro spark__forget_uncommitted() -%}
    {%- if spark__table_format() == 'parquet' -%}
        {{ return(spark__forget_everything()) }}
    {%- endif -%}
    {%- set state = state_schema() -%}
    {%- if flags.FULL_REFRESH -%}
        {%- set names = [] -%}
        {%- for unique_id in selected_resources if unique_id.startswith('model.') -%}
            {%- do names.append(graph.nodes[unique_id].name) -%}
        {%- endfor -%}
        {%- do run_query("delete from " ~ state ~ ".model_states where model_name in ('" ~ names | join("', '") ~ "')") -%}
    {%- endif -%}
    {%- set noted = {} -%}
    {%- for row in run_query('select feed, max(build_id) from ' ~ state ~ '.landed_files group by feed').rows -%}
        {%- do noted.update({row[0]: row[1] | int}) -%}
    {%- endfor -%}
    {%- set committed = {} -%}
    {%- for row in run_query('select model_name, max(build_id) from ' ~ state ~ '.model_states group by model_name').rows -%}
        {%- do committed.update({row[0]: row[1] | int}) -%}
    {%- endfor -%}
    {%- for feed, deliveries, current in landed_feeds() if noted.get(feed, 0) > committed.get(deliveries, 0) -%}
        {%- set since = committed.get(deliveries, 0) -%}
        {%- if since > 0 and built_relation(deliveries) -%}
            {%- do run_query('delete from ' ~ built_relation(deliveries) ~ ' where delivered_in_build > ' ~ since) -%}
        {%- endif -%}
        {#- where all rows had been replaced, none is left, and no file counts as read -#}
        {%- set is_kept = since > 0 and built_relation(deliveries) and spark__has_rows(built_relation(deliveries)) -%}
        {%- do run_query(
            "delete from " ~ state ~ ".landed_files where feed = '" ~ feed ~ "' and build_id > " ~ (since if is_kept else 0)
        ) -%}
    {%- endfor -%}
{%- endmacro %}

{#- Written out, since a deletion's subquery may not look at the row from so far inside. -#}
{% macro spark__forget_old_states(ledger) -%}
    delete from {{ state_schema() }}.model_states
    where case
        {%- for name, computed in ledger.known.items() %}
        when model_name = '{{ name }}'
            then build_id not in ({{ computed }}, {{ ledger.full[name] }}, {{ ledger.changed[name] }})
        {%- endfor %}
        when true then true
    end
{%- endmacro %}

{#- A second row of the build, which goes with the first when the next one begins: a table of plain files has no update. -#}
{% macro spark__finished_build(is_whole) -%}
    insert into {{ state_schema() }}.builds
    select newest.build_id, true
    from (select max(build_id) as build_id from {{ state_schema() }}.builds) as newest
    where {{ is_whole }}
{%- endmacro %}

{#- In plain files rows are replaced by nothing less than a whole table, so no build goes on from the one before. -#}
{% macro spark__forget_everything() -%}
    {%- do print('Tables are plain Parquet (PARLEY_SPARK_TABLE_FORMAT): everything is computed from nothing.') -%}
    {%- for table in ['model_states', 'landed_files', 'changed_values', 'passed_tests'] -%}
        {%- do run_query('delete from ' ~ state_schema() ~ '.' ~ table) -%}
    {%- endfor -%}
{%- endmacro %}
