{{- define "meshprobe.agent.container" -}}
{{- $config := include "meshprobe.config" . | fromJson -}}
{{- with .Values.agent -}}
- name: agent
  image: {{ include "meshprobe.image" $ }}
  imagePullPolicy: {{ $.Values.image.pullPolicy }}
  args:
    {{- concat (list "agent" "--config" "/etc/meshprobe/config.json") .extraArgs | toYaml | nindent 4 }}
  env:
    {{- include "meshprobe.agent.env" $ | nindent 4 }}
    {{- with .extraEnv }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  {{- with .extraEnvFrom }}
  envFrom:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  ports:
    - name: probe
      containerPort: {{ $config.listen.port }}
      protocol: TCP
    - name: probe-udp
      containerPort: {{ $config.listen.port }}
      protocol: UDP
    - name: metrics
      containerPort: {{ $config.metrics.port }}
      protocol: TCP
  {{- range $kind := list "livenessProbe" "readinessProbe" "startupProbe" }}
  {{- with get $.Values.agent $kind }}
  {{ $kind }}:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- end }}
  resources:
    {{- toYaml .resources | nindent 4 }}
  securityContext:
    {{- toYaml .securityContext | nindent 4 }}
  volumeMounts:
    {{- include "meshprobe.pod.mounts" $ | nindent 4 }}
    {{- with .extraVolumeMounts }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
{{- end -}}
{{- end -}}

{{/* Who the agent is. */}}
{{- define "meshprobe.agent.env" -}}
- name: NODE_NAME
  valueFrom:
    fieldRef:
      fieldPath: spec.nodeName
{{- /* A label that the cluster copies from the node, by default since Kubernetes 1.35; empty where it does not. */}}
- name: NODE_ZONE
  valueFrom:
    fieldRef:
      fieldPath: metadata.labels['topology.kubernetes.io/zone']
- name: POD_UID
  valueFrom:
    fieldRef:
      fieldPath: metadata.uid
- name: POD_IPS
  valueFrom:
    fieldRef:
      fieldPath: status.podIPs
- name: HOST_IP
  valueFrom:
    fieldRef:
      fieldPath: status.hostIP
{{- end -}}
