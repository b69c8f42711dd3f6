{{/*
Every check that the agents make, and two questions about this installation: does the cluster's DNS know our Service,
and are metrics served behind our headless one.
*/}}
{{- define "meshprobe.test.args" -}}
{{- $config := include "meshprobe.config" . | fromJson -}}
{{- $domain := dig "checks" "dns_service" "clusterDomain" "cluster.local" $config -}}
{{- $zone := printf "%s.svc.%s" (include "meshprobe.namespace" .) $domain -}}
{{- $metrics := printf "http://%s.%s:%d/metrics" (include "meshprobe.peers.name" .) $zone (int $config.metrics.port) -}}
{{- $targets := append (dig "checks" "external" "targets" list $config) $metrics -}}
{{- $args := list "check" "--config" "/etc/meshprobe/config.json"
  (printf "--checks.dns_service.internalName=%s.%s" (include "meshprobe.fullname" .) $zone)
  (printf "--checks.external.targets=%s" (join "," $targets))
-}}
{{- concat $args .Values.tests.extraArgs | toJson -}}
{{- end -}}
