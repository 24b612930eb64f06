{{- define "old.selector" -}}
app.kubernetes.io/name: connaisseur
app.kubernetes.io/instance: connaisseur
{{- end -}}

{{- define "old.labels" -}}
helm.sh/chart: connaisseur-{{ .Chart.Version }}
{{ include "old.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end -}}

{{/* An object's head; takes root, kind, api and name. */}}
{{- define "old.head" -}}
apiVersion: {{ .api }}
kind: {{ .kind }}
metadata:
  name: {{ .name }}
  namespace: {{ .root.Release.Namespace }}
  labels:
    {{- include "old.labels" .root | nindent 4 }}
{{- end -}}

{{/* A certificate that is its own CA, kept in the cluster. */}}
{{- define "old.certificate" -}}
{{- $live := default dict (get (lookup "v1" "Secret" .root.Release.Namespace .secret) "data") -}}
{{- if $live -}}
{{- toYaml (dict "crt" (get $live "tls.crt") "key" (get $live "tls.key")) -}}
{{- else -}}
{{- $name := printf "%s.%s" .service .root.Release.Namespace -}}
{{- $pair := genSelfSignedCert (print $name ".svc") nil (list .service $name (print $name ".svc") (print $name ".svc.cluster.local")) 36500 -}}
{{- toYaml (dict "crt" (b64enc $pair.Cert) "key" (b64enc $pair.Key)) -}}
{{- end -}}
{{- end -}}
