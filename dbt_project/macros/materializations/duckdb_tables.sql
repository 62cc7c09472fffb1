{# Tables on DuckDB, replaced in one statement of one transaction.

   The adapter's own materializations build a second table, rename twice, drop the first and look for indexes, foreign
   keys and grants on the way: six statements and a dozen macros a table, which cost more than the SQL of most models.
   Nothing here has indexes, foreign keys or grants, and DuckDB replaces a table atomically. #}
{% materialization table, adapter='duckdb', supported_languages=['sql', 'python'] %}
    {%- set target = this.incorporate(type='table') -%}
    {% do drop_unless_table(load_cached_relation(this)) %}
    {{ run_hooks(pre_hooks) }}
    {% if model['language'] == 'python' %}
        {% call statement('main', language='python') %}{{ write_frame(target, compiled_code, true) }}{% endcall %}
    {% else %}
        {% call statement('main') %}{{ replace_table(target, compiled_code) }}{% endcall %}
    {% endif %}
    {% do assert_key(target) %}
    {{ run_hooks(post_hooks) }}
    {% do adapter.commit() %}
    {{ return({'relations': [target]}) }}
{% endmaterialization %}


{# The pre-hook deletes what is to be replaced, the model selects what takes its place. Columns are matched by name; a
   change of columns comes with a change of SQL, which builds everything anew. #}
{% materialization incremental, adapter='duckdb', supported_languages=['sql', 'python'] %}
    {%- set existing = load_cached_relation(this) -%}
    {%- set target = this.incorporate(type='table') -%}
    {%- set anew = existing is none or not existing.is_table or should_full_refresh() -%}
    {% do drop_unless_table(existing) %}
    {{ run_hooks(pre_hooks) }}
    {% if model['language'] == 'python' %}
        {% call statement('main', language='python') %}{{ write_frame(target, compiled_code, anew) }}{% endcall %}
    {% else %}
        {% call statement('main') %}
            {%- if anew -%}
                {{ replace_table(target, compiled_code) }}
            {%- else -%}
                insert into {{ target }} by name (
                    {{ compiled_code }}
                )
            {%- endif -%}
        {% endcall %}
    {% endif %}
    {% do assert_key(target) %}
    {{ run_hooks(post_hooks) }}
    {% do adapter.commit() %}
    {{ return({'relations': [target]}) }}
{% endmaterialization %}


{# A Python model hands over a relation of its own connection, so that its rows are written in the same transaction. Its
   columns have the types that the YAML states: those of a frame depend on what happens to be in it. #}
{% macro write_frame(target, code, anew) %}
{{ code }}

def materialize(relation, connection):
    connection.register('frame_written', relation)
    {% if anew %}
    connection.execute("""create or replace table {{ target }} {{ get_table_columns_and_constraints() }}""")
    {% endif %}
    connection.execute("""insert into {{ target }} by name (select * from frame_written)""")
    connection.unregister('frame_written')
{% endmacro %}


{% macro drop_unless_table(relation) %}
    {% if relation is not none and not relation.is_table %}{% do adapter.drop_relation(relation) %}{% endif %}
{% endmacro %}


{# A table that states `meta.primary_key` keeps it, or is not built: nothing reads rows that stand twice. A test of its own
   for each inner table would cost more than the table; marts have theirs, which readers see. #}
{% macro assert_key(target) %}
    {%- set key = config.get('meta', {}).get('primary_key') -%}
    {% if key and not config.get('contract').enforced %}
        {% set broken = run_query(keys_broken(target, key) ~ ' limit 1') %}
        {% if broken.rows | length > 0 %}
            {% set told = [] %}
            {% for column in key %}{% do told.append(column ~ ' = ' ~ broken.rows[0][column]) %}{% endfor %}
            {% do exceptions.raise_compiler_error(
                this ~ ': ' ~ broken.rows[0]['row_count'] ~ ' rows share the key ' ~ told | join(', ')
                ~ ' (or it is incomplete); each key must stand once. Nothing was replaced.'
            ) %}
        {% endif %}
    {% endif %}
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
