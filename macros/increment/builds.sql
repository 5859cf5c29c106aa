{#-
    The ledger of builds. The tables of the schema parley_state carry what an incremental build has to
    remember, and nothing else does:
      builds          one row: the newest invocation that built (build_id counts up from 1), and whether it left the
                      warehouse whole
      unsettled       what keeps the warehouse from being whole: nodes that failed and have not come through since, and
                      invocations that did not come to their end (without a node)
      model_states    one row per model and build that computed it: is_full when it was computed from nothing,
                      is_changed when rows may have changed, definition (of views and tables) for what they say
      landed_files    one row per landed file whose lines are stored, and the build that read it
      changed_values  values of columns that other models wait for, of rows that a build replaced, old and new
      passed_tests    one row: the newest build in which every data test passed, and what the tests were
    A model writes its rows in model_states and changed_values inside its own transaction, so a build that dies
    anywhere leaves for every model either all or nothing, and the next build goes on from there.
    What a run needs of it is read once, when the run starts, and kept in memory: `ledger()`.
-#}

{% macro state_schema() -%}
    {{ var('parley_state_schema') }}
{%- endmacro %}

{#- Start of every invocation: make the ledger, take the next build_id, and read what is known into memory. -#}
{% macro open_build() -%}
    {%- if execute and flags.WHICH in ('run', 'build') -%}
        {%- set state = state_schema() -%}
        {%- call statement('open_build') -%}
        create schema if not exists {{ state }};
        create table if not exists {{ state }}.builds (build_id bigint, is_finished boolean);
        create table if not exists {{ state }}.unsettled (build_id bigint, unique_id string);
        create table if not exists {{ state }}.model_states (
            model_name string, build_id bigint, is_full boolean, is_changed boolean, definition string
        );
        create table if not exists {{ state }}.changed_values (
            model_name string, column_name string, account_id string, changed_value string, build_id bigint
        );
        {{ landed_files_table() }};
        create table if not exists {{ state }}.passed_tests (build_id bigint, definition string);
        insert into {{ state }}.builds (build_id, is_finished)
        select coalesce(max(build_id), 0) + 1, false from {{ state }}.builds;
        delete from {{ state }}.builds where build_id < (select max(newest.build_id) from {{ state }}.builds as newest);
        insert into {{ state }}.unsettled select max(build_id), '' from {{ state }}.builds;
        {%- endcall -%}
        {%- do forget_uncommitted() -%}
        {%- set ledger = read_ledger() -%}
        {%- if flags.EMPTY and (ledger.known or ledger.unread_feeds) -%}
            {%- do exceptions.raise_compiler_error(
                'With --empty every model is computed without rows, and landed files would count as read: use it with '
                ~ 'a warehouse and a landing root (PARLEY_WAREHOUSE, PARLEY_LANDING_ROOT) that hold nothing.'
            ) -%}
        {%- endif -%}
        {%- call statement('forget') -%}{{ forget_what_is_done(ledger) }}{%- endcall -%}
        {#- dbt rolls back what a hook leaves open -#}
        {%- do adapter.commit() -%}
        {#- the one object that all models of a run share -#}
        {%- do graph.update({'parley_ledger': ledger}) -%}
    {%- endif -%}
{%- endmacro %}

{#- What a killed build left behind, on engines without a transaction over several tables. -#}
{% macro forget_uncommitted() -%}
    {{ return(adapter.dispatch('forget_uncommitted', 'parley')()) }}
{%- endmacro %}

{% macro duckdb__forget_uncommitted() -%}
{%- endmacro %}

{#- The ledger as this run finds it. -#}
{% macro read_ledger() -%}
    {%- set state = state_schema() -%}
    {%- set ledger = {
        'known': {}, 'full': {}, 'changed': {}, 'definitions': {}, 'touched': {}, 'parents': {}, 'read': {},
        'waited_for': waited_for_columns(), 'unread_feeds': unread_feeds(),
    } -%}
    {%- set query -%}
        select
            model_name,
            max(build_id) as computed,
            coalesce(max(case when is_full then build_id end), 0) as computed_from_nothing,
            coalesce(max(case when is_changed then build_id end), 0) as changed,
            max_by(definition, build_id) as definition
        from {{ state }}.model_states
        group by model_name
    {%- endset -%}
    {%- for name, computed, full, changed, definition in run_query(query).rows -%}
        {%- do ledger.known.update({name: computed | int}) -%}
        {%- do ledger.full.update({name: full | int}) -%}
        {%- do ledger.changed.update({name: changed | int}) -%}
        {%- do ledger.definitions.update({name: definition}) -%}
    {%- endfor -%}
    {%- set query -%}
        select max(build_id) as build, (
            select coalesce(max(build_id), 0) from {{ state }}.passed_tests
            where definition = '{{ definition_of_tests() }}'
        ) as tested
        from {{ state }}.builds
    {%- endset -%}
    {%- set build, tested = run_query(query).rows[0].values() -%}
    {%- set passed = run_query('select 0 as failures, false as should_warn, false as should_error') -%}
    {%- do ledger.update({'build': build | int, 'tested': tested | int, 'passed': passed}) -%}
    {{ return(ledger) }}
{%- endmacro %}

{#- Statements that drop from the ledger what no model needs any more. -#}
{% macro forget_what_is_done(ledger) -%}
    {%- set state = state_schema() -%}
    {{ forget_old_states(ledger) }};
    delete from {{ state }}.changed_values
    where build_id <= case model_name
        {%- for name, waited_for in ledger.waited_for.items() %}
        {%- set seen = [] -%}
        {%- for waiting in waited_for.models %}{% do seen.append(ledger.known.get(waiting, 0)) %}{% endfor %}
        when '{{ name }}' then {{ seen | min }}
        {%- endfor %}
        else {{ ledger.build }}
    end
{%- endmacro %}

{#- The statement that keeps of each model the rows of its newest builds: any, from nothing, with a change. -#}
{% macro forget_old_states(ledger) -%}
    {{ return(adapter.dispatch('forget_old_states', 'parley')(ledger)) }}
{%- endmacro %}

{% macro duckdb__forget_old_states(ledger) -%}
    delete from {{ state_schema() }}.model_states
    where
        not exists (
            select 1
            from (
                select
                    model_name,
                    max(build_id) as computed,
                    max(case when is_full then build_id end) as computed_from_nothing,
                    max(case when is_changed then build_id end) as changed
                from {{ state_schema() }}.model_states
                group by model_name
            ) as needed
            where
                needed.model_name = model_states.model_name
                and model_states.build_id in (needed.computed, needed.computed_from_nothing, needed.changed)
        )
{%- endmacro %}

{#- What this run knows of the ledger; none where nothing is built (compile, docs, unit tests read no ledger). -#}
{% macro ledger() -%}
    {%- if not execute or flags.WHICH not in ('run', 'build') or (model and model.resource_type == 'unit_test') -%}
        {{ return(none) }}
    {%- endif -%}
    {{ return(graph.parley_ledger) }}
{%- endmacro %}

{#-
    End of an invocation: note whether the warehouse is whole, which is what may be published. It is when nothing failed
    in this invocation, or before and not made good since, and every model left out holds what it reads.
-#}
{% macro close_build(results) -%}
    {%- if ledger() -%}
        {%- set unsettled = state_schema() ~ '.unsettled' -%}
        {%- set bad = ['error', 'fail', 'skipped', 'runtime error', 'partial success'] -%}
        {%- set computed = results | map(attribute='node.unique_id') | list -%}
        {%- set failed = results | selectattr('status', 'in', bad) | map(attribute='node.unique_id') | list -%}
        {%- set models = graph.nodes.values() | selectattr('resource_type', 'equalto', 'model') -%}
        {%- set left_out = models | rejectattr('unique_id', 'in', computed) | list -%}
        {%- set lagging = [] -%}
        {%- for node in left_out %}{% if is_lagging(node) %}{% do lagging.append(node) %}{% endif %}{% endfor -%}
        delete from {{ unsettled }}
        {%- if left_out %}
        where
            build_id = {{ this_build() }}
            or unique_id in ('{{ computed | join("', '") }}')
        {%- endif %};
        {%- for unique_id in failed %}
        insert into {{ unsettled }} values ({{ this_build() }}, '{{ unique_id }}');
        {%- endfor %}
        {{ finished_build('false' if lagging else 'not exists (select 1 from ' ~ unsettled ~ ')') }}
    {%- endif -%}
{%- endmacro %}

{#- The statement that notes of the newest build whether it left the warehouse whole. -#}
{% macro finished_build(is_whole) -%}
    {{ return(adapter.dispatch('finished_build', 'parley')(is_whole)) }}
{%- endmacro %}

{% macro duckdb__finished_build(is_whole) -%}
    update {{ state_schema() }}.builds
        set is_finished = {{ is_whole }}
{%- endmacro %}

{#- Whether a model was never computed, or before something that it reads. -#}
{% macro is_lagging(node) -%}
    {%- set own = ledger().known.get(node.name, 0) -%}
    {{ return(own == 0 or node.config.materialized != 'view' and newest_model_read(node) > own) }}
{%- endmacro %}

{#- The newest build in which a model changed that a node reads, looking through views. -#}
{% macro newest_model_read(node) -%}
    {%- set builds = [0] -%}
    {%- for unique_id in node.depends_on.nodes if unique_id.startswith('model.') -%}
        {%- set parent = graph.nodes[unique_id] -%}
        {%- do builds.append(ledger().changed.get(parent.name, 0)) -%}
        {%- if parent.config.materialized == 'view' -%}
            {%- do builds.append(newest_model_read(parent)) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(builds | max) }}
{%- endmacro %}

{#- This invocation's build_id; 0 where nothing is built. -#}
{% macro this_build() -%}
    {%- set ledger = ledger() -%}
    {{ return(ledger.build if ledger else 0) }}
{%- endmacro %}

{#-
    The build whose state this model already holds, or 0 when it has to be computed from nothing: because it
    does not exist, a full refresh was asked for, or something it reads was itself computed from nothing since.
-#}
{% macro last_build() -%}
    {%- set ledger = ledger() -%}
    {%- if not ledger or not is_incremental() -%}
        {{ return(0) }}
    {%- endif -%}
    {%- set own = ledger.known.get(model.name, 0) -%}
    {%- for name in incremental_parents(model) if ledger.full.get(name, 0) > own -%}
        {{ return(0) }}
    {%- endfor -%}
    {{ return(own) }}
{%- endmacro %}

{#- Names of the incremental models this node reads, looking through views on the way; found once a run. -#}
{% macro incremental_parents(node) -%}
    {%- set found = ledger().parents -%}
    {%- if node.unique_id not in found -%}
        {%- set names = [] -%}
        {%- for unique_id in node.depends_on.nodes if unique_id.startswith('model.') -%}
            {%- set parent = graph.nodes[unique_id] -%}
            {%- do names.extend(
                [parent.name] if parent.config.materialized == 'incremental' else incremental_parents(parent)
            ) -%}
        {%- endfor -%}
        {%- do found.update({node.unique_id: names | unique | list}) -%}
    {%- endif -%}
    {{ return(found[node.unique_id]) }}
{%- endmacro %}

{#- The newest build in which a node's data, or what a view says, may have changed. -#}
{% macro newest_change(unique_id) -%}
    {%- set ledger = ledger() -%}
    {%- if unique_id.startswith('source.') -%}
        {%- set source = graph.sources[unique_id] -%}
        {#- files of a feed count when they are opened; what the ledger says of them follows the models that do -#}
        {%- if source.name == 'files' or source.schema == state_schema() -%}
            {{ return(0) }}
        {%- endif -%}
        {{ return(0 if source.name.startswith('lines_') and source.name not in ledger.unread_feeds else ledger.build) }}
    {%- endif -%}
    {%- set node = graph.nodes[unique_id] -%}
    {%- if node.resource_type != 'model' -%}
        {{ return(ledger.build) }}
    {%- endif -%}
    {%- set own = ledger.changed.get(node.name, 0) -%}
    {{ return([own, newest_read(node)] | max if node.config.materialized == 'view' else own) }}
{%- endmacro %}

{#- The newest build in which anything changed that a node reads, all of which is done when that is first asked. -#}
{% macro newest_read(node) -%}
    {%- set found = ledger().read -%}
    {%- if node.unique_id not in found -%}
        {%- set builds = [0] -%}
        {%- for unique_id in node.depends_on.nodes -%}
            {%- do builds.append(newest_change(unique_id)) -%}
        {%- endfor -%}
        {%- do found.update({node.unique_id: builds | max}) -%}
    {%- endif -%}
    {{ return(found[node.unique_id]) }}
{%- endmacro %}

{#-
    Whether the model at hand already is what this build would make of it, so that nothing has to be done: nothing it
    reads changed since it was computed. A view need not be made again as long as it says the same of the same tables.
-#}
{% macro is_current(definition='') -%}
    {%- set ledger = ledger() -%}
    {%- set own = ledger.known.get(model.name, 0) -%}
    {%- if own == 0 or flags.FULL_REFRESH or load_cached_relation(this) is none -%}
        {{ return(false) }}
    {%- endif -%}
    {%- if model.config.materialized == 'incremental' -%}
        {{ return(last_build() > 0 and newest_read(model) <= own) }}
    {%- elif definition != ledger.definitions.get(model.name) -%}
        {{ return(false) }}
    {%- elif model.config.materialized == 'view' -%}
        {{ return(newest_remade(model) <= own) }}
    {%- endif -%}
    {{ return(newest_read(model) <= own) }}
{%- endmacro %}

{#- The newest build in which a relation that a view reads was made anew. -#}
{% macro newest_remade(node) -%}
    {%- set builds = [0] -%}
    {%- for unique_id in node.depends_on.nodes if unique_id.startswith('model.') -%}
        {%- do builds.append(ledger().full.get(graph.nodes[unique_id].name, 0)) -%}
    {%- endfor -%}
    {{ return(builds | max) }}
{%- endmacro %}

{#-
    Pre-hook of every model: note, in its own transaction, that this build makes it anew. What an incremental build of
    it changed is noted by `replace_rows`.
-#}
{% macro record_build() -%}
    {%- if ledger() and last_build() == 0 -%}
        {{ record_state(is_full=true, is_changed=true, definition=definition_of_model()) }}
    {%- endif -%}
{%- endmacro %}

{% macro record_state(is_full, is_changed, definition='') -%}
    {%- set ledger = ledger() -%}
    {%- if is_full -%}
        {%- do ledger.full.update({model.name: ledger.build}) -%}
    {%- endif -%}
    {%- if is_changed -%}
        {%- do ledger.changed.update({model.name: ledger.build}) -%}
    {%- endif -%}
    {{ return(adapter.dispatch('state_row', 'parley')(is_full, is_changed, definition)) }}
{%- endmacro %}

{% macro duckdb__state_row(is_full, is_changed, definition) -%}
    insert into {{ state_schema() }}.model_states
    select '{{ model.name }}', {{ this_build() }}, {{ is_full }}, {{ is_changed }}, '{{ definition }}'
{%- endmacro %}

{#- A view or table as its code and its descriptions say it, as a digest; empty for an incremental model. -#}
{% macro definition_of_model() -%}
    {%- if model.config.materialized == 'incremental' -%}
        {{ return('') }}
    {%- endif -%}
    {{ return(local_md5(model.compiled_code ~ model.description ~ tojson(model.columns))) }}
{%- endmacro %}
