-- How complete is what was delivered?
--
-- On the demo data: Nearly all of it is used: of 43448 lines of web sessions 24 could not be, and the worst feed,
-- conversations, lost 1.26% of 1908. The configuration was last delivered on 2026-06-08, a month before the visits.
--
-- How to read it: One row per feed. Every line is accepted, superseded by a later delivery of its record, or
-- quarantined; `quarantined_records` has those with their reason. `newest_delivery` is in the names of the files.
--
-- Beware: Complete is what arrived, not what happened: a file that was never delivered is missing here, too, and
-- only a gap in the dates shows it. Superseded lines are no loss. A line can be a page of many records, so a lost
-- line of conversations may be a hundred conversations. A record in a good page that cannot be used is listed in
-- quarantined_records and does not make its line quarantined.

with lines_that_arrived as (

    select
        feed,
        count(*) as files,
        sum(lines_delivered) as delivered,
        sum(lines_accepted) as accepted,
        sum(lines_superseded) as superseded,
        sum(lines_quarantined) as quarantined,
        max(delivered_at) as newest_delivery
    from {{ ref('landing_audit') }}
    group by feed

)

select
    feed,
    files,
    delivered,
    accepted,
    superseded,
    quarantined,
    cast(quarantined / nullif(delivered, 0) as decimal(18, 4)) as quarantined_share,
    cast(newest_delivery as date) as newest_delivery
from lines_that_arrived
order by feed
