{#- One row per configured campaign: its line of business and goal. Replaced only when one of them changed. -#}
{{
    config(
        materialized='incremental',
        incremental_strategy='delete+insert',
        unique_key=['account_id', 'campaign_id'],
    )
}}

with int_configuration__campaigns as (

    select
        account_id,
        entity_id as campaign_id,
        lob_id,
        goal_id
    from {{ ref('stg_liveperson__configuration') }}
    where entity = 'campaign'

)

select * from int_configuration__campaigns
{{ except_known_rows() }}
