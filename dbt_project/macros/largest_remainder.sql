{#
The rows of `relation` with a further column `result` (DECIMAL(18,4)): `total` divided among the rows of a group in
proportion to `weight`, by largest remainder, so that the parts sum to the total exactly. Ties go to the first row in
`order_by`. `total` and `weight` are amounts of at most 4 decimals; `total` is the same on every row of the group. Whole
cents stay whole cents. Where the weights of a group sum to nothing, the result is NULL.
#}
{% macro largest_remainder(relation, total, weight, within, order_by, result) -%}
    {%- set group = within | join(', ') -%}
    (
        select
            {{ all_but(
                ['lr_weight', 'lr_weights', 'lr_step', 'lr_parts', 'lr_floor', 'lr_rest', 'lr_rank', 'lr_left'],
                'placed'
            ) }},
            {{ from_units(
                'sign(' ~ total ~ ') * lr_step * (lr_floor + case when lr_rank <= lr_left then 1 else 0 end)', 4
            ) }} as {{ result }}
        from (
            select
                rested.*,
                row_number() over (
                    partition by {{ group }} order by lr_rest desc, {{ order_by | join(', ') }}
                ) as lr_rank,
                lr_parts - sum(lr_floor) over (partition by {{ group }}) as lr_left
            from (
                select
                    floored.*,
                    lr_parts * lr_weight - lr_weights * lr_floor as lr_rest
                from (
                    select
                        weighed.*,
                        {{ floor_division('lr_parts * lr_weight', 'lr_weights') }} as lr_floor
                    from (
                        select
                            {{ all_but(['lr_weight', 'lr_weights'], 'signed') }},
                            lr_weight * sign(lr_weights) as lr_weight,
                            abs(lr_weights) as lr_weights,
                            {{ cent_step(total) }} as lr_step,
                            {{ whole_quotient('abs(' ~ as_units(total, 4) ~ ')', cent_step(total)) }} as lr_parts
                        from (
                            select
                                given.*,
                                {{ as_units(weight, 4) }} as lr_weight,
                                sum({{ as_units(weight, 4) }}) over (partition by {{ group }}) as lr_weights
                            from {{ relation }} as given
                        ) as signed
                    ) as weighed
                ) as floored
            ) as rested
        ) as placed
    )
{%- endmacro %}


{# Whole number divided by a positive whole number, rounded down; NULL when the divisor is 0. #}
{% macro floor_division(numerator, divisor) -%}
    ({{ whole_quotient(numerator, divisor) }} - case when ({{ numerator }}) % ({{ divisor }}) < 0 then 1 else 0 end)
{%- endmacro %}
