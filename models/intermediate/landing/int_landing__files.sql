{#-
    One row per landed file: how many of its lines are in the current state, were replaced by a later version, or
    could not be used. Recomputed for a file whenever one of its records became current or ceased to be.
-#}
{{
    config(
        materialized='incremental',
        unit=['feed', 'file_name'],
        touched_by=touched_files(of_current=true),
    )
}}

with files as (

    select feed, file_name, delivered_ms
    from {{ ref('stg_landing__files') }}
    where {{ is_touched('feed', 'file_name') }}

),

records as (

    {% for feed, deliveries, current in landed_feeds() %}
    select
        '{{ feed }}' as feed,
        delivered.file_name,
        delivered.line_number,
        not delivered.is_record or current_version.file_name is not null as is_accepted,
        delivered.reason is null as is_valid
    from {{ ref(deliveries) }} as delivered
    left join {{ ref(current) }} as current_version
        on
            delivered.file_name = current_version.file_name
            and delivered.line_number = current_version.line_number
            and delivered.record_place = current_version.record_place
    where {{ is_touched("'" ~ feed ~ "'", 'delivered.file_name') }}
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

lines as (

    select
        feed,
        file_name,
        line_number,
        case
            when bool_or(is_accepted) then 'accepted'
            when bool_or(is_valid) then 'superseded'
            else 'quarantined'
        end as line_class
    from records
    group by feed, file_name, line_number

),

int_landing__files as (

    select
        files.feed,
        files.file_name,
        files.delivered_ms,
        count(lines.line_number) as lines_delivered,
        count(case when lines.line_class = 'accepted' then 1 end) as lines_accepted,
        count(case when lines.line_class = 'superseded' then 1 end) as lines_superseded,
        count(case when lines.line_class = 'quarantined' then 1 end) as lines_quarantined
    from files
    left join lines on files.feed = lines.feed and files.file_name = lines.file_name
    group by files.feed, files.file_name, files.delivered_ms

)

select * from int_landing__files
