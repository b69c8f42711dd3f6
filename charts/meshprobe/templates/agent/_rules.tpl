{{/*
What the agent asks the API server, by namespace: the questions of src/discovery/questions.ts, as they follow from the
settings in effect, and its Events; nothing else.
*/}}
{{- define "meshprobe.agent.rules" -}}
{{- $config := include "meshprobe.config" . | fromJson -}}
{{- $kubernetes := $config.discovery.kubernetes -}}
{{- $slices := dict "apiGroups" (list "discovery.k8s.io") "resources" (list "endpointslices") -}}
{{- $listing := merge (dict "verbs" (list "list")) $slices -}}
{{- $own := list $listing -}}
{{- with list $kubernetes.service $kubernetes.loadbalancerService (get $kubernetes "canaryService") | compact | uniq -}}
{{- $own = append $own (dict "apiGroups" (list "") "resources" (list "services") "verbs" (list "get") "resourceNames" .) -}}
{{- end -}}
{{- with $kubernetes.ingressName -}}
{{- $own = append $own (dict "apiGroups" (list "networking.k8s.io") "resources" (list "ingresses") "verbs" (list "get") "resourceNames" (list .)) -}}
{{- end -}}
{{- /* By an Event an agent that no aggregator can read tells whom it cannot reach. */ -}}
{{- if dig "unread" "events" false $config -}}
{{- $own = append $own (dict "apiGroups" (list "") "resources" (list "events") "verbs" (list "create")) -}}
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
