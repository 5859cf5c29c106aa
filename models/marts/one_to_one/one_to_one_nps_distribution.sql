{#- One row per account and rating ever given: the surveys that gave it. A survey without a rating is in none. -#}
with ratings as (

    select
        account_id,
        rating,
        count(*) as nps_rating_count
    from {{ ref('fct_one_to_one_surveys') }}
    where rating is not null
    group by account_id, rating

)

select
    ratings.account_id,
    ratings.rating,
    accounts.account_name,
    ratings.nps_rating_count
from ratings
inner join {{ ref('int_accounts') }} as accounts on ratings.account_id = accounts.account_id
