{#-
    One row per account, credited date, level and member with a sale after a conversation: the performance dashboard's
    metrics, each written once. Its panels are the levels of this model.
-#}
with sales as (

    select
        account_id,
        date_day,
        level,
        member_id,
        cast(sum(case when in_session then sell_conversions else 0 end) as bigint) as in_session_sell,
        {{ exact_sum('case when in_session then revenue else 0 end') }} as in_session_revenue,
        cast(sum(case when in_session then 0 else sell_conversions end) as bigint) as cross_session_sell,
        {{ exact_sum('case when in_session then 0 else revenue end') }} as cross_session_revenue
    from {{ at_levels(ref('conversions_daily_brand'), performance_dashboard_levels()) }} as conversions
    where attribution_group = 'messaging' and sell_conversions > 0
    group by account_id, date_day, level, member_id

),

performance_dashboard_metrics as (

    select
        sales.account_id,
        sales.date_day,
        sales.level,
        sales.member_id,
        accounts.account_name,
        case
            when sales.level = 'brand' then accounts.account_name
            else coalesce(names.entity_name, 'unknown')
        end as member_name,
        coalesce(sales.date_day < newest.first_open_date, false) as is_final,
        sales.in_session_sell as in_session_sales_conversion,
        sales.in_session_revenue as in_session_sales_revenue,
        sales.in_session_revenue / nullif(sales.in_session_sell, 0) as in_session_sales_aov,
        sales.cross_session_sell as cross_session_sales_conversion,
        sales.cross_session_revenue as cross_session_sales_revenue,
        sales.cross_session_revenue / nullif(sales.cross_session_sell, 0) as cross_session_sales_aov,
        sales.in_session_sell + sales.cross_session_sell as sales_conversion,
        sales.in_session_revenue + sales.cross_session_revenue as sales_revenue,
        (sales.in_session_revenue + sales.cross_session_revenue)
        / nullif(sales.in_session_sell + sales.cross_session_sell, 0) as sales_aov
    from sales
    inner join {{ ref('int_accounts') }} as accounts on sales.account_id = accounts.account_id
    left join {{ ref('int_accounts__newest') }} as newest on sales.account_id = newest.account_id
    left join {{ ref('int_configuration__names') }} as names
        on
            sales.account_id = names.account_id
            and sales.level = names.entity
            and sales.member_id = names.entity_id

)

select * from performance_dashboard_metrics
