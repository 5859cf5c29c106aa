-- What the dashboards count is what was credited: for every account, credited date and group, the dataset's
-- conversions are the attributed conversions that have a credited date, neither more nor fewer.
with credited as (

    select
        account_id,
        credited_date as date_day,
        attribution_group,
        count(*) as conversions,
        count(case when kind = 'sell' then 1 end) as sell_conversions
    from {{ ref('attributed_conversions') }}
    where credited_date is not null
    group by account_id, credited_date, attribution_group

),

counted as (

    select
        account_id,
        date_day,
        attribution_group,
        sum(conversions) as conversions,
        sum(sell_conversions) as sell_conversions
    from {{ ref('conversions_daily') }}
    group by account_id, date_day, attribution_group

)

select
    coalesce(credited.account_id, counted.account_id) as account_id,
    coalesce(credited.date_day, counted.date_day) as date_day,
    coalesce(credited.attribution_group, counted.attribution_group) as attribution_group,
    credited.conversions as credited_conversions,
    counted.conversions as counted_conversions,
    credited.sell_conversions as credited_sell_conversions,
    counted.sell_conversions as counted_sell_conversions
from credited
full outer join counted
    on
        credited.account_id = counted.account_id
        and credited.date_day = counted.date_day
        and credited.attribution_group = counted.attribution_group
where
    coalesce(credited.conversions, 0) <> coalesce(counted.conversions, 0)
    or coalesce(credited.sell_conversions, 0) <> coalesce(counted.sell_conversions, 0)
