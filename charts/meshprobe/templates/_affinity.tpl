{{/*
The user's affinity without Fargate and virtual-kubelet nodes. Terms are alternatives, so each of them gets the
exclusion; without any, it is the only one.
*/}}
{{- define "meshprobe.affinity" -}}
{{- $exclusion := list
  (dict "key" "eks.amazonaws.com/compute-type" "operator" "NotIn" "values" (list "fargate"))
  (dict "key" "type" "operator" "NotIn" "values" (list "virtual-kubelet"))
-}}
{{- $affinity := deepCopy .Values.agent.affinity -}}
{{- $required := "requiredDuringSchedulingIgnoredDuringExecution" -}}
{{- $terms := list -}}
{{- range dig "nodeAffinity" $required "nodeSelectorTerms" list $affinity | default (list dict) -}}
{{- $terms = append $terms (set . "matchExpressions" (concat (.matchExpressions | default list) $exclusion)) -}}
{{- end -}}
{{- $node := dict $required (dict "nodeSelectorTerms" $terms) -}}
{{- mustMergeOverwrite $affinity (dict "nodeAffinity" $node) | toYaml -}}
{{- end -}}
