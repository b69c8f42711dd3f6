{{/*
Every check that the agents make, and what this installation itself is asked: does the cluster's DNS know our Service,
are metrics served behind our headless one, and is an aggregator ready behind its own.
*/}}
{{- define "meshprobe.test.args" -}}
{{- $config := include "meshprobe.config" . | fromJson -}}
{{- $domain := dig "checks" "dns_service" "clusterDomain" "cluster.local" $config -}}
{{- $zone := printf "%s.svc.%s" (include "meshprobe.namespace" .) $domain -}}
{{- $metrics := printf "http://%s.%s:%d/metrics" (include "meshprobe.peers.name" .) $zone (int $config.metrics.port) -}}
{{- $targets := append (dig "checks" "external" "targets" list $config) $metrics -}}
{{- if .Values.aggregator.enabled -}}
{{- $port := (include "meshprobe.aggregator.config" . | fromJson).aggregator.listen.port -}}
{{- $targets = append $targets (printf "http://%s.%s:%d/readyz" (include "meshprobe.aggregator.name" .) $zone (int $port)) -}}
{{- end -}}
{{- $args := list "check" "--patience=30" "--config" "/etc/meshprobe/config.json"
  (printf "--checks.dns_service.internalName=%s.%s" (include "meshprobe.fullname" .) $zone)
  (printf "--checks.external.targets=%s" (join "," $targets))
-}}
{{- concat $args .Values.tests.extraArgs | toJson -}}
{{- end -}}
