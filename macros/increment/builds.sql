{#-
    The ledger of builds. Four tables in the schema parley_state carry what an incremental build has to
    remember, and nothing else does:
      builds        one row: the newest invocation that built (build_id counts up from 1), and whether it left the
                    warehouse whole
      model_builds  one row a model and build that changed it; is_full when it was computed from nothing
      landed_files  one row a landed file whose lines are stored, and the build that read it
      changes       the units (a visit, a date, an engagement, ...) whose rows a build replaced
    A model writes its rows in model_builds and changes inside its own transaction, so a build that dies
    anywhere leaves for every model either all or nothing, and the next build goes on from there.
-#}

{% macro state_schema() -%}
    {{ var('parley_state_schema') }}
{%- endmacro %}

{#- Start of every invocation: make the ledger, take the next build_id, drop what no model needs any more. -#}
{% macro open_build() -%}
    {%- if flags.WHICH in ('run', 'build') -%}
    {%- set state = state_schema() -%}
    create schema if not exists {{ state }};
    create table if not exists {{ state }}.builds (
        build_id bigint, is_finished boolean, was_finished boolean
    );
    create table if not exists {{ state }}.model_builds (model_name varchar, build_id bigint, is_full boolean);
    create table if not exists {{ state }}.changes (
        topic varchar, account_id varchar, entity_id varchar, build_id bigint
    );
    create table if not exists {{ state }}.landed_files (
        feed varchar, file_name varchar, delivered_ms bigint, build_id bigint
    );
    insert into {{ state }}.builds
    select coalesce(max(build_id), 0) + 1, false, coalesce(bool_or(is_finished), false) from {{ state }}.builds;
    delete from {{ state }}.builds where build_id < (select max(newest.build_id) from {{ state }}.builds as newest);
    delete from {{ state }}.model_builds
    where
        not is_full
        and build_id < (
            select max(newer.build_id) from {{ state }}.model_builds as newer
            where newer.model_name = model_builds.model_name
        );
    delete from {{ state }}.changes
    where
        build_id <= (
            select min(latest.build_id)
            from (
                select max(per_model.build_id) as build_id
                from {{ state }}.model_builds as per_model group by per_model.model_name
            ) as latest
        );
    {%- endif -%}
{%- endmacro %}

{#-
    End of an invocation: note that the warehouse is whole, which is what may be published. It is when nothing failed
    and either every model was computed or the models left out were whole before.
-#}
{% macro close_build(results) -%}
    {%- if execute and flags.WHICH in ('run', 'build') -%}
        {%- set bad = ['error', 'fail', 'skipped', 'runtime error'] -%}
        {%- set failed = results | selectattr('status', 'in', bad) | list -%}
        {%- set computed = results | map(attribute='node.unique_id') | list -%}
        {%- set models = graph.nodes.values() | selectattr('resource_type', 'equalto', 'model') -%}
        {%- set left_out = models | map(attribute='unique_id') | reject('in', computed) | list -%}
        {%- if failed | length == 0 -%}
            update {{ state_schema() }}.builds set is_finished = {{ 'was_finished' if left_out else 'true' }}
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}

{#- This invocation's build_id; 0 where nothing is built (compile, docs, unit tests read no ledger). -#}
{% macro this_build() -%}
    {%- if not execute or flags.WHICH not in ('run', 'build') or model.resource_type == 'unit_test' -%}
        {{ return(0) }}
    {%- endif -%}
    {%- set found = run_query('select coalesce(max(build_id), 0) from ' ~ state_schema() ~ '.builds') -%}
    {{ return(found.columns[0].values()[0] | int) }}
{%- endmacro %}

{#-
    The build whose state this model already holds, or 0 when it has to be computed from nothing: because it
    does not exist, a full refresh was asked for, or something it reads was itself computed from nothing since.
-#}
{% macro last_build() -%}
    {%- if this_build() == 0 or not is_incremental() -%}
        {{ return(0) }}
    {%- endif -%}
    {%- set query -%}
        select
            coalesce(max(case when model_name = '{{ this.identifier }}' then build_id end), 0) as own,
            coalesce(max(case when is_full and model_name <> '{{ this.identifier }}' then build_id end), 0) as upstream
        from {{ state_schema() }}.model_builds
        where
            build_id < {{ this_build() }}
            and model_name = '{{ this.identifier }}'
            or build_id <= {{ this_build() }}
            and model_name in ('{{ incremental_parents(model) | join("', '") }}')
    {%- endset -%}
    {%- set found = run_query(query) -%}
    {%- set own = found.columns[0].values()[0] | int -%}
    {%- set upstream = found.columns[1].values()[0] | int -%}
    {{ return(0 if upstream > own else own) }}
{%- endmacro %}

{#- Names of the incremental models this node reads, looking through views on the way. -#}
{% macro incremental_parents(node) -%}
    {%- set names = [] -%}
    {%- for unique_id in node.depends_on.nodes -%}
        {%- set parent = graph.nodes.get(unique_id) -%}
        {%- if parent and parent.resource_type == 'model' -%}
            {%- if parent.config.materialized == 'incremental' -%}
                {%- do names.append(parent.alias) -%}
            {%- else -%}
                {%- do names.extend(incremental_parents(parent)) -%}
            {%- endif -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(names) }}
{%- endmacro %}

{#- Pre-hook of every incremental model: note, in the model's own transaction, that this build computed it. -#}
{% macro record_build() -%}
    {%- if config.get('materialized') == 'incremental' -%}
        insert into {{ state_schema() }}.model_builds
        select '{{ this.identifier }}', {{ this_build() }}, {{ 'false' if last_build() > 0 else 'true' }}
    {%- endif -%}
{%- endmacro %}
