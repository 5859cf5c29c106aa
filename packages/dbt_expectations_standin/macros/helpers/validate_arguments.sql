{#- Argument checks shared by the tests. Each one stops compilation with one clear sentence. -#}

{% macro _stop(test_name, sentence) %}
    {% do exceptions.raise_compiler_error('dbt_expectations.' ~ test_name ~ ': ' ~ sentence) %}
{% endmacro %}

{% macro _require_boolean(test_name, argument, value) %}
    {% if value is not boolean %}
        {% do dbt_expectations._stop(
            test_name,
            "'" ~ argument ~ "' must be true or false, got '" ~ value ~ "'.",
        ) %}
    {% endif %}
{% endmacro %}

{% macro _require_text(test_name, argument, value) %}
    {% if value is not string or not value | trim %}
        {% do dbt_expectations._stop(
            test_name,
            "'" ~ argument ~ "' must be a non-empty string, got '" ~ value ~ "'.",
        ) %}
    {% endif %}
{% endmacro %}

{#- A text that is placed between single quotes: a quote inside it has to be doubled. -#}
{% macro _require_quotable(test_name, argument, value) %}
    {% if value is string and (value | replace("''", '')).count("'") > 0 %}
        {% do dbt_expectations._stop(
            test_name,
            "write a single quote inside '" ~ argument ~ "' twice, got \"" ~ value ~ '".',
        ) %}
    {% endif %}
{% endmacro %}

{#- A row condition is absent (none or the empty string) or a text of SQL. -#}
{% macro _require_condition(test_name, argument, value) %}
    {% if value is not none and value is not string %}
        {% do dbt_expectations._stop(
            test_name,
            "'" ~ argument ~ "' must be a SQL condition written as a string, got '" ~ value ~ "'.",
        ) %}
    {% endif %}
{% endmacro %}

{% macro _require_columns(test_name, argument, value) %}
    {% if value is string or value is mapping or value is not sequence or not value %}
        {% do dbt_expectations._stop(
            test_name,
            "'" ~ argument ~ "' must be a list of at least one column, got '" ~ value ~ "'.",
        ) %}
    {% endif %}
    {% for column in value %}
        {% do dbt_expectations._require_text(
            test_name, argument ~ '[' ~ loop.index0 ~ ']', column
        ) %}
    {% endfor %}
{% endmacro %}

{#- Grouping columns may be left out. -#}
{% macro _require_group_by(test_name, argument, value) %}
    {% if value is not none %}
        {% do dbt_expectations._require_columns(test_name, argument, value) %}
    {% endif %}
{% endmacro %}

{#- At least one bound; each a number or a text of SQL (a column, a quoted date, a cast). -#}
{% macro _require_bounds(test_name, min_value, max_value) %}
    {% if min_value is none and max_value is none %}
        {% do dbt_expectations._stop(test_name, "give 'min_value', 'max_value' or both.") %}
    {% endif %}
    {% for argument, value in [('min_value', min_value), ('max_value', max_value)] %}
        {% if value is not none %}
            {% set is_number = value is number and value is not boolean %}
            {% set is_text = value is string and (value | trim) != '' %}
            {% if not is_number and not is_text %}
                {% do dbt_expectations._stop(
                    test_name,
                    "'" ~ argument ~ "' must be a number or a SQL expression, got '" ~ value ~ "'.",
                ) %}
            {% endif %}
        {% endif %}
    {% endfor %}
{% endmacro %}

{% macro _require_value_set(test_name, value_set, quote_values) %}
    {% set is_list = value_set is sequence and value_set is not string %}
    {% if not is_list or value_set is mapping or not value_set %}
        {% do dbt_expectations._stop(
            test_name,
            "'value_set' must be a list of at least one value, got '" ~ value_set ~ "'.",
        ) %}
    {% endif %}
    {% for value in value_set %}
        {% if value is not string and value is not number and value is not boolean %}
            {% do dbt_expectations._stop(
                test_name,
                "'value_set' may hold strings, numbers and booleans only, got '" ~ value ~ "'.",
            ) %}
        {% endif %}
        {% if quote_values %}
            {% do dbt_expectations._require_quotable(test_name, 'value_set', value) %}
        {% endif %}
    {% endfor %}
{% endmacro %}
