{#-
    One row per account, credited date and agent group with a sale after a conversation: sales in and across
    sessions.
-#}
{{ config(materialized='view') }}

with sales as (

    select
        account_id,
        date_day,
        agent_group_id,
        {{ sales_sums() }}
    from {{ ref('conversions_daily_brand') }}
    where attribution_group = 'messaging' and sell_conversions > 0
    group by account_id, date_day, agent_group_id

)

select
    sales.account_id,
    sales.date_day,
    sales.agent_group_id,
    coalesce(names.entity_name, 'unknown') as agent_group_name,
    {{ is_final('sales.date_day', 'accounts', 'newest') }} as is_final,
    {{ sales_metrics() }}
from sales
inner join {{ ref('int_accounts') }} as accounts on sales.account_id = accounts.account_id
left join {{ ref('int_accounts__newest') }} as newest on sales.account_id = newest.account_id
left join {{ ref('int_configuration__names') }} as names
    on
        sales.account_id = names.account_id
        and names.entity = 'agent_group'
        and sales.agent_group_id = names.entity_id
