{{- define "meshprobe.agent.container" -}}
{{- $config := include "meshprobe.config" . | fromJson -}}
{{- include "meshprobe.container" (dict
  "context" .
  "name" "agent"
  "values" .Values.agent
  "args" (list "agent" "--config" "/etc/meshprobe/config.json")
  "env" (include "meshprobe.agent.env" . | fromYamlArray)
  "ports" (list
    (dict "name" "probe" "containerPort" $config.listen.port "protocol" "TCP")
    (dict "name" "probe-udp" "containerPort" $config.listen.port "protocol" "UDP")
    (dict "name" "metrics" "containerPort" $config.metrics.port "protocol" "TCP")
  )
  "mounts" list
) -}}
{{- end -}}

{{/*
Who the agent is. Its zone is a label that the cluster copies from the node, by default since Kubernetes 1.35; empty where
it does not.
*/}}
{{- define "meshprobe.agent.env" -}}
{{ include "meshprobe.pod.env" (list "NODE_NAME" "NODE_ZONE" "POD_NAME" "POD_UID" "POD_IPS" "HOST_IP") }}
{{- end -}}
