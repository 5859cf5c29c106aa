{#- One row per account that accounts.csv or a record of any feed names. -#}
with int_accounts__seen as (

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

)

select * from int_accounts__seen
