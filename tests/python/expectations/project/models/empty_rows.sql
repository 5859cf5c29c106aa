select *
from {{ ref('edge_rows') }}
where false
