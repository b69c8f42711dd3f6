{{/* What a selector holds can never change again, so it holds no version and nothing of the user's. */}}
{{- define "meshprobe.selectorLabels" -}}
app.kubernetes.io/name: {{ include "meshprobe.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/component: agent
{{- end -}}

{{/* Without versions, so that a new chart with the same program restarts nobody. */}}
{{- define "meshprobe.podLabels" -}}
{{ include "meshprobe.selectorLabels" . }}
app.kubernetes.io/part-of: meshprobe
{{- end -}}

{{- define "meshprobe.labels" -}}
{{ include "meshprobe.podLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ include "meshprobe.chart" . }}
{{- end -}}

{{/*
metadata of an object of the agents: a list of context, name, labels, annotations; labels of the chart win over the
user's. Whoever has another namespace appends it.
*/}}
{{- define "meshprobe.metadata" -}}
{{- $context := index . 0 -}}
{{- $ours := include "meshprobe.labels" $context | fromYaml -}}
{{- $annotations := merge dict (index . 3) $context.Values.commonAnnotations -}}
name: {{ index . 1 }}
namespace: {{ gt (len .) 4 | ternary (last .) (include "meshprobe.namespace" $context) }}
labels:
  {{- merge dict $ours (index . 2) $context.Values.commonLabels | toYaml | nindent 2 }}
{{- with $annotations }}
annotations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}
