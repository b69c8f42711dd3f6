{{/* What cannot work, each with the way out. All of it at once. */}}
{{- define "meshprobe.validate" -}}
{{- $problems := list -}}
{{- range list "settings" "rollout" "fronts" "scraping" "policy" "account" "aggregator" -}}
{{- $problems = concat $problems (include (printf "meshprobe.problems.%s" .) $ | trim | splitList "\n" | compact) -}}
{{- end -}}
{{- with $problems -}}
{{- printf "these values cannot work:\n%s\n" (join "\n" .) | fail -}}
{{- end -}}
{{- end -}}

{{- define "meshprobe.problems.settings" -}}
{{- $drain := (include "meshprobe.config" . | fromJson).drain -}}
{{- $grace := .Values.agent.terminationGracePeriodSeconds -}}
{{- if le (mul 1000 $grace) (include "meshprobe.milliseconds" $drain | int) }}
- agent.terminationGracePeriodSeconds is {{ $grace }} s, so the agent is killed before config.drain, {{ $drain }}, is over: raise it or lower config.drain
{{- end }}
{{- if and .Values.meshKey.existingSecret (ne (int .Values.meshKey.generation) 1) }}
- meshKey.generation rotates the generated key only: leave it at 1 and rotate the keys in the Secret {{ .Values.meshKey.existingSecret }} yourself
{{- end }}
{{- end -}}

{{- define "meshprobe.problems.rollout" -}}
{{- with .Values.agent }}
{{- $away := ne (toString .updateStrategy.maxUnavailable | trimSuffix "%") "0" }}
{{- $surge := ne (toString .updateStrategy.maxSurge | trimSuffix "%") "0" }}
{{- if eq $away $surge }}
- exactly one of agent.updateStrategy.maxUnavailable and maxSurge can be 0: set the other one to 0
{{- end }}
{{- if and $surge .hostNetwork }}
- two agents cannot share a node's ports, so with agent.hostNetwork set agent.updateStrategy.maxSurge to 0 and maxUnavailable to 10%
{{- end }}
{{- end }}
{{- if and .Values.resourceQuota.enabled (not .Values.agent.priorityClassName) (not .Values.aggregator.priorityClassName) }}
- resourceQuota.enabled admits a priority class: set agent.priorityClassName, or resourceQuota.enabled to false
{{- end }}
{{- end -}}

{{- define "meshprobe.problems.fronts" -}}
{{- if and .Values.service.nodePort (ne .Values.service.type "NodePort") }}
- service.nodePort needs service.type NodePort
{{- end }}
{{- with .Values.ingress }}
{{- if and .enabled (not .host) }}
- ingress.enabled needs ingress.host, for which probes ask
{{- end }}
{{- if ne (empty .controller.namespace) (empty .controller.service) }}
- ingress.controller needs both namespace and service, or none of them
{{- end }}
{{- end }}
{{- if and .Values.httpRoute.enabled (not .Values.httpRoute.parentRefs) }}
- httpRoute.enabled needs httpRoute.parentRefs, the Gateways that it belongs to
{{- end }}
{{- end -}}

{{- define "meshprobe.problems.scraping" -}}
{{- if and .Values.podMonitor.enabled .Values.serviceMonitor.enabled }}
- podMonitor and serviceMonitor would scrape everything twice: enable one of them
{{- end }}
{{- if and .Values.scrapeAnnotations (or .Values.podMonitor.enabled .Values.serviceMonitor.enabled) }}
- scrapeAnnotations and a monitor would scrape everything twice: set scrapeAnnotations to false
{{- end }}
{{- end -}}

{{- define "meshprobe.problems.policy" -}}
{{- with .Values.networkPolicy }}
{{- if .enabled }}
{{- if not .apiServerCidrs }}
- networkPolicy.enabled needs networkPolicy.apiServerCidrs, from `kubectl get endpointslices,service kubernetes -n default`: no selector matches the API server
{{- end }}
{{- if not .nodeCidrs }}
- networkPolicy.enabled needs networkPolicy.nodeCidrs, from `kubectl get nodes -o wide`: agents probe the addresses of nodes
{{- end }}
{{- if $.Values.agent.hostNetwork }}
- a NetworkPolicy does not hold for agent.hostNetwork: set networkPolicy.enabled to false
{{- end }}
{{- end }}
{{- end }}
{{- end -}}

{{- define "meshprobe.problems.account" -}}
{{- with .Values.agent.serviceAccount }}
{{- if and (not .create) (not .name) }}
- agent.serviceAccount.create false needs agent.serviceAccount.name, an account that exists
{{- end }}
{{- end }}
{{- if and .Values.meshKey.existingSecret (not .Values.meshKey.existingSecretKeys) }}
- meshKey.existingSecret needs meshKey.existingSecretKeys, the keys in it
{{- end }}
{{- end -}}

{{- define "meshprobe.problems.aggregator" -}}
{{- with .Values.aggregator }}
{{- if and .enabled (not .serviceAccount.create) (not .serviceAccount.name) }}
- aggregator.serviceAccount.create false needs aggregator.serviceAccount.name, an account that exists
{{- end }}
{{- if and .enabled (include "meshprobe.aggregator.hasClaim" $) (gt (int .replicas) 1) }}
- a claim for the history can be had by one pod only: set aggregator.replicas to 1, or leave out aggregator.history.claim and existingClaim
{{- end }}
{{- if and .history.existingClaim .history.claim.enabled }}
- aggregator.history.existingClaim and claim.enabled are two places for one history: choose one
{{- end }}
{{- end }}
{{- end -}}
