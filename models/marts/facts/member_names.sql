{#- One row per account, kind of member and member that has a name: what the members of figures are called. -#}
{{ config(materialized='view') }}

with names as (

    select * from {{ ref('int_configuration__names') }}

)

select
    account_id,
    entity,
    entity_id,
    {{ member_key('entity', 'account_id', 'entity_id') }} as member_key,
    entity_name
from names
