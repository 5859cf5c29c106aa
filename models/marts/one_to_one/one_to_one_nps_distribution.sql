{#- One row per account and rating ever given: the surveys that gave it. A survey without a rating is in none. -#}
{{ config(materialized='view') }}

with ratings as (

    select
        account_id,
        rating,
        count(*) as nps_rating_count
    from {{ ref('int_one_to_one__surveys') }}
    where rating is not null
    group by account_id, rating

)

select
    account_id,
    rating,
    nps_rating_count
from ratings
