{{/* What the agent's pods and the test pod have in common. */}}
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

{{- define "meshprobe.pod.common" -}}
serviceAccountName: {{ include "meshprobe.serviceAccountName" . }}
{{- /* The mount below has a token that is renewed within the hour; no other one is needed. */}}
automountServiceAccountToken: false
{{- /* Links would set MESHPROBE_SERVICE_HOST and the like, which read as settings that nobody knows. */}}
enableServiceLinks: false
{{- with include "meshprobe.imagePullSecrets" . }}
{{ . }}
{{- end }}
{{- with .Values.agent }}
securityContext:
  {{- toYaml .podSecurityContext | nindent 2 }}
{{- with .runtimeClassName }}
runtimeClassName: {{ . }}
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
affinity:
  {{- include "meshprobe.affinity" . | nindent 2 }}
{{- end -}}

{{- define "meshprobe.pod.mounts" -}}
- name: settings
  mountPath: /etc/meshprobe
  readOnly: true
- name: api-access
  mountPath: /var/run/secrets/kubernetes.io/serviceaccount
  readOnly: true
{{- end -}}

{{/* 288 is 0440: the group of the files is `fsGroup`, and not every reader of YAML knows octal numbers. */}}
{{- define "meshprobe.pod.volumes" -}}
- name: settings
  projected:
    defaultMode: 288
    sources:
      - configMap:
          name: {{ include "meshprobe.agent.name" . }}
          items:
            - key: config.json
              path: config.json
      - secret:
          name: {{ include "meshprobe.meshKey.name" . }}
          items:
            {{- range include "meshprobe.meshKey.slots" . | fromJsonArray }}
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
