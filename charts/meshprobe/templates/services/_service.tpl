{{- define "meshprobe.service.families" -}}
ipFamilyPolicy: {{ .Values.ipFamilyPolicy }}
{{- with .Values.ipFamilies }}
ipFamilies:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{/* A Service that is itself a path to be probed: probes by TCP, no metrics. A list of context and nodePort. */}}
{{- define "meshprobe.service.probe" -}}
selector:
  {{- include "meshprobe.selectorLabels" (first .) | nindent 2 }}
ports:
  - name: probe
    port: {{ (include "meshprobe.config" (first .) | fromJson).listen.port }}
    targetPort: probe
    protocol: TCP
    {{- with last . }}
    nodePort: {{ . }}
    {{- end }}
{{- end -}}
