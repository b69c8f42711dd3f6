{{/*
A Role, or without a namespace a ClusterRole, and its binding to the aggregators: a list of context, name, namespace and
rules as text.
*/}}
{{- define "meshprobe.aggregator.role" -}}
{{- $context := index . 0 -}}
{{- $namespace := index . 2 -}}
{{- $kind := empty $namespace | ternary "ClusterRole" "Role" -}}
{{- $name := include "meshprobe.nameIn" (list $context (index . 1) $namespace) -}}
{{- $metadata := include "meshprobe.aggregator.metadata" (list $context $name dict dict $namespace) -}}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: {{ $kind }}
metadata:
  {{- $metadata | nindent 2 }}
rules:
  {{- last . | trim | nindent 2 }}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: {{ $kind }}Binding
metadata:
  {{- $metadata | nindent 2 }}
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: {{ $kind }}
  name: {{ $name }}
subjects:
  - kind: ServiceAccount
    name: {{ include "meshprobe.aggregator.serviceAccountName" $context }}
    namespace: {{ include "meshprobe.namespace" $context }}
{{- end -}}
