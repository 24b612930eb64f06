{{/* Names and labels. They do not depend on the release's name, and are those of Connaisseur 3.x. */}}

{{- define "connaisseur.name" -}}
{{ .Chart.Name | trunc 63 | trimSuffix "-" }}
{{- end -}}

{{/* What selectors use. They cannot be changed in an upgrade. */}}
{{- define "connaisseur.selectorLabels" -}}
app.kubernetes.io/name: {{ include "connaisseur.name" . }}
app.kubernetes.io/instance: {{ include "connaisseur.name" . }}
{{- with .Values.kubernetes.deployment.podLabels }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- define "connaisseur.redisLabels" -}}
app.kubernetes.io/name: {{ include "connaisseur.name" . }}
app.kubernetes.io/instance: redis
{{- end -}}

{{- define "connaisseur.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{ include "connaisseur.selectorLabels" . }}
{{- with .Values.kubernetes.additionalLabels }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* An object's metadata. Takes root and name; scope "cluster" leaves the namespace out; annotations; own sets the label of self-exemption. */}}
{{- define "connaisseur.metadata" -}}
metadata:
  name: {{ .name }}
  {{- if ne (default "" .scope) "cluster" }}
  namespace: {{ .root.Release.Namespace }}
  {{- end }}
  labels:
    {{- include "connaisseur.labels" .root | nindent 4 }}
    {{- if .own }}
    connaisseur.dev/own: "true"
    {{- end }}
  {{- with .annotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end -}}

{{- define "connaisseur.service" -}}
{{ include "connaisseur.name" . }}-svc
{{- end -}}

{{- define "connaisseur.redisService" -}}
{{ include "connaisseur.name" . }}-redis-service
{{- end -}}

{{- define "connaisseur.image" -}}
{{- with .Values.kubernetes.deployment.image -}}
{{- if .digest -}}
{{ .repository }}@sha256:{{ trimPrefix "sha256:" .digest }}
{{- else -}}
{{ .repository }}:{{ default (print "v" $.Chart.AppVersion) .tag }}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "connaisseur.redisImage" -}}
{{- with .Values.kubernetes.redis.image -}}
{{- if .digest -}}
{{ .repository }}@sha256:{{ trimPrefix "sha256:" .digest }}
{{- else -}}
{{ .repository }}:{{ .tag }}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* "true" where verdicts are remembered. */}}
{{- define "connaisseur.caching" -}}
{{- if gt (dig "features" "cache" "expirySeconds" 30 .Values.application | int) 0 }}true{{ end -}}
{{- end -}}

{{/* "true" where the chart brings the Redis. */}}
{{- define "connaisseur.ownRedis" -}}
{{- if and (include "connaisseur.caching" .) (not (dig "external" "host" "" .Values.kubernetes.redis)) }}true{{ end -}}
{{- end -}}

{{/* "true" where children of admitted owners are approved. The value is a boolean, its text, or a map. */}}
{{- define "connaisseur.childApproval" -}}
{{- $value := dig "features" "automaticChildApproval" true .Values.application -}}
{{- if kindIs "map" $value -}}{{- $value = dig "enabled" true $value -}}{{- end -}}
{{- if has ($value | toString | lower) (list "1" "t" "true") }}true{{ end -}}
{{- end -}}

{{/* The name of a Secret with the Redis password. */}}
{{- define "connaisseur.redisSecret" -}}
{{- $redis := .Values.kubernetes.redis -}}
{{- default (default (print (include "connaisseur.name" .) "-redis-secret") $redis.existingSecret) (dig "external" "passwordSecret" "" $redis) -}}
{{- end -}}

{{/* The name of a Secret whose tls.crt is to be trusted for Redis. */}}
{{- define "connaisseur.redisTlsSecret" -}}
{{- $redis := .Values.kubernetes.redis -}}
{{- default (default (print (include "connaisseur.name" .) "-redis-tls") (dig "tls" "secretName" "" $redis)) (dig "external" "caSecret" "" $redis) -}}
{{- end -}}

{{/* The security context of a container; takes context and root. OpenShift chooses user and group itself. */}}
{{- define "connaisseur.securityContext" -}}
{{- $context := deepCopy .context -}}
{{- if .root.Values.kubernetes.openshift -}}
{{- $context = omit $context "runAsUser" "runAsGroup" "seccompProfile" -}}
{{- else if semverCompare "<1.19-0" .root.Capabilities.KubeVersion.Version -}}
{{- $context = omit $context "seccompProfile" -}}
{{- end -}}
{{ toYaml $context }}
{{- end -}}

{{/* The name of a Secret with the key that seals what replicas share. */}}
{{- define "connaisseur.cacheKeySecret" -}}
{{- default (print (include "connaisseur.name" .) "-cache-key") .Values.kubernetes.redis.cacheKeySecret -}}
{{- end -}}
