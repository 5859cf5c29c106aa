{#-
    The version rule: place 1 is the current version of a key. The greatest delivery time wins; ties go to
    the greater file name, then the greater line number, then the later place in the page. A feed that repeats what
    happened once names the column whose least value comes before all that: `earliest`, its event time.
-#}
{% macro version_place(key_columns, earliest=none) -%}
    row_number() over (
        partition by {{ key_columns | join(', ') }}
        order by {{ earliest ~ ', ' if earliest }}delivered_ms desc, file_name desc, line_number desc, record_place desc
    )
{%- endmacro %}

{#-
    The delivered records that become the current version of their key in this build. `deliveries` is the
    feed's delivery model, `known` this model's own rows (read only in an incremental build).
-#}
{% macro newly_current_records(deliveries, key_columns, earliest=none) -%}
    {%- set version = key_columns + ([earliest] if earliest else []) + ['delivered_ms', 'file_name', 'line_number', 'record_place'] -%}
    {%- set since = last_build() -%}
    select delivered.*
    from {{ deliveries }} as delivered
    inner join (
        select
            file_name,
            line_number,
            record_place,
            {{ version_place(key_columns, earliest) }} as version_place
        from (
            select {{ version | join(', ') }}
            from {{ deliveries }}
            where is_record and reason is null and delivered_in_build > {{ since }}
            {%- if since > 0 %}
            union all
            select {{ version | join(', ') }}
            from {{ this }}
            where ({{ key_columns | join(', ') }}) in (
                select {{ key_columns | join(', ') }}
                from {{ deliveries }}
                where is_record and reason is null and delivered_in_build > {{ since }}
            )
            {%- endif %}
        ) as versions
    ) as ranked
        on
            delivered.file_name = ranked.file_name
            and delivered.line_number = ranked.line_number
            and delivered.record_place = ranked.record_place
            and ranked.version_place = 1
    where delivered.delivered_in_build > {{ since }}
{%- endmacro %}

{#-
    Whether two rows stand for the same delivered record: where a list of the current version lies. The build comes
    first: it is by it that an engine skips all that was delivered before.
-#}
{% macro is_same_delivery(left_alias, right_alias) -%}
    {%- for column in ['delivered_in_build', 'file_name', 'line_number', 'record_place'] -%}
        {{ left_alias }}.{{ column }} = {{ right_alias }}.{{ column }}{{ ' and ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}
