-- Why is attributed GMV not AOV times orders?
--
-- On the demo data: Because they are of different orders: Marisol Skin Studio's 244 orders at an AOV of 67.69 come
-- to 16515.21, but only the 133 that followed a conversation by video are in its GMV of 9041.61.
--
-- How to read it: One row per shop. Orders and AOV count what followed a conversation of either kind, GMV what
-- followed one by video. `gmv_per_order`, which dashboards are tempted to show, divides one by the other's number.
--
-- Beware: After is not because of: visitors who call were often about to buy. An order within the window of both a
-- video and a text conversation counts in both figures, so GMV and 'text sales' do not add up. Amounts are net of
-- discounts, without shipping and tax, and in the shop's currency.

with orders as (

    select
        account_id,
        sum(one_to_one_orders) as orders,
        sum(cast(order_value as decimal(28, 6))) as order_value,
        sum(cast(one_to_one_attributed_gmv as decimal(28, 6))) as gmv
    from {{ ref('one_to_one_daily') }}
    group by account_id

),

after_video as (

    select
        account_id,
        sum(case when had_video then 1 else 0 end) as orders_after_video
    from {{ ref('fct_one_to_one_orders') }}
    group by account_id

),

gmv_is_not_aov_times_orders as (

    select
        orders.account_id,
        orders.orders,
        coalesce(after_video.orders_after_video, 0) as orders_after_video,
        orders.order_value,
        orders.gmv,
        orders.order_value / nullif(orders.orders, 0) as aov,
        orders.gmv / nullif(orders.orders, 0) as gmv_per_order,
        orders.gmv / nullif(after_video.orders_after_video, 0) as gmv_per_order_after_video
    from orders
    left join after_video on orders.account_id = after_video.account_id

)

select
    accounts.account_name,
    accounts.currency,
    compared.orders,
    compared.orders_after_video,
    cast(compared.order_value as decimal(28, 2)) as aov_times_orders,
    cast(compared.gmv as decimal(28, 2)) as attributed_gmv,
    cast(compared.aov as decimal(28, 2)) as aov,
    cast(compared.gmv_per_order as decimal(28, 2)) as gmv_per_order,
    cast(compared.gmv_per_order_after_video as decimal(28, 2)) as gmv_per_order_after_video
from gmv_is_not_aov_times_orders as compared
inner join {{ ref('accounts') }} as accounts on compared.account_id = accounts.account_id
order by compared.orders desc, compared.account_id asc
