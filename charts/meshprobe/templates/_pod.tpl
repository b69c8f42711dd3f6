{{/* What all our pods have in common. */}}
{{- define "meshprobe.image" -}}
{{- $registry := .Values.global.imageRegistry | default .Values.image.registry -}}
{{- $name := list $registry .Values.image.repository | compact | join "/" -}}
{{- if .Values.image.digest -}}
{{- printf "%s@%s" $name .Values.image.digest -}}
{{- else -}}
{{- printf "%s:%s" $name (.Values.image.tag | default .Chart.AppVersion) -}}
{{- end -}}
{{- end -}}

{{- define "meshprobe.imagePullSecrets" -}}
{{- $names := list -}}
{{- range concat .Values.global.imagePullSecrets .Values.image.pullSecrets -}}
{{- $names = append $names (kindIs "string" . | ternary . (get (kindIs "map" . | ternary . dict) "name")) -}}
{{- end -}}
{{- with uniq $names -}}
imagePullSecrets:
{{- range . }}
  - name: {{ . }}
{{- end }}
{{- end -}}
{{- end -}}

{{/* A list of context, the component's values, its account and its affinity. */}}
{{- define "meshprobe.pod.common" -}}
serviceAccountName: {{ index . 2 }}
{{- /* The mount below has a token that is renewed within the hour; no other one is needed. */}}
automountServiceAccountToken: false
{{- /* Links would set MESHPROBE_SERVICE_HOST and the like, which read as settings that nobody knows. */}}
enableServiceLinks: false
{{- with include "meshprobe.imagePullSecrets" (first .) }}
{{ . }}
{{- end }}
{{- with index . 1 }}
securityContext:
  {{- toYaml .podSecurityContext | nindent 2 }}
{{- with .runtimeClassName }}
runtimeClassName: {{ quote . }}
{{- end }}
{{- with .dnsConfig }}
dnsConfig:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}
{{- with last . }}
affinity:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{/* The same for agents, and for who has to be where they are. */}}
{{- define "meshprobe.agent.pod" -}}
{{- $affinity := include "meshprobe.affinity" . | fromYaml -}}
{{ include "meshprobe.pod.common" (list . .Values.agent (include "meshprobe.serviceAccountName" .) $affinity) }}
{{- end -}}

{{/* What pods are told of themselves: a list of names. */}}
{{- define "meshprobe.pod.env" -}}
{{- $fields := dict
  "NODE_NAME" "spec.nodeName"
  "NODE_ZONE" "metadata.labels['topology.kubernetes.io/zone']"
  "POD_NAME" "metadata.name"
  "POD_UID" "metadata.uid"
  "POD_IPS" "status.podIPs"
  "HOST_IP" "status.hostIP"
-}}
{{- $env := list -}}
{{- range . -}}
{{- $env = append $env (dict "name" . "valueFrom" (dict "fieldRef" (dict "fieldPath" (get $fields .)))) -}}
{{- end -}}
{{- toYaml $env -}}
{{- end -}}

{{/*
A container of ours: a dict of `context`, `name`, the component's `values`, and its `args`, `env`, `ports` and `mounts`
beside those that all have.
*/}}
{{- define "meshprobe.container" -}}
{{- $context := .context -}}
{{- $values := .values -}}
- name: {{ .name }}
  image: {{ include "meshprobe.image" $context }}
  imagePullPolicy: {{ $context.Values.image.pullPolicy }}
  args:
    {{- concat .args $values.extraArgs | toYaml | nindent 4 }}
  env:
    {{- concat .env $values.extraEnv | toYaml | nindent 4 }}
  {{- with $values.extraEnvFrom }}
  envFrom:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  ports:
    {{- toYaml .ports | nindent 4 }}
  {{- range $kind := list "livenessProbe" "readinessProbe" "startupProbe" }}
  {{- with get $values $kind }}
  {{ $kind }}:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- end }}
  resources:
    {{- toYaml $values.resources | nindent 4 }}
  securityContext:
    {{- toYaml $values.securityContext | nindent 4 }}
  volumeMounts:
    {{- include "meshprobe.pod.mounts" $context | nindent 4 }}
    {{- with concat .mounts $values.extraVolumeMounts }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
{{- end -}}

{{- define "meshprobe.pod.mounts" -}}
- name: settings
  mountPath: /etc/meshprobe
  readOnly: true
- name: api-access
  mountPath: /var/run/secrets/kubernetes.io/serviceaccount
  readOnly: true
{{- end -}}

{{/*
A list of context and the ConfigMap with the settings. 288 is 0440: the group of the files is `fsGroup`, and not every
reader of YAML knows octal numbers.
*/}}
{{- define "meshprobe.pod.volumes" -}}
- name: settings
  projected:
    defaultMode: 288
    sources:
      - configMap:
          name: {{ last . }}
          items:
            - key: config.json
              path: config.json
      - secret:
          name: {{ include "meshprobe.meshKey.name" (first .) }}
          items:
            {{- range include "meshprobe.meshKey.slots" (first .) | fromJsonArray }}
            - key: {{ . }}
              path: keys/{{ . }}
            {{- end }}
- name: api-access
  projected:
    defaultMode: 288
    sources:
      - serviceAccountToken:
          path: token
          expirationSeconds: 3607
      - configMap:
          name: kube-root-ca.crt
          items:
            - key: ca.crt
              path: ca.crt
      - downwardAPI:
          items:
            - path: namespace
              fieldRef:
                fieldPath: metadata.namespace
{{- end -}}
