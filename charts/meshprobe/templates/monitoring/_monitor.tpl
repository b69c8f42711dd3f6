{{/* What PodMonitor and ServiceMonitor have in common; each is given its own values. */}}
{{- define "meshprobe.monitor.endpoint" -}}
port: metrics
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

{{/* A list of context and the monitor's values. */}}
{{- define "meshprobe.monitor.metadata" -}}
{{- $context := first . -}}
{{- with last . -}}
{{- $namespace := .namespace | default (include "meshprobe.namespace" $context) -}}
{{- include "meshprobe.metadata" (list $context (include "meshprobe.agent.name" $context) .additionalLabels .annotations $namespace) -}}
{{- end -}}
{{- end -}}
