-- To which touch was each order of the shop's own system credited?
--
-- On the demo data: BO-1 and BO-3 to conversations, BO-1 to a touch of 2026-04-17, weeks before it was paid; BO-2
-- and BO-5 to the control group, only the latter held out by chance. BO-4, of 74.00, has no conversion: it was
-- placed elsewhere.
--
-- How to read it: One row per order of the shop. The order's number is not published, so an order is matched by
-- amount and time, five minutes either way; whoever stores the purchase event's id joins on `conversion_id` and
-- needs neither. `matches` says how many conversions fit: of several none is chosen.
--
-- Beware: The orders here are invented; replace the first CTE. Two orders of one amount in the same minutes cannot
-- be told apart. Shops and tags differ in tax, shipping and currency, and a repeated order is one conversion, at
-- its first time. A conversion without attribution (`unattributed`) is matched all the same; no match means that
-- the tag did not fire, or that the visit was not delivered yet. Sum by the shop's date or by credited_date, never
-- a mixture.

with given as (

    -- stands for the shop's own table: put yours here, its times in UTC
    select 'BO-1' as order_number, timestamp '2026-05-05 03:31:58' as ordered_at, 528.32 as amount
    union all
    select 'BO-2' as order_number, timestamp '2026-05-06 01:02:40' as ordered_at, 519.38 as amount
    union all
    select 'BO-3' as order_number, timestamp '2026-05-09 02:09:04' as ordered_at, 289.95 as amount
    union all
    select 'BO-4' as order_number, timestamp '2026-05-10 05:00:00' as ordered_at, 74.00 as amount
    union all
    select 'BO-5' as order_number, timestamp '2026-05-13 13:01:52' as ordered_at, 268.07 as amount

),

shop_orders as (

    select
        order_number,
        ordered_at,
        cast(amount as decimal(18, 2)) as amount
    from given

),

conversions as (

    select *
    from {{ ref('attributed_conversions') }}
    where account_id = '36412323' and kind = 'sell'

),

matches as (

    select
        shop_orders.order_number,
        count(*) as matches,
        min(conversions.conversion_id) as conversion_id
    from shop_orders
    inner join conversions
        on
            shop_orders.amount = cast(conversions.revenue as decimal(18, 2))
            and conversions.conversion_at between shop_orders.ordered_at - interval 5 minute
            and shop_orders.ordered_at + interval 5 minute
    group by shop_orders.order_number

),

orders_of_the_shop as (

    select
        shop_orders.order_number,
        shop_orders.ordered_at,
        shop_orders.amount,
        coalesce(matches.matches, 0) as matches,
        -- of several, none: nobody knows which it is
        case when matches.matches = 1 then matches.conversion_id end as conversion_id
    from shop_orders
    left join matches on shop_orders.order_number = matches.order_number

)

select
    orders.order_number,
    orders.ordered_at,
    orders.amount,
    orders.matches,
    conversions.attribution_group,
    conversions.control_kind,
    conversions.credited_date,
    conversions.in_session,
    coalesce(names.entity_name, conversions.campaign_id) as campaign_name
from orders_of_the_shop as orders
left join conversions on orders.conversion_id = conversions.conversion_id
left join {{ ref('dim_members') }} as names
    on
        conversions.account_id = names.account_id
        and names.entity = 'campaign'
        and conversions.campaign_id = names.entity_id
order by orders.ordered_at, orders.order_number
