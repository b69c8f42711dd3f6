{{/*
What a selector holds can never change again, so it holds no version and nothing of the user's. A list of component and
context, as below.
*/}}
{{- define "meshprobe.component.selectorLabels" -}}
app.kubernetes.io/name: {{ include "meshprobe.name" (last .) }}
app.kubernetes.io/instance: {{ (last .).Release.Name }}
app.kubernetes.io/component: {{ first . }}
{{- end -}}

{{/* Without versions, so that a new chart with the same program restarts nobody. */}}
{{- define "meshprobe.component.podLabels" -}}
{{ include "meshprobe.component.selectorLabels" . }}
app.kubernetes.io/part-of: meshprobe
{{- end -}}

{{- define "meshprobe.component.labels" -}}
{{ include "meshprobe.component.podLabels" . }}
{{- with last . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ include "meshprobe.chart" . }}
{{- end }}
{{- end -}}

{{- define "meshprobe.selectorLabels" -}}
{{ include "meshprobe.component.selectorLabels" (list "agent" .) }}
{{- end -}}

{{- define "meshprobe.podLabels" -}}
{{ include "meshprobe.component.podLabels" (list "agent" .) }}
{{- end -}}

{{- define "meshprobe.labels" -}}
{{ include "meshprobe.component.labels" (list "agent" .) }}
{{- end -}}

{{/*
metadata of an object of the agents: a list of context, name, labels, annotations; labels of the chart win over the
user's. Whoever has another namespace appends it, or an empty one for what belongs to the whole cluster.
*/}}
{{- define "meshprobe.metadata" -}}
{{ include "meshprobe.component.metadata" (prepend . "agent") }}
{{- end -}}

{{/* The same of the aggregators. */}}
{{- define "meshprobe.aggregator.metadata" -}}
{{ include "meshprobe.component.metadata" (prepend . "aggregator") }}
{{- end -}}

{{- define "meshprobe.component.metadata" -}}
{{- $context := index . 1 -}}
{{- $ours := include "meshprobe.component.labels" (list (first .) $context) | fromYaml -}}
{{- $annotations := merge dict (index . 4) $context.Values.commonAnnotations -}}
name: {{ index . 2 }}
{{- with gt (len .) 5 | ternary (last .) (include "meshprobe.namespace" $context) }}
namespace: {{ . }}
{{- end }}
labels:
  {{- merge dict $ours (index . 3) $context.Values.commonLabels | toYaml | nindent 2 }}
{{- with $annotations }}
annotations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}
