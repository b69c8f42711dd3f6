{{/* What an operator still has to decide, as it follows from the values. */}}
{{- define "meshprobe.undecided" -}}
{{- $points := list -}}
{{- range list "readers" "scraping" "paths" "key" "network" -}}
{{- $points = concat $points (include (printf "meshprobe.undecided.%s" .) $ | trim | splitList "\n" | compact) -}}
{{- end -}}
{{- with $points }}
Still to decide:
{{ join "\n" . }}
{{- end -}}
{{- end -}}

{{- define "meshprobe.undecided.readers" -}}
{{- with .Values.aggregator }}
{{- if not .enabled }}
- Nobody says what is at fault: aggregator.enabled. `kubectl meshprobe diagnose --direct` asks the agents themselves.
{{- else if not .auth.enabled }}
- Every pod that reaches the Service {{ include "meshprobe.aggregator.name" $ }} may read what was found, without a token; nobody can change anything there: aggregator.auth.enabled, or a NetworkPolicy.
{{- end }}
{{- end }}
{{- end -}}

{{- define "meshprobe.undecided.scraping" -}}
{{- $monitor := .Values.podMonitor.enabled | ternary .Values.podMonitor .Values.serviceMonitor }}
{{- if and (not $monitor.enabled) (not .Values.scrapeAnnotations) }}
- Nothing scrapes the metrics: podMonitor.enabled, or scrapeAnnotations for a Prometheus without its operator.
{{- else if and $monitor.enabled (not (hasKey $monitor.additionalLabels "release")) }}
- A Prometheus of kube-prometheus-stack ignores the monitor until additionalLabels has `release: <name of that release>`.
{{- end }}
{{- if .Values.serviceMonitor.enabled }}
- With more than 1,000 nodes use podMonitor: agents beyond the thousandth may not be scraped by a ServiceMonitor.
{{- end }}
{{- end -}}

{{- define "meshprobe.undecided.paths" -}}
{{- if ne .Values.service.type "NodePort" }}
- NodePorts are not probed: service.type=NodePort.
{{- end }}
{{- if not .Values.loadBalancer.enabled }}
- No load balancer is probed: loadBalancer.enabled (it may be public, see its annotations and sourceRanges).
{{- end }}
{{- if not .Values.ingress.enabled }}
- No ingress is probed: ingress.enabled with ingress.host.
{{- else if not .Values.ingress.controller.service }}
- Ingress controllers are not probed one by one: ingress.controller.namespace and ingress.controller.service.
{{- end }}
{{- if .Values.httpRoute.enabled }}
- Agents do not probe through a Gateway yet; the HTTPRoute is there for probes of your own.
{{- end }}
{{- end -}}

{{- define "meshprobe.undecided.key" -}}
{{- if .Values.meshKey.existingSecret }}
- The mesh key in the Secret {{ .Values.meshKey.existingSecret }} is yours to rotate; the chart's README says how.
{{- else }}
- With GitOps or `helm template` set meshKey.existingSecret: they would make a new mesh key at every turn.
{{- end }}
{{- end -}}

{{- define "meshprobe.undecided.network" -}}
{{- if .Values.agent.hostNetwork }}
- agent.hostNetwork needs a namespace whose pod security is privileged, and the agents do not probe the pod network.
{{- end }}
{{- if .Values.networkPolicy.enabled }}
- The NetworkPolicy changes what is measured: agents may go where other pods may not, and the other way round.
{{- end }}
{{- if not .Values.rbac.create }}
- rbac.create is false: without the rights in the chart's README agents find no peers, and aggregators no agents.
{{- end }}
{{- end -}}

{{/* How the program finds the aggregators, where they are not where it looks. */}}
{{- define "meshprobe.notes.where" -}}
{{- $namespace := include "meshprobe.namespace" . -}}
{{- $service := include "meshprobe.aggregator.name" . -}}
{{- if ne $namespace "meshprobe" }} --namespace {{ $namespace }}{{ end -}}
{{- if ne $service "meshprobe-aggregator" }} --service {{ $service }}{{ end -}}
{{- end -}}
