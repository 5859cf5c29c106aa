{#-
    One row per UTC date on which conversations started and date on which a send may have led to them: the 48 hours
    before a start lie on its date and the two before. Says which conversations a late send can change.
-#}
with started as (

    select distinct account_id, started_date
    from {{ ref('int_concierge__spans') }}

),

int_concierge__origin_dates as (

    select
        account_id,
        started_date,
        started_date as sent_date
    from started
    union all
    select
        account_id,
        started_date,
        started_date - 1 as sent_date
    from started
    union all
    select
        account_id,
        started_date,
        started_date - 2 as sent_date
    from started

)

select
    account_id,
    started_date,
    cast(sent_date as string) as sent_date
from int_concierge__origin_dates
