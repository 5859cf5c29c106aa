{#-
    One row per account that subscribes to a marketplace, with its provider. Whether the provider may read the texts of
    its conversations is decided here and nowhere else.
-#}
with int_marketplace__subscribers as (

    select
        account_id,
        account_name,
        provider_account_id,
        transcript_sharing as is_transcript_shared
    from {{ ref('int_accounts') }}
    where
        provider_account_id is not null
        -- a provider's own conversations are not its network's
        and provider_account_id <> account_id

)

select * from int_marketplace__subscribers
