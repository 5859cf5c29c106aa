{#- One row per landed line with a record that could not be used: the first reason, and the line as delivered. -#}
{{
    config(
        materialized='incremental',
        unit=['feed', 'file_name'],
        touched_by=touched_files(),
    )
}}

with rejected as (

    {% for feed, deliveries, current in landed_feeds() %}
    select
        '{{ feed }}' as feed,
        file_name,
        line_number,
        record_place,
        reason,
        raw_line
    from {{ ref(deliveries) }}
    where reason is not null and {{ is_touched("'" ~ feed ~ "'", 'file_name') }}
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

ranked as (

    select
        *,
        row_number() over (
            partition by feed, file_name, line_number order by {{ reason_rank('reason') }}, record_place
        ) as place
    from rejected

),

int_landing__quarantined_lines as (

    select feed, file_name, line_number, reason, raw_line
    from ranked
    where place = 1

)

select * from int_landing__quarantined_lines
