-- Groups under another name: one with as many rows as in edge_rows (a), one with fewer (b), one
-- with more (c), one that edge_rows does not have (d), and the null group.
select
    cast(id as integer) as id,
    cast(team as varchar) as team,
    cast(team as varchar) as grp,
from (
    values
    (1, 'a'), (2, 'a'), (3, 'a'),
    (4, 'b'), (5, 'b'),
    (6, 'c'), (7, 'c'),
    (8, 'd'),
    (9, null), (10, null)
) as made (id, team)
