{{/* Settings of the agents: what the chart knows, and over it whatever the user says. */}}
{{- define "meshprobe.config" -}}
{{- $known := dict
  "cluster" .Values.cluster
  "drain" "15s"
  "listen" (dict "port" 7790)
  "metrics" (dict "port" 7791)
  "keys" (include "meshprobe.config.keys" . | fromJson)
  "discovery" (dict "kubernetes" (include "meshprobe.config.kubernetes" . | fromJson))
  "checks" (include "meshprobe.config.checks" . | fromJson)
-}}
{{- if .Values.aggregator.enabled -}}
{{- $_ := set $known "unread" (dict "events" true) -}}
{{- end -}}
{{- mustMergeOverwrite $known (omit (deepCopy .Values.config) "aggregator") | toPrettyJson -}}
{{- end -}}

{{- define "meshprobe.config.keys" -}}
{{- $files := list -}}
{{- range include "meshprobe.meshKey.slots" . | fromJsonArray -}}
{{- $files = append $files (printf "/etc/meshprobe/keys/%s" .) -}}
{{- end -}}
{{- dict "files" $files | toJson -}}
{{- end -}}

{{/* The first signs. Everybody accepts `next` before anybody signs with it. */}}
{{- define "meshprobe.meshKey.slots" -}}
{{- empty .Values.meshKey.existingSecret | ternary (list "current" "next" "previous") .Values.meshKey.existingSecretKeys | toJson -}}
{{- end -}}

{{- define "meshprobe.config.kubernetes" -}}
{{- $known := dict
  "namespace" (include "meshprobe.namespace" .)
  "peersService" (include "meshprobe.peers.name" .)
  "service" (include "meshprobe.fullname" .)
  "dnsNamespace" "kube-system"
  "dnsService" "kube-dns"
-}}
{{- if .Values.loadBalancer.enabled -}}
{{- $_ := set $known "loadbalancerService" (include "meshprobe.loadBalancer.name" .) -}}
{{- end -}}
{{- if and .Values.aggregator.enabled .Values.aggregator.canary.enabled -}}
{{- $_ := set $known "canaryService" (include "meshprobe.canary.name" .) -}}
{{- end -}}
{{- if .Values.ingress.enabled -}}
{{- $_ := set $known "ingressName" (include "meshprobe.fullname" .) -}}
{{- with .Values.ingress.controller -}}
{{- $_ := set $known "ingressNamespace" .namespace -}}
{{- $_ := set $known "ingressService" .service -}}
{{- end -}}
{{- end -}}
{{- toJson $known -}}
{{- end -}}

{{- define "meshprobe.config.checks" -}}
{{- with .Values.ingress -}}
{{- if .enabled -}}
{{- $rule := dict "host" .host "path" .path "tls" (not (empty .tls)) -}}
{{- dict "ingress" $rule "ingress_replica" $rule | toJson -}}
{{- else -}}
{}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* Milliseconds of a duration as settings have it: 500ms, 15s, 2m, 1h. */}}
{{- define "meshprobe.milliseconds" -}}
{{- $unit := regexFind "[a-z]+$" . -}}
{{- mul (trimSuffix $unit . | int) (get (dict "ms" 1 "s" 1000 "m" 60000 "h" 3600000) $unit) -}}
{{- end -}}
