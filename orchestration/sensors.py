"""A failed run, and a budget that needs a person, are told to a webhook, where one is set."""

from __future__ import annotations

import dagster as dg

from orchestration.context import FROM_COMMAND_TAG, company, data_folder, settings
from orchestration.notices import failure_message, tell_alerts, tell_webhook
from orchestration.schedules import daily_job


@dg.run_failure_sensor(
    name="failure_to_webhook",
    description="Posts a failed daily run to OUTLAY_WEBHOOK_URL, as Slack takes it: the gate and its rows.",
    monitored_jobs=[daily_job],
    default_status=dg.DefaultSensorStatus.STOPPED,
)
def failure_to_webhook(context: dg.RunFailureSensorContext) -> dg.SkipReason | None:
    """Runs of the command tell the webhook themselves."""
    if settings().webhook_url is None:
        return dg.SkipReason("OUTLAY_WEBHOOK_URL is not set")
    run = context.dagster_run
    if run.tags.get(FROM_COMMAND_TAG) == "true":
        return dg.SkipReason("the command that started the run has told the webhook")
    failures = [str(event.message) for event in context.get_step_failure_events()] or [context.failure_event.message]
    day = run.tags.get("dagster/partition", "run")
    refused = tell_webhook(failure_message(company().company.name, day, [str(one) for one in failures], data_folder()))
    if refused:
        context.log.warning(refused)
    return None


@dg.run_status_sensor(
    run_status=dg.DagsterRunStatus.SUCCESS,
    name="pacing_to_webhook",
    description="Posts budgets that need a person since the last day to OUTLAY_WEBHOOK_URL, as Slack takes it.",
    monitored_jobs=[daily_job],
    default_status=dg.DefaultSensorStatus.STOPPED,
)
def pacing_to_webhook(context: dg.RunStatusSensorContext) -> dg.SkipReason | None:
    """Runs of the command tell the webhook themselves."""
    if settings().webhook_url is None:
        return dg.SkipReason("OUTLAY_WEBHOOK_URL is not set")
    if context.dagster_run.tags.get(FROM_COMMAND_TAG) == "true":
        return dg.SkipReason("the command that started the run has told the webhook")
    refused = tell_alerts(company(), data_folder())
    if refused:
        context.log.warning(refused)
    return None
