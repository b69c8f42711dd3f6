{{/* What PodMonitor and ServiceMonitor have in common; each is given its own values. */}}
{{- define "meshprobe.monitor.endpoint" -}}
path: /metrics
interval: {{ .interval }}
scheme: {{ .scheme }}
honorLabels: {{ .honorLabels }}
{{- with .scrapeTimeout }}
scrapeTimeout: {{ . }}
{{- end }}
{{- range $field := list "tlsConfig" "relabelings" "metricRelabelings" }}
{{- with get $ $field }}
{{ $field }}:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}
{{- end -}}

{{- define "meshprobe.monitor.spec" -}}
jobLabel: {{ .jobLabel }}
{{- range $limit := list "sampleLimit" "targetLimit" "labelLimit" }}
{{- with get $ $limit }}
{{ $limit }}: {{ . | int }}
{{- end }}
{{- end }}
{{- with .attachMetadata }}
attachMetadata:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .extraSpec }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* A list of context, the monitor's values, and the component that it is of. */}}
{{- define "meshprobe.monitor.metadata" -}}
{{- $context := first . -}}
{{- $component := last . -}}
{{- with index . 1 -}}
{{- $namespace := .namespace | default (include "meshprobe.namespace" $context) -}}
{{- $name := printf "%s-%s" (include "meshprobe.fullname" $context) $component -}}
{{- include "meshprobe.component.metadata" (list $component $context $name .additionalLabels .annotations $namespace) -}}
{{- end -}}
{{- end -}}

{{/*
One for each component: a list of its name and its port of metrics.
*/}}
{{- define "meshprobe.monitor.components" -}}
{{- $components := list (list "agent" "metrics") -}}
{{- if .Values.aggregator.enabled -}}
{{- $components = append $components (list "aggregator" "http") -}}
{{- end -}}
{{- toJson $components -}}
{{- end -}}


{{/* For a Prometheus without its operator: annotations of a pod with metrics at this port. */}}
{{- define "meshprobe.scrapeAnnotations" -}}
prometheus.io/scrape: "true"
prometheus.io/port: {{ int . | quote }}
prometheus.io/path: /metrics
{{- end -}}
