{# Tables on DuckDB, replaced in one statement of one transaction.

   The adapter's own materializations build a second table, rename twice, drop the first and look for indexes, foreign
   keys and grants on the way: six statements and a dozen macros a table, which cost more than the SQL of most models.
   Nothing here has indexes, foreign keys or grants, and DuckDB replaces a table atomically. #}
{% materialization table, adapter='duckdb' %}
    {%- set target = this.incorporate(type='table') -%}
    {% do drop_unless_table(load_cached_relation(this)) %}
    {{ run_hooks(pre_hooks) }}
    {% call statement('main') %}{{ replace_table(target, compiled_code) }}{% endcall %}
    {{ run_hooks(post_hooks) }}
    {% do adapter.commit() %}
    {{ return({'relations': [target]}) }}
{% endmaterialization %}


{# The pre-hook deletes what is to be replaced, the model selects what takes its place. Columns are matched by name; a
   change of columns comes with a change of SQL, which builds everything anew. #}
{% materialization incremental, adapter='duckdb' %}
    {%- set existing = load_cached_relation(this) -%}
    {%- set target = this.incorporate(type='table') -%}
    {%- set anew = existing is none or not existing.is_table or should_full_refresh() -%}
    {% do drop_unless_table(existing) %}
    {{ run_hooks(pre_hooks) }}
    {% call statement('main') %}
        {%- if anew -%}
            {{ replace_table(target, compiled_code) }}
        {%- else -%}
            insert into {{ target }} by name (
                {{ compiled_code }}
            )
        {%- endif -%}
    {% endcall %}
    {{ run_hooks(post_hooks) }}
    {% do adapter.commit() %}
    {{ return({'relations': [target]}) }}
{% endmaterialization %}


{% macro drop_unless_table(relation) %}
    {% if relation is not none and not relation.is_table %}{% do adapter.drop_relation(relation) %}{% endif %}
{% endmacro %}


{% macro replace_table(target, code) %}
    {% if config.get('contract').enforced %}
        {{ get_assert_columns_equivalent(code) }}
        create or replace table {{ target }} {{ get_table_columns_and_constraints() }};
        insert into {{ target }} {{ get_column_names() }} (
            {{ get_select_subquery(code) }}
        )
    {% else %}
        create or replace table {{ target }} as (
            {{ code }}
        )
    {% endif %}
{% endmacro %}
