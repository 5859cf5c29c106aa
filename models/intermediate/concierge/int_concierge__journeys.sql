{#- One row per journey that a text names: the name on the newest of them. -#}
{{
    config(
        materialized='incremental',
        unit=['account_id', 'journey_id'],
        touched_by={'stg_attentive__events': 'case when journey_name is not null then journey_id end'},
    )
}}

with names as (

    select
        account_id,
        journey_id,
        journey_name,
        -- a text's id is made of its content, which an erasure changes
        row_number() over (partition by account_id, journey_id order by occurred_ms desc, journey_name asc) as place
    from {{ ref('stg_attentive__events') }}
    where
        account_id is not null
        and journey_id is not null
        and journey_name is not null
        and {{ is_touched('account_id', 'journey_id') }}

),

int_concierge__journeys as (

    select
        account_id,
        journey_id,
        journey_name
    from names
    where place = 1

)

select * from int_concierge__journeys
