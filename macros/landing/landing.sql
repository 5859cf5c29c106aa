{#- Stop the run with the one sentence that says what is wrong with the landing root, if anything is. -#}
{% macro check_landing_root() %}
    {%- if execute and flags.WHICH in ('run', 'build') -%}
        {%- set problem = landing_problem() -%}
        {%- if problem -%}
            {%- do exceptions.raise_compiler_error(problem) -%}
        {%- endif -%}
    {%- endif -%}
{% endmacro %}

{% macro landing_problem() -%}
    {{ return(adapter.dispatch('landing_problem', 'parley')()) }}
{%- endmacro %}

{% macro duckdb__landing_problem() -%}
    {%- set unreadable = run_query('select parley_landing_problem()').columns[0].values()[0] -%}
    {%- if unreadable -%}
        {{ return(unreadable) }}
    {%- endif -%}
    {%- set unknown -%}
        select accounts.account_id, accounts.timezone
        from parley_landing_accounts as accounts
        where
            accounts.timezone is not null
            and accounts.timezone not in (select zones.name from pg_timezone_names() as zones)
        order by accounts.row_number
    {%- endset -%}
    {%- for row in run_query(unknown).rows[:1] -%}
        {{ return(
            'accounts.csv gives account ' ~ row[0] ~ ' the time zone ' ~ row[1] ~ ', which does not exist. Write an '
            ~ 'IANA name such as Europe/London, or leave it empty for UTC.'
        ) }}
    {%- endfor -%}
{%- endmacro %}

{#- Pre-hook of a model that reads a feed's lines: choose the files this build has not read yet. -#}
{% macro open_feed(feed) -%}
    {{ return(adapter.dispatch('open_feed', 'parley')(feed)) }}
{%- endmacro %}

{% macro duckdb__open_feed(feed) -%}
    select parley_open_feed('{{ feed }}', (
        select list(file_name) from {{ ref('stg_landing__files') }}
        where feed = '{{ feed }}' and found_in_build > {{ last_build() }}
    ))
{%- endmacro %}

{#- Every audited feed: its folder, the model of all its delivered records, and the model of the current ones. -#}
{% macro landed_feeds() -%}
    {{ return([
        ('liveperson/web_sessions', 'stg_liveperson__web_session_deliveries', 'stg_liveperson__web_sessions'),
        (
            'liveperson/messaging_interactions',
            'stg_liveperson__conversation_deliveries',
            'stg_liveperson__conversations',
        ),
        (
            'liveperson/agent_status_changes',
            'stg_liveperson__agent_status_deliveries',
            'stg_liveperson__agent_status_changes',
        ),
        ('liveperson/configuration', 'stg_liveperson__configuration_deliveries', 'stg_liveperson__configuration'),
    ]) }}
{%- endmacro %}
