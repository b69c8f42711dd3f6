{{/*
What the agent asks the API server, by namespace: the questions of src/discovery/questions.ts, as they follow from the
settings in effect, and nothing else.
*/}}
{{- define "meshprobe.agent.rules" -}}
{{- $kubernetes := (include "meshprobe.config" . | fromJson).discovery.kubernetes -}}
{{- $slices := dict "apiGroups" (list "discovery.k8s.io") "resources" (list "endpointslices") -}}
{{- $listing := merge (dict "verbs" (list "list")) $slices -}}
{{- $own := list $listing -}}
{{- with list $kubernetes.service $kubernetes.loadbalancerService | compact | uniq -}}
{{- $own = append $own (dict "apiGroups" (list "") "resources" (list "services") "verbs" (list "get") "resourceNames" .) -}}
{{- end -}}
{{- with $kubernetes.ingressName -}}
{{- $own = append $own (dict "apiGroups" (list "networking.k8s.io") "resources" (list "ingresses") "verbs" (list "get") "resourceNames" (list .)) -}}
{{- end -}}
{{- $rules := dict (include "meshprobe.namespace" .) $own -}}
{{- $elsewhere := list -}}
{{- if $kubernetes.dnsService -}}
{{- $elsewhere = append $elsewhere $kubernetes.dnsNamespace -}}
{{- end -}}
{{- if $kubernetes.ingressService -}}
{{- $elsewhere = append $elsewhere $kubernetes.ingressNamespace -}}
{{- end -}}
{{- range $elsewhere | compact | uniq -}}
{{- if not (hasKey $rules .) -}}
{{- $_ := set $rules . (list $listing) -}}
{{- end -}}
{{- end -}}
{{- $apiServers := merge (dict "verbs" (list "get") "resourceNames" (list "kubernetes")) $slices -}}
{{- $_ := set $rules "default" (append (get $rules "default" | default list) $apiServers) -}}
{{- toJson $rules -}}
{{- end -}}
