{#-
    One row per configured engagement: its campaign, that campaign's line of business and goal, its entry point
    and whether it runs in an app. Replaced only when one of them changed.
-#}
{{
    config(
        materialized='incremental',
        incremental_strategy='delete+insert',
        unique_key=['account_id', 'engagement_id'],
    )
}}

with int_configuration__engagements as (

    select
        engagements.account_id,
        engagements.entity_id as engagement_id,
        engagements.campaign_id,
        campaigns.lob_id,
        campaigns.goal_id,
        engagements.location_id as entry_point_id,
        engagements.is_mobile_app
    from {{ ref('stg_liveperson__configuration') }} as engagements
    left join {{ ref('int_configuration__campaigns') }} as campaigns
        on
            engagements.account_id = campaigns.account_id
            and engagements.campaign_id = campaigns.campaign_id
    where engagements.entity = 'engagement'

)

select * from int_configuration__engagements
{{ except_known_rows() }}
