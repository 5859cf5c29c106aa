{#- Lines of some feeds are read with keyed pseudonyms (src/parley/landing): one key for all that a warehouse holds. -#}

{#- The feeds whose lines are read so. -#}
{% macro pseudonymised_feeds() -%}
    {{ return(['attentive/events', 'attentive/orders']) }}
{%- endmacro %}

{#-
    The sentence that says that lines cannot be read with the key there is, or none; a key that is not there yet is made.
    Where no line of these feeds is going to be read, no key is needed.
-#}
{% macro pseudonym_key_problem() -%}
    {%- set keys = state_schema() ~ '.pseudonym_keys' -%}
    {%- set landed_files = state_schema() ~ '.landed_files' -%}
    {%- do run_query('create table if not exists ' ~ keys ~ ' (feed string, fingerprint string)') -%}
    {%- set feeds, read_anew = [], [''] -%}
    {%- for feed, deliveries, current in landed_feeds() if feed in pseudonymised_feeds() -%}
        {%- do feeds.append(feed) -%}
        {%- set is_refreshed = flags.FULL_REFRESH and 'model.parley.' ~ deliveries in selected_resources -%}
        {%- if is_refreshed or not built_relation(deliveries) -%}
            {%- do read_anew.append(feed) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- set query -%}
        select count(*) as files
        from {{ source('landing', 'files') }} as files
        where
            files.feed in ('{{ feeds | join("', '") }}')
            and (
                files.feed in ('{{ read_anew | join("', '") }}')
                or not exists (
                    select 1 from {{ landed_files }} as known
                    where known.feed = files.feed and known.file_name = files.file_name
                )
            )
    {%- endset -%}
    {%- if run_query(query).rows[0][0] == 0 -%}
        {{ return(none) }}
    {%- endif -%}
    {%- set query -%}
        select distinct held.fingerprint
        from {{ landed_files }} as known
        left join {{ keys }} as held on known.feed = held.feed
        where
            known.feed in ('{{ feeds | join("', '") }}')
            and known.feed not in ('{{ read_anew | join("', '") }}')
    {%- endset -%}
    {%- set held = run_query(query).columns[0].values() | list -%}
    {%- if none in held -%}
        {{ return(
            'The warehouse holds phone numbers as they were delivered, read by an older version, which do not go '
            ~ 'together with pseudonyms. Build all with --full-refresh, which needs the landed files.'
        ) }}
    {%- endif -%}
    {{ return(settled_key_problem(held)) }}
{%- endmacro %}

{#- Get the key ready for a build that holds pseudonyms of keys with these fingerprints: none, or the sentence why not. -#}
{% macro settled_key_problem(held) -%}
    {{ return(adapter.dispatch('settled_key_problem', 'parley')(held)) }}
{%- endmacro %}

{% macro duckdb__settled_key_problem(held) -%}
    {%- set listed = "['" ~ held | join("', '") ~ "']" if held else 'cast([] as varchar[])' -%}
    {{ return(run_query('select parley_pseudonym_key_problem(' ~ listed ~ ')').columns[0].values()[0]) }}
{%- endmacro %}

{#- Statements that note, in the transaction that stores a feed's lines, which key they are read with. -#}
{% macro note_pseudonym_key(feed) -%}
    {%- set opened -%}
        from {{ state_schema() }}.landed_files as opened
        where opened.feed = '{{ feed }}' and opened.build_id = {{ this_build() }}
    {%- endset -%}
    delete from {{ state_schema() }}.pseudonym_keys
    where feed = '{{ feed }}' and exists (select 1 {{ opened }});
    insert into {{ state_schema() }}.pseudonym_keys
    select distinct opened.feed, {{ pseudonym_key() }} {{ opened }}
{%- endmacro %}

{#- The fingerprint of the key that this build reads with, as an expression. -#}
{% macro pseudonym_key() -%}
    {{ return(adapter.dispatch('pseudonym_key', 'parley')()) }}
{%- endmacro %}

{% macro duckdb__pseudonym_key() -%}
    parley_pseudonym_key()
{%- endmacro %}
