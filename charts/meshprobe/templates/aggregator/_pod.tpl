{{- define "meshprobe.aggregator.container" -}}
{{- $port := (include "meshprobe.aggregator.config" . | fromJson).aggregator.listen.port -}}
{{- with .Values.aggregator -}}
{{- $env := include "meshprobe.pod.env" (list "NODE_NAME" "POD_NAME" "POD_UID" "POD_IPS") | fromYamlArray -}}
{{- /* An arena of malloc for each thread holds 30 MiB that nobody uses. */ -}}
{{- $env = append $env (dict "name" "MALLOC_ARENA_MAX" "value" "1") -}}
{{- with .nodeOptions -}}
{{- $env = append $env (dict "name" "NODE_OPTIONS" "value" .) -}}
{{- end -}}
{{- include "meshprobe.container" (dict
  "context" $
  "name" "aggregator"
  "values" .
  "args" (list "aggregator" "--config" "/etc/meshprobe/config.json")
  "env" $env
  "ports" (list (dict "name" "http" "containerPort" $port "protocol" "TCP"))
  "mounts" (ternary (list (dict "name" "history" "mountPath" "/var/lib/meshprobe")) list .history.enabled)
) -}}
{{- end -}}
{{- end -}}

{{- define "meshprobe.aggregator.claimName" -}}
{{- .Values.aggregator.history.existingClaim | default (include "meshprobe.aggregator.name" .) -}}
{{- end -}}

{{- define "meshprobe.aggregator.hasClaim" -}}
{{- with .Values.aggregator.history -}}
{{- if and .enabled (or .existingClaim .claim.enabled) }}true{{ end -}}
{{- end -}}
{{- end -}}

{{- define "meshprobe.aggregator.volumes" -}}
{{ include "meshprobe.pod.volumes" (list . (include "meshprobe.aggregator.name" .)) }}
{{- with .Values.aggregator.history }}
{{- if include "meshprobe.aggregator.hasClaim" $ }}
- name: history
  persistentVolumeClaim:
    claimName: {{ include "meshprobe.aggregator.claimName" $ | quote }}
{{- else if .enabled }}
- name: history
  emptyDir:
    {{- /* Who exceeds it is evicted, so it is more than the history ever takes. */}}
    sizeLimit: {{ add .mebibytes (div .mebibytes 8) 16 }}Mi
{{- end }}
{{- end }}
{{- end -}}

{{/*
Spread over nodes and zones. Only nodes that take the pod count, so that a lone worker beside tainted nodes takes both;
and only pods of the same version, so that a rollout ends as spread as it began.
*/}}
{{- define "meshprobe.aggregator.spread" -}}
{{- $version := .Capabilities.KubeVersion.Version -}}
{{- $spread := .Values.aggregator.spread -}}
{{- $constraints := list -}}
{{- range $key, $wanted := dict "kubernetes.io/hostname" $spread.nodes "topology.kubernetes.io/zone" $spread.zones -}}
{{- if $wanted -}}
{{- $constraint := dict "topologyKey" $key "maxSkew" 1 "whenUnsatisfiable" $wanted -}}
{{- $_ := set $constraint "labelSelector" (dict "matchLabels" (include "meshprobe.component.selectorLabels" (list "aggregator" $) | fromYaml)) -}}
{{- if semverCompare ">=1.26-0" $version -}}
{{- $_ := set $constraint "nodeTaintsPolicy" "Honor" -}}
{{- else -}}
{{- $_ := set $constraint "whenUnsatisfiable" "ScheduleAnyway" -}}
{{- end -}}
{{- if semverCompare ">=1.27-0" $version -}}
{{- $_ := set $constraint "matchLabelKeys" (list "pod-template-hash") -}}
{{- end -}}
{{- $constraints = append $constraints $constraint -}}
{{- end -}}
{{- end -}}
{{- concat $constraints .Values.aggregator.topologySpreadConstraints | toYaml -}}
{{- end -}}
