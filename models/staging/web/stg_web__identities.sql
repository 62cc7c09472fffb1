{{ config(materialized='table') }}

with recursive

source as (
    select * from {{ landed('identities') }}
),

latest as (
    select * from source
    qualify {{ version_number(['user_id']) }} = 1
),

aliases as (
    select
        user_id,
        canonical_user_id
    from latest
    where user_id <> canonical_user_id
),

-- Everyone whom a user leads to, however long the chain. The union drops what it has seen, so a circle ends.
reached as (
    select
        user_id,
        canonical_user_id as reached_user_id
    from aliases

    union

    select
        reached.user_id,
        aliases.canonical_user_id as reached_user_id
    from reached
    inner join aliases on reached.reached_user_id = aliases.user_id
),

circular as (
    select user_id from reached
    where user_id = reached_user_id
),

-- A chain ends where nobody is further aliased; in a circle the lowest id stands for all.
canonical as (
    select
        reached.user_id,
        min(reached.reached_user_id) as canonical_user_id
    from reached
    left join aliases on reached.reached_user_id = aliases.user_id
    left join circular on reached.reached_user_id = circular.user_id
    where aliases.user_id is null or circular.user_id is not null
    group by reached.user_id
),

identities as (
    select * from canonical
    where user_id <> canonical_user_id
)

select * from identities
order by user_id
