{{/*
Settings of the aggregators: those that they share with the agents, so that the others restart agents only, and their
own, over which goes whatever the user says.
*/}}
{{- define "meshprobe.aggregator.config" -}}
{{- $agents := include "meshprobe.config" . | fromJson -}}
{{- $known := pick $agents "cluster" "round" "listen" "keys" "discovery" -}}
{{- with .Values.aggregator -}}
{{- $history := dict "keep" .history.keep "mebibytes" .history.mebibytes -}}
{{- if .history.enabled -}}
{{- $_ := set $history "directory" "/var/lib/meshprobe" -}}
{{- end -}}
{{- $_ := set $known "aggregator" (dict
  "listen" (dict "port" 7793)
  "census" (dict "agentSelector" (include "meshprobe.aggregator.agentSelector" $) "roundsPort" $agents.metrics.port)
  "lease" (dict "name" (include "meshprobe.aggregator.name" $))
  "events" (dict "enabled" .events.enabled "deployment" (include "meshprobe.aggregator.name" $))
  "nodeCondition" (dict "enabled" .nodeCondition.enabled)
  "canary" (dict "enabled" .canary.enabled)
  "auth" (dict "enabled" .auth.enabled "service" (include "meshprobe.aggregator.name" $))
  "history" $history
) -}}
{{- end -}}
{{- mustMergeOverwrite $known (pick (deepCopy .Values.config) "aggregator") | toPrettyJson -}}
{{- end -}}

{{/* Of this release: there may be another one in the namespace. */}}
{{- define "meshprobe.aggregator.agentSelector" -}}
{{- $terms := list -}}
{{- range $key, $value := include "meshprobe.selectorLabels" . | fromYaml -}}
{{- $terms = append $terms (printf "%s=%s" $key $value) -}}
{{- end -}}
{{- join "," $terms -}}
{{- end -}}
