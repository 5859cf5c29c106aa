{#-
    The campaign key of a dataset: 'none' where the fact has neither an engagement nor names a campaign, so that
    'unknown' is left for campaigns that exist (something ran in them) and that nobody names.
-#}
{% macro campaign_or_none(campaign, engagement) -%}
    case when {{ engagement }} is null and {{ campaign }} = 'unknown' then 'none' else {{ campaign }} end
{%- endmacro %}
