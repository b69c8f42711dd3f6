{{/* Agents and the test pod: both probe. */}}
{{- define "meshprobe.policy.ourPods" -}}
{{ include "meshprobe.policy.podsOf" (list . "agent" "test") }}
{{- end -}}

{{/* A list of context and components. */}}
{{- define "meshprobe.policy.podsOf" -}}
matchLabels:
  app.kubernetes.io/instance: {{ (first .).Release.Name }}
  app.kubernetes.io/part-of: meshprobe
matchExpressions:
  - key: app.kubernetes.io/component
    operator: In
    values: {{ rest . | toJson }}
{{- end -}}

{{/* Whom agents talk to, either way, besides the API server and DNS. A list of context and CIDRs. */}}
{{- define "meshprobe.policy.peers" -}}
{{- $peers := list (dict "podSelector" (include "meshprobe.policy.ourPods" (first .) | fromYaml)) -}}
{{- range last . -}}
{{- $peers = append $peers (dict "ipBlock" (dict "cidr" .)) -}}
{{- end -}}
{{- with (include "meshprobe.config" (first .) | fromJson).discovery.kubernetes.ingressNamespace -}}
{{- $peers = append $peers (include "meshprobe.policy.namespace" . | fromYaml) -}}
{{- end -}}
{{- toYaml $peers -}}
{{- end -}}

{{- define "meshprobe.policy.namespace" -}}
namespaceSelector:
  matchLabels:
    kubernetes.io/metadata.name: {{ . }}
{{- end -}}

{{- define "meshprobe.policy.ingress" -}}
- from:
    {{- /* Through a NodePort or a load balancer a probe has a node's address. */}}
    {{- include "meshprobe.policy.peers" (list . .Values.networkPolicy.nodeCidrs) | nindent 4 }}
  ports:
    - port: probe
      protocol: TCP
    - port: probe-udp
      protocol: UDP
- from:
    - podSelector:
        {{- include "meshprobe.policy.podsOf" (list . "agent" "test" "aggregator") | nindent 8 }}
    {{- with .Values.networkPolicy.metricsFrom }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  ports:
    - port: metrics
      protocol: TCP
{{- end -}}

{{- define "meshprobe.policy.egress" -}}
{{- /* To any port: a NodePort may be any. */ -}}
- to:
    {{- include "meshprobe.policy.peers" (list . (concat .Values.networkPolicy.nodeCidrs .Values.networkPolicy.frontCidrs)) | nindent 4 }}
{{- if .Values.aggregator.enabled }}
{{- /* `helm test` asks whether it is ready. */}}
- to:
    - podSelector:
        {{- include "meshprobe.policy.podsOf" (list . "aggregator") | nindent 8 }}
  ports:
    - port: http
      protocol: TCP
{{- end }}
{{ include "meshprobe.policy.servers" . }}
{{- end -}}

{{/* API server and DNS, which all of us ask. */}}
{{- define "meshprobe.policy.servers" -}}
{{- with .Values.networkPolicy -}}
- to:
    {{- with (include "meshprobe.config" $ | fromJson).discovery.kubernetes.dnsNamespace }}
    - {{ include "meshprobe.policy.namespace" . | indent 6 | trim }}
    {{- end }}
    {{- /* Where the node-local DNS cache listens. */}}
    - ipBlock:
        cidr: 169.254.20.10/32
  ports:
    {{- range .dnsPorts }}
    - port: {{ . }}
      protocol: UDP
    - port: {{ . }}
      protocol: TCP
    {{- end }}
- to:
    {{- range .apiServerCidrs }}
    - ipBlock:
        cidr: {{ . }}
    {{- end }}
  ports:
    {{- range .apiServerPorts }}
    - port: {{ . }}
      protocol: TCP
    {{- end }}
{{- end -}}
{{- end -}}

{{/*
Who reads the aggregators: Prometheus and whoever else may, the API server for `kubectl`, the kubelet, and the test pod.
*/}}
{{- define "meshprobe.policy.aggregator.ingress" -}}
{{- with .Values.networkPolicy -}}
- from:
    - podSelector:
        {{- include "meshprobe.policy.podsOf" (list $ "test") | nindent 8 }}
    {{- range concat .apiServerCidrs .nodeCidrs }}
    - ipBlock:
        cidr: {{ . }}
    {{- end }}
    {{- with concat .metricsFrom .readersFrom }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  ports:
    - port: http
      protocol: TCP
{{- end -}}
{{- end -}}

{{- define "meshprobe.policy.aggregator.egress" -}}
- to:
    - podSelector:
        {{- include "meshprobe.policy.podsOf" (list . "agent") | nindent 8 }}
  ports:
    - port: metrics
      protocol: TCP
{{ include "meshprobe.policy.servers" . }}
{{- end -}}
