{#- One row per account named in accounts.csv, which is checked before anything is built; an empty cell is null. -#}
{{ config(materialized='table') }}

with accounts as (

    select * from {{ source('landing', 'accounts') }}

),

stg_accounts as (

    select
        account_id,
        null_if_sentinel(account_name) as account_name,
        lower(system) as system,
        timezone as time_zone,
        currency,
        null_if_sentinel(provider_account_id) as provider_account_id,
        case
            when lower(transcript_sharing) in ('true', '1', 'yes') then true
            when lower(transcript_sharing) in ('false', '0', 'no') then false
        end as transcript_sharing,
        number_or_null(cross_session_window_days) as cross_session_window_days,
        lower(touch_rule) as touch_rule,
        lower(agent_credit) as agent_credit,
        number_or_null(control_group_share) as control_group_share,
        number_or_null(site_control_group_share) as site_control_group_share,
        number_or_null(concierge_idle_hours) as concierge_idle_hours,
        number_or_null(concierge_attribution_days) as concierge_attribution_days,
        number_or_null(one_to_one_attribution_days) as one_to_one_attribution_days,
        number_or_null(transcript_retention_days) as transcript_retention_days
    from accounts

)

select * from stg_accounts
