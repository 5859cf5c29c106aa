{#-
    One row per account that appears in accounts.csv or in the data, with every setting resolved. A row is
    replaced only when one of its settings changed, which is what makes a change restate the account's history.
-#}
{{
    config(
        materialized='incremental',
        incremental_strategy='replace_units',
        unit=['account_id', 'account_id'],
        announces={'account': 'account_id'},
    )
}}

with seen as (

    select account_id from {{ ref('stg_accounts') }}
    union
    select account_id from {{ ref('stg_liveperson__web_sessions') }}
    union
    select account_id from {{ ref('stg_liveperson__conversations') }}
    union
    select account_id from {{ ref('stg_liveperson__agent_status_changes') }}
    union
    select account_id from {{ ref('stg_liveperson__configuration') }}
    union
    select account_id from {{ ref('stg_attentive__events') }}
    where account_id is not null
    union
    select account_id from {{ ref('stg_attentive__orders') }}
    where account_id is not null
    union
    select account_id from {{ ref('stg_one_to_one__events') }}
    union
    select account_id from {{ ref('stg_one_to_one__orders') }}

),

int_accounts as (

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
        coalesce(accounts.concierge_idle_hours, 48) as concierge_idle_hours,
        coalesce(accounts.concierge_attribution_days, 5) as concierge_attribution_days,
        coalesce(accounts.one_to_one_attribution_days, 30) as one_to_one_attribution_days
    from seen
    left join {{ ref('stg_accounts') }} as accounts on seen.account_id = accounts.account_id

)

select * from int_accounts
{{ except_known_rows() }}
