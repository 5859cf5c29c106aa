-- Made by hand: nulls, values on a bound, repeated keys (also with nulls), characters that mean
-- something in a regular expression, a quote, a line break, the empty string.
select
    cast(id as integer) as id,
    cast(grp as varchar) as grp,
    cast(qty as integer) as qty,
    cast(amount as decimal(10, 2)) as amount,
    cast(code as varchar) as code,
    cast(lo as integer) as lo,
    cast(hi as integer) as hi,
    cast(k1 as varchar) as k1,
    cast(k2 as varchar) as k2,
    cast(flag as boolean) as flag,
    cast(on_day as date) as on_day,
    cast(rank as integer) as "order",
from (
    values
    (1, 'a', 0, 1.50, 'AB-12', 1, 2, 'x', 'p', true, '2020-01-01', 1),
    (2, 'a', 5, 2.50, 'ab-34', 2, 2, 'x', 'p', true, '2020-01-02', 1),
    (3, 'a', 10, 0.00, 'AB-1', 3, 2, 'x', null, false, '2020-01-31', 2),
    (4, 'b', 10, -1.00, 'a.c', 4, null, 'x', null, null, '2020-02-01', 3),
    (5, 'b', 11, null, 'abc', null, 5, null, null, true, null, 3),
    (6, 'b', null, 3.00, '', null, null, null, null, false, '2019-12-31', null),
    (7, null, -1, 4.00, null, 7, 7, 'y', 'q', true, '2020-01-01', null),
    (8, null, 5, 2.50, 'line1' || chr(10) || 'line2', 8, 1, 'y', 'r', false, '2020-01-15', 4),
    (9, 'c', 100, 12.00, 'o''brien', 9, 10, 'Y', 'q', null, '2020-03-01', 5)
) as made (id, grp, qty, amount, code, lo, hi, k1, k2, flag, on_day, rank)
