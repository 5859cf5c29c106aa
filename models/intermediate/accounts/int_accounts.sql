{#-
    One row per account that appears in accounts.csv or in the data, with every setting resolved. A row is
    replaced only when one of its settings changed, which is what makes a change restate the account's history.
-#}
{{
    config(
        materialized='incremental',
        incremental_strategy='delete+insert',
        unique_key=['account_id'],
        post_hook="{{ forget_accounts(ref('int_accounts__seen')) }}",
    )
}}

with seen as (

    select account_id from {{ ref('int_accounts__seen') }}

),

int_accounts as (

    -- has_own_settings knows the defaults, too
    select
        seen.account_id,
        coalesce(accounts.account_name, 'unknown') as account_name,
        coalesce(accounts.time_zone, 'UTC') as time_zone,
        coalesce(accounts.currency, 'USD') as currency,
        accounts.provider_account_id,
        coalesce(accounts.transcript_sharing, false) as transcript_sharing,
        coalesce(accounts.cross_session_window_days, 31) as cross_session_window_days,
        coalesce(accounts.touch_rule, 'last') as touch_rule,
        coalesce(accounts.agent_credit, 'last') as agent_credit,
        coalesce(accounts.control_group_share, 0.1) as control_group_share,
        coalesce(accounts.site_control_group_share, 0.05) as site_control_group_share,
        coalesce(accounts.concierge_idle_hours, 48) as concierge_idle_hours,
        coalesce(accounts.concierge_attribution_days, 5) as concierge_attribution_days,
        coalesce(accounts.one_to_one_attribution_days, 30) as one_to_one_attribution_days,
        accounts.transcript_retention_days
    from seen
    left join {{ ref('stg_accounts') }} as accounts on seen.account_id = accounts.account_id

)

select * from int_accounts
{{ except_known_rows() }}
