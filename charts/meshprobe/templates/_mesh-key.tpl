{{/*
The three keys. Those of the cluster stay as they are, unless the generation was raised: then each moves up by one, and
only `next`, with which nobody signs yet, is new. So all agents agree while a rotation is on its way to them.
*/}}
{{- define "meshprobe.meshKey.data" -}}
{{- $there := lookup "v1" "Secret" (include "meshprobe.namespace" .) (include "meshprobe.meshKey.name" .) | default dict -}}
{{- $was := dig "metadata" "annotations" "meshprobe.io/key-generation" "0" $there | int -}}
{{- $wanted := .Values.meshKey.generation | int -}}
{{- $known := $there.data | default dict -}}
{{- if and $known (lt $wanted $was) -}}
{{- printf "meshKey.generation is %d, but the cluster's key is of generation %d: set it to %d to keep the key, to %d to rotate it" $wanted $was $was (add1 $was) | fail -}}
{{- end -}}
{{- $order := list "current" "next" "previous" -}}
{{- if and $known (gt $wanted $was) -}}
{{- $order = list "next" "fresh" "current" -}}
{{- end -}}
{{- $data := dict -}}
{{- range $index, $slot := list "current" "next" "previous" -}}
{{- $_ := set $data $slot (get $known (index $order $index) | default (randBytes 32)) -}}
{{- end -}}
{{- toJson $data -}}
{{- end -}}
