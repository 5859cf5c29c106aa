{#- One row per account named in accounts.csv; where it is named twice the last line counts. -#}
{{ config(materialized='table') }}

with accounts as (

    select * from {{ source('landing', 'accounts') }}

),

latest as (

    select
        *,
        row_number() over (partition by account_id order by row_number desc) as place
    from accounts

),

stg_accounts as (

    select
        account_id,
        {{ null_if_sentinel('account_name') }} as account_name,
        system,
        timezone as time_zone,
        currency,
        {{ null_if_sentinel('provider_account_id') }} as provider_account_id,
        case
            when lower(transcript_sharing) in ('true', '1', 'yes') then true
            when lower(transcript_sharing) in ('false', '0', 'no') then false
        end as transcript_sharing,
        {{ window_or_null('cross_session_window_days', 'day') }} as cross_session_window_days,
        case when lower(touch_rule) in ('first', 'last') then lower(touch_rule) end as touch_rule,
        case when lower(agent_credit) in ('first', 'last') then lower(agent_credit) end as agent_credit,
        {{ number_or_null('control_group_share') }} as control_group_share,
        {{ window_or_null('concierge_idle_hours', 'hour') }} as concierge_idle_hours,
        {{ window_or_null('concierge_attribution_days', 'day') }} as concierge_attribution_days,
        {{ window_or_null('one_to_one_attribution_days', 'day') }} as one_to_one_attribution_days
    from latest
    where place = 1

)

select * from stg_accounts
