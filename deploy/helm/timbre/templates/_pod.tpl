{{- define "timbre.name" -}}
{{- if contains "timbre" .Release.Name -}}
{{- .Release.Name | trunc 50 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-timbre" .Release.Name | trunc 50 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{/* What all pods of a release are found by. */}}
{{- define "timbre.selector" -}}
app.kubernetes.io/name: timbre
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "timbre.labels" -}}
{{ include "timbre.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end -}}

{{/* What every pod is: nobody special, who can gain nothing and call no Kubernetes API. */}}
{{- define "timbre.pod" -}}
automountServiceAccountToken: false
enableServiceLinks: false
{{- with .Values.imagePullSecrets }}
imagePullSecrets: {{ toYaml . | nindent 2 }}
{{- end }}
securityContext:
  runAsNonRoot: true
  runAsUser: 65532
  runAsGroup: 65532
  # By which the Secret's files can be read: Kubernetes makes them root's, mode 0440.
  fsGroup: 65532
  fsGroupChangePolicy: OnRootMismatch
  seccompProfile: {type: RuntimeDefault}
{{- with .Values.nodeSelector }}
nodeSelector: {{ toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.tolerations }}
tolerations: {{ toYaml . | nindent 2 }}
{{- end }}
volumes:
  - name: secrets
    secret: {secretName: {{ .Values.secret.name | quote }}, defaultMode: 0440}
  - name: scratch
    emptyDir: {sizeLimit: {{ .Values.scratch.sizeLimit | quote }}}
  {{- with .Values.models.existingClaim }}
  - name: models
    persistentVolumeClaim: {claimName: {{ . | quote }}, readOnly: true}
  {{- end }}
{{- end -}}

{{/* What every container is. */}}
{{- define "timbre.container" -}}
image: "{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}"
imagePullPolicy: {{ .Values.image.pullPolicy }}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities: {drop: [ALL]}
volumeMounts:
  - {name: secrets, mountPath: /run/secrets/timbre, readOnly: true}
  - {name: scratch, mountPath: /data}
  {{- if .Values.models.existingClaim }}
  - {name: models, mountPath: /models, readOnly: true}
  {{- end }}
{{- end -}}

{{/* Where the secrets lie, for all containers. */}}
{{- define "timbre.secrets" -}}
- {name: TIMBRE_CONFIG, value: /run/secrets/timbre/timbre.toml}
- {name: TIMBRE__DATA__MASTER_KEY, value: /run/secrets/timbre/master.key}
{{- end -}}

{{/* Replicas apart from each other, where that can be: (list . "serve"). */}}
{{- define "timbre.spread" -}}
{{- $root := index . 0 -}}
{{- $component := index . 1 -}}
topologySpreadConstraints:
  {{- range list "topology.kubernetes.io/zone" "kubernetes.io/hostname" }}
  - maxSkew: 1
    topologyKey: {{ . }}
    whenUnsatisfiable: ScheduleAnyway
    labelSelector:
      matchLabels:
        {{- include "timbre.selector" $root | nindent 8 }}
        app.kubernetes.io/component: {{ $component }}
  {{- end }}
{{- end -}}
