"""What Titus tells about itself: figures for Prometheus, logs, traces by OpenTelemetry, error reports to Sentry."""
