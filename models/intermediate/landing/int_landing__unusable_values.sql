{#-
    One row per landed file, field, problem and value that could not be used, over the records in the current state.
    Recomputed for a file whenever one of its records became current or ceased to be.
-#}
{{
    config(
        materialized='incremental',
        unit=['feed', 'file_name'],
        touched_by=touched_files(of_current=true),
    )
}}
-- depends_on: {{ ref('stg_landing__files') }}

with records as (

    {% for feed, deliveries, current in landed_feeds() %}
    select
        '{{ feed }}' as feed,
        delivered.file_name,
        delivered.line_number,
        {{ item_and_place('delivered.unusable_values', 'unusable') }}
    from {{ ref(deliveries) }} as delivered
    inner join {{ ref(current) }} as current_version
        on
            delivered.file_name = current_version.file_name
            and delivered.line_number = current_version.line_number
            and delivered.record_place = current_version.record_place
    where
        {{ array_size('delivered.unusable_values') }} > 0
        and {{ is_touched("'" ~ feed ~ "'", 'delivered.file_name') }}
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

int_landing__unusable_values as (

    select
        feed,
        file_name,
        unusable_item.field,
        unusable_item.problem,
        unusable_item.value,
        count(*) as occurrences,
        min(line_number) as first_line_number
    from records
    group by feed, file_name, unusable_item.field, unusable_item.problem, unusable_item.value

)

select * from int_landing__unusable_values
