"""Counters and gauges, in one place so that each has one meaning. Names follow Prometheus' conventions."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

registry = CollectorRegistry()

received = Counter("genjin_callbacks_total", "Authentic callbacks kept", ["account", "what"], registry=registry)
refused = Counter(
    "genjin_callbacks_refused_total", "Callbacks not authentic or malformed", ["account", "code"], registry=registry
)
handled = Counter("genjin_events_total", "Events handled, by what became of them", ["kind", "state"], registry=registry)
handling = Histogram(
    "genjin_handling_seconds",
    "From claiming an event to its committed outcome",
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
    registry=registry,
)
waited = Histogram(
    "genjin_inbox_wait_seconds",
    "From being received to being claimed",
    buckets=(0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 30, 120),
    registry=registry,
)
conflicts = Counter(
    "genjin_conflicts_total", "Work that was in another's way and went again", ["where"], registry=registry
)
pushed = Counter(
    "genjin_pushes_total", "Pushes by account and how their sending ended", ["account", "end"], registry=registry
)
posted = Counter("genjin_webhooks_total", "Calls to addresses outside, by how they ended", ["end"], registry=registry)
models = Counter("genjin_model_calls_total", "Calls to the large model, by how they ended", ["end"], registry=registry)
outbox_depth = Gauge("genjin_outbox_rows", "Rows in the outbox by state", ["state"], registry=registry)
outbox_age = Gauge("genjin_outbox_oldest_seconds", "Age of the oldest unsent row that is due", registry=registry)
inbox_depth = Gauge("genjin_inbox_rows", "Rows in the inbox by state", ["state"], registry=registry)
late_moments = Gauge("genjin_moments_late", "Due moments not fired a minute after their time", registry=registry)
