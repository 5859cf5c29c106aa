{#- One row per account, credited date and skill with a sale after a conversation: sales in and across sessions. -#}
{{ config(materialized='view') }}

with sales as (

    select
        account_id,
        date_day,
        skill_id,
        {{ sales_sums() }}
    from {{ ref('conversions_daily_brand') }}
    where attribution_group = 'messaging' and sell_conversions > 0
    group by account_id, date_day, skill_id

)

select
    sales.account_id,
    sales.date_day,
    sales.skill_id,
    coalesce(names.entity_name, 'unknown') as skill_name,
    {{ is_final('sales.date_day', 'accounts', 'newest') }} as is_final,
    {{ sales_metrics() }}
from sales
inner join {{ ref('int_accounts') }} as accounts on sales.account_id = accounts.account_id
left join {{ ref('int_accounts__newest') }} as newest on sales.account_id = newest.account_id
left join {{ ref('int_configuration__names') }} as names
    on
        sales.account_id = names.account_id
        and names.entity = 'skill'
        and sales.skill_id = names.entity_id
