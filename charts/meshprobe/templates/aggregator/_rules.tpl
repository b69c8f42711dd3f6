{{/*
What the aggregators do with the API server, by namespace: src/discovery/watch/topics.ts and src/publish, as it follows
from the settings in effect, and nothing else. The README has the same as a table.
*/}}
{{- define "meshprobe.aggregator.rules" -}}
{{- $config := include "meshprobe.aggregator.config" . | fromJson -}}
{{- $kubernetes := $config.discovery.kubernetes -}}
{{- $own := include "meshprobe.namespace" . -}}
{{- $kinds := dict $own (list "own") -}}
{{- if and $config.aggregator.canary.enabled (get $kubernetes "canaryService") -}}
{{- $_ := set $kinds $own (append (get $kinds $own) "canary") -}}
{{- end -}}
{{- $_ := set $kinds "default" (append (get $kinds "default" | default list) "apiServers") -}}
{{- $replicas := list -}}
{{- if $kubernetes.dnsService -}}
{{- $replicas = append $replicas $kubernetes.dnsNamespace -}}
{{- end -}}
{{- if $kubernetes.ingressService -}}
{{- $replicas = append $replicas $kubernetes.ingressNamespace -}}
{{- end -}}
{{- range $replicas | compact | uniq -}}
{{- $_ := set $kinds . (append (get $kinds . | default list) "replicas") -}}
{{- end -}}
{{- if $config.aggregator.events.enabled -}}
{{- range $namespace := keys $kinds -}}
{{- $_ := set $kinds $namespace (append (get $kinds $namespace) "events") -}}
{{- end -}}
{{- /* Which Pod or Service an Event is about: its UID. */ -}}
{{- $_ := set $kinds $own (append (get $kinds $own) "uids") -}}
{{- end -}}
{{- $rules := dict -}}
{{- range $namespace, $names := $kinds -}}
{{- $text := list -}}
{{- range $names -}}
{{- $text = append $text (include (printf "meshprobe.aggregator.rules.%s" .) $ | trim) -}}
{{- end -}}
{{- $_ := set $rules $namespace (join "\n" $text) -}}
{{- end -}}
{{- toJson $rules -}}
{{- end -}}

{{- define "meshprobe.aggregator.rules.own" }}
# Whose rounds to read, and who is ready.
- apiGroups: [""]
  resources: [pods]
  verbs: [list, watch]
# What agents tell that nobody can read.
- apiGroups: [""]
  resources: [events]
  verbs: [list, watch]
# Which replica writes; created anew if somebody deletes it.
- apiGroups: [coordination.k8s.io]
  resources: [leases]
  verbs: [create]
- apiGroups: [coordination.k8s.io]
  resources: [leases]
  verbs: [patch]
  resourceNames: [{{ (include "meshprobe.aggregator.config" . | fromJson).aggregator.lease.name }}]
{{- end -}}

{{- define "meshprobe.aggregator.rules.canary" }}
{{- $name := (include "meshprobe.aggregator.config" . | fromJson).discovery.kubernetes.canaryService }}
# The Service whose backends keep changing: whose the slice is, what it says, and the next generation.
- apiGroups: [""]
  resources: [services]
  verbs: [get]
  resourceNames: [{{ $name }}]
- apiGroups: [discovery.k8s.io]
  resources: [endpointslices]
  verbs: [list, create]
- apiGroups: [discovery.k8s.io]
  resources: [endpointslices]
  verbs: [update]
  resourceNames: [{{ $name }}]
{{- end -}}

{{- define "meshprobe.aggregator.rules.apiServers" }}
# Where the API servers are.
- apiGroups: [discovery.k8s.io]
  resources: [endpointslices]
  verbs: [list, watch]
  resourceNames: [kubernetes]
{{- end -}}

{{- define "meshprobe.aggregator.rules.replicas" }}
# Where the replicas of the cluster DNS, or of the ingress controller, are.
- apiGroups: [discovery.k8s.io]
  resources: [endpointslices]
  verbs: [list, watch]
{{- end -}}

{{- define "meshprobe.aggregator.rules.events" }}
# Findings about what is in this namespace, or in `default` about nodes; list: what another replica has told already.
- apiGroups: [""]
  resources: [events]
  verbs: [create, list]
{{- end -}}

{{- define "meshprobe.aggregator.rules.uids" }}
# The UIDs of Pods and Services that Events are about.
- apiGroups: [discovery.k8s.io]
  resources: [endpointslices]
  verbs: [list]
{{- end -}}

{{- define "meshprobe.aggregator.rules.cluster" }}
{{- with (include "meshprobe.aggregator.config" . | fromJson).aggregator }}
# Nodes, their zones, addresses, cordons and readiness.
- apiGroups: [""]
  resources: [nodes]
  verbs: [list, watch]
{{- if .events.enabled }}
# The UID of a Node that an Event is about.
- apiGroups: [""]
  resources: [nodes]
  verbs: [get]
{{- end }}
{{- if .auth.enabled }}
# Who asks, and whether they may read. It changes nothing.
- apiGroups: [authentication.k8s.io]
  resources: [tokenreviews]
  verbs: [create]
- apiGroups: [authorization.k8s.io]
  resources: [subjectaccessreviews]
  verbs: [create]
{{- end }}
{{- end }}
{{- end -}}

{{- define "meshprobe.aggregator.rules.conditions" }}
# The condition NetworkProbeFailed, set and taken away.
- apiGroups: [""]
  resources: [nodes/status]
  verbs: [patch]
{{- end -}}
