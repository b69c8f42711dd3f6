{{- define "meshprobe.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{/* Short enough that every name made from it, the longest ending in -aggregator, has at most 63 characters. */}}
{{- define "meshprobe.fullname" -}}
{{- $name := default .Chart.Name .Values.nameOverride -}}
{{- $full := contains $name .Release.Name | ternary .Release.Name (printf "%s-%s" .Release.Name $name) -}}
{{- default $full .Values.fullnameOverride | trunc 52 | trimSuffix "-" -}}
{{- end -}}

{{- define "meshprobe.agent.name" -}}
{{- printf "%s-agent" (include "meshprobe.fullname" .) -}}
{{- end -}}

{{- define "meshprobe.aggregator.name" -}}
{{- printf "%s-aggregator" (include "meshprobe.fullname" .) -}}
{{- end -}}

{{- define "meshprobe.conditions.name" -}}
{{- printf "%s-conditions" (include "meshprobe.fullname" .) -}}
{{- end -}}

{{- define "meshprobe.canary.name" -}}
{{- printf "%s-canary" (include "meshprobe.fullname" .) -}}
{{- end -}}

{{- define "meshprobe.peers.name" -}}
{{- printf "%s-peers" (include "meshprobe.fullname" .) -}}
{{- end -}}

{{- define "meshprobe.loadBalancer.name" -}}
{{- printf "%s-lb" (include "meshprobe.fullname" .) -}}
{{- end -}}

{{- define "meshprobe.meshKey.name" -}}
{{- .Values.meshKey.existingSecret | default (printf "%s-mesh-key" (include "meshprobe.fullname" .)) -}}
{{- end -}}

{{- define "meshprobe.serviceAccountName" -}}
{{- .Values.agent.serviceAccount.name | default (include "meshprobe.agent.name" .) -}}
{{- end -}}

{{- define "meshprobe.aggregator.serviceAccountName" -}}
{{- .Values.aggregator.serviceAccount.name | default (include "meshprobe.aggregator.name" .) -}}
{{- end -}}

{{/*
Of what we have in a namespace: a list of context, name and namespace. In namespaces of others, and in the whole cluster,
the name says whose it is: there may be more than one release.
*/}}
{{- define "meshprobe.nameIn" -}}
{{- $own := include "meshprobe.namespace" (first .) -}}
{{- eq (last .) $own | ternary (index . 1) (printf "%s-%s" (index . 1) $own) -}}
{{- end -}}

{{- define "meshprobe.namespace" -}}
{{- default .Release.Namespace .Values.namespaceOverride -}}
{{- end -}}

{{- define "meshprobe.chart" -}}
{{- printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" -}}
{{- end -}}
