{{/* Certificates. */}}

{{/*
"true" where the rendering can look into a cluster. Whoever may do nothing outside the release's namespace can see that one; where
Helm is still to make it, kube-system is there.
*/}}
{{- define "connaisseur.inCluster" -}}
{{- if lookup "v1" "Namespace" "" .Release.Namespace }}true{{ else if lookup "v1" "Namespace" "" "kube-system" }}true{{ end -}}
{{- end -}}

{{- define "connaisseur.tlsSource" -}}
{{- $tls := default dict . -}}
{{- default (ternary "values" "generated" (not (empty $tls.cert))) $tls.source -}}
{{- end -}}

{{/* The names that a certificate for a service is for, as JSON; takes service and namespace. */}}
{{- define "connaisseur.dnsNames" -}}
{{- $full := printf "%s.%s" .service .namespace -}}
{{ list .service $full (print $full ".svc") (print $full ".svc.cluster.local") | toJson }}
{{- end -}}

{{/*
Where a certificate is made here or taken from the values: cert, key and ca in base64, and issued; as YAML. Takes root, path, tls,
secret (name of the serving Secret), caSecret and service. One that the cluster has is kept: Connaisseur 3.x's, which is its own
CA, as long as it stands, one that this chart's CA signed until a quarter of its days are over.
*/}}
{{- define "connaisseur.certificate" -}}
{{- $namespace := .root.Release.Namespace -}}
{{- if eq (include "connaisseur.tlsSource" .tls) "values" -}}
{{- toYaml (dict "cert" (b64enc .tls.cert) "key" (b64enc .tls.key) "ca" (default .tls.cert .tls.ca | b64enc)) -}}
{{- else -}}
{{- include "connaisseur.needsCluster" (dict "root" .root "path" .path "do" (printf "Set %s.source to secret, certManager or values" .path)) -}}
{{- $days := dig "generated" "days" 365 (default dict .tls) | int -}}
{{- $now := now | unixEpoch | int64 -}}
{{- $authority := lookup "v1" "Secret" $namespace .caSecret -}}
{{- $serving := lookup "v1" "Secret" $namespace .secret -}}
{{- $servingData := default dict (get $serving "data") -}}
{{- $issued := dig "metadata" "annotations" "connaisseur.dev/issued" "0" $serving | int64 -}}
{{- if and (not $authority) (get $servingData "tls.crt") -}}
{{- $crt := get $servingData "tls.crt" -}}
{{- toYaml (dict "cert" $crt "key" (get $servingData "tls.key") "ca" $crt) -}}
{{- else -}}
{{- $ca := dict -}}
{{- if $authority -}}
{{- $ca = buildCustomCert (get $authority.data "tls.crt") (get $authority.data "tls.key") -}}
{{- else -}}
{{- $ca = genCA (printf "%s.%s" .caSecret $namespace) 3650 -}}
{{- end -}}
{{- $made := dict "ca" (b64enc $ca.Cert) "caKey" (b64enc $ca.Key) -}}
{{- if and (get $servingData "tls.crt") (gt $issued 0) (lt (sub $now $issued) (mul $days 21600)) -}}
{{- toYaml (merge $made (dict "cert" (get $servingData "tls.crt") "key" (get $servingData "tls.key") "issued" ($issued | toString))) -}}
{{- else -}}
{{- $names := include "connaisseur.dnsNames" (dict "service" .service "namespace" $namespace) | fromJsonArray -}}
{{- $pair := genSignedCert (printf "%s.%s.svc" .service $namespace) nil $names $days $ca -}}
{{- toYaml (merge $made (dict "cert" (b64enc $pair.Cert) "key" (b64enc $pair.Key) "issued" ($now | toString))) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* The Secrets of a certificate; takes root, made (from above), secret and caSecret. */}}
{{- define "connaisseur.certificateSecrets" -}}
{{- $annotations := dict -}}
{{- with .made.issued }}{{- $annotations = dict "connaisseur.dev/issued" (toString .) -}}{{ end -}}
apiVersion: v1
kind: Secret
{{ include "connaisseur.metadata" (dict "root" .root "name" .secret "annotations" $annotations) }}
type: Opaque
data:
  tls.crt: {{ .made.cert }}
  tls.key: {{ .made.key }}
  {{- with .made.ca }}
  ca.crt: {{ . }}
  {{- end }}
{{- if .made.caKey }}
---
# Signs the certificate above. Nothing mounts it.
apiVersion: v1
kind: Secret
{{ include "connaisseur.metadata" (dict "root" .root "name" .caSecret) }}
type: Opaque
data:
  tls.crt: {{ .made.ca }}
  tls.key: {{ .made.caKey }}
{{- end }}
{{- end -}}

{{/*
Redis' certificate, which is its own CA: cert and key in base64, as YAML. From the values, else the one that the cluster has, else
a new one.
*/}}
{{- define "connaisseur.redisCertificate" -}}
{{- $tls := default dict .Values.kubernetes.redis.tls -}}
{{- if $tls.cert -}}
{{- toYaml (dict "cert" (b64enc $tls.cert) "key" (b64enc $tls.key)) -}}
{{- else -}}
{{- include "connaisseur.needsCluster" (dict "root" . "path" "kubernetes.redis.tls" "do" "Set kubernetes.redis.tls.secretName, or cert and key beside it, or name a Redis of your own in kubernetes.redis.external") -}}
{{- $service := include "connaisseur.redisService" . -}}
{{- $data := default dict (get (lookup "v1" "Secret" .Release.Namespace (include "connaisseur.redisTlsSecret" .)) "data") -}}
{{- if get $data "tls.crt" -}}
{{- toYaml (dict "cert" (get $data "tls.crt") "key" (get $data "tls.key")) -}}
{{- else -}}
{{- $names := include "connaisseur.dnsNames" (dict "service" $service "namespace" .Release.Namespace) | fromJsonArray -}}
{{- $pair := genSelfSignedCert (printf "%s.%s.svc" $service .Release.Namespace) nil $names 3650 -}}
{{- toYaml (dict "cert" (b64enc $pair.Cert) "key" (b64enc $pair.Key)) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* Fails where a rendering cannot look into the cluster; takes root, path and do. */}}
{{- define "connaisseur.needsCluster" -}}
{{- if not (include "connaisseur.inCluster" .root) -}}
{{- fail (printf "\n\n%s: this is to be generated, but this rendering cannot look into the cluster (helm template, --dry-run=client, Argo CD), so that each rendering would make another one. %s. See the page 'Install', section 'GitOps'.\n" .path .do) -}}
{{- end -}}
{{- end -}}

{{/* The name of the Secret that the controller serves with. */}}
{{- define "connaisseur.servingSecret" -}}
{{- $tls := default dict .Values.kubernetes.deployment.tls -}}
{{- ternary $tls.secretName (print (include "connaisseur.name" .) "-tls") (eq (include "connaisseur.tlsSource" $tls) "secret") -}}
{{- end -}}
