{#-
    One row per conversion that a touch earned: of what kind and when that touch was. The highest precedence inside
    the window earns it, there the latest or the earliest touch by the account's rule.

    No conversion is paired with the touches in its window, which would be a square where one visitor has them all.
    One look along the visitor's time finds the latest touch of a kind up to the conversion, or the earliest from
    the window's start on; if that one is not inside the window, none is.
-#}
{{
    config(
        materialized='incremental',
        unit=['account_id', 'visitor_id'],
        touched_by={
            'int_conversions__distinct': 'visitor_id',
            'int_conversions__touches': 'visitor_id',
            'int_accounts': none,
        },
    )
}}

with conversions as (

    select
        conversions.account_id,
        conversions.conversion_id,
        conversions.visitor_id,
        conversions.achieved_ms,
        conversions.achieved_ms
        - cast(accounts.cross_session_window_days * 86400000 as bigint) as window_start_ms,
        accounts.touch_rule = 'first' as is_first_touch
    from {{ ref('int_conversions__distinct') }} as conversions
    inner join {{ ref('int_accounts') }} as accounts on conversions.account_id = accounts.account_id
    where {{ is_touched('conversions.account_id', 'conversions.visitor_id') }}

),

kinds as (

    select 1 as precedence
    union all
    select 2 as precedence
    union all
    select 3 as precedence

),

moments as (

    select
        account_id,
        visitor_id,
        precedence,
        touch_ms as moment_ms,
        touch_ms,
        cast(null as string) as conversion_id,
        cast(null as bigint) as achieved_ms,
        cast(null as bigint) as window_start_ms,
        cast(null as boolean) as is_first_touch
    from {{ ref('int_conversions__touches') }}
    where {{ is_touched('account_id', 'visitor_id') }}
    union all
    select
        conversions.account_id,
        conversions.visitor_id,
        kinds.precedence,
        case
            when conversions.is_first_touch then conversions.window_start_ms else conversions.achieved_ms
        end as moment_ms,
        null as touch_ms,
        conversions.conversion_id,
        conversions.achieved_ms,
        conversions.window_start_ms,
        conversions.is_first_touch
    from conversions
    cross join kinds

),

looks as (

    -- a range takes in all of its instant, so what happens together needs no order
    select
        *,
        case
            when is_first_touch
                then min(touch_ms) over (
                    partition by account_id, visitor_id, precedence order by moment_ms
                    range between current row and unbounded following
                )
            else max(touch_ms) over (
                partition by account_id, visitor_id, precedence order by moment_ms
                range between unbounded preceding and current row
            )
        end as found_ms
    from moments

),

candidates as (

    select
        account_id,
        visitor_id,
        conversion_id,
        precedence,
        found_ms as touch_ms,
        bool_or(precedence = 2) over (partition by account_id, conversion_id) as had_exposure,
        row_number() over (partition by account_id, conversion_id order by precedence) as place
    from looks
    where conversion_id is not null and found_ms between window_start_ms and achieved_ms

),

int_conversions__credits as (

    select {{ all_columns_but(['place']) }} from candidates
    where place = 1

)

select * from int_conversions__credits
