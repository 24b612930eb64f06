{{/* What the API server asks about, and whom. */}}

{{- define "connaisseur.rules" -}}
rules:
  - operations: ["CREATE", "UPDATE"]
    apiGroups: ["apps"]
    apiVersions: ["v1"]
    resources: ["deployments", "replicasets", "daemonsets", "statefulsets"]
  - operations: ["CREATE", "UPDATE"]
    apiGroups: [""]
    apiVersions: ["v1"]
    resources: ["pods", "pods/ephemeralcontainers", "replicationcontrollers"]
  - operations: ["CREATE", "UPDATE"]
    apiGroups: ["batch"]
    apiVersions: ["v1"]
    resources: ["jobs", "cronjobs"]
{{- end -}}

{{/* The webhook configurations whose state the process watches, as JSON. */}}
{{- define "connaisseur.watchedWebhooks" -}}
{{- $name := include "connaisseur.name" . -}}
{{- $watched := list -}}
{{- if .Values.kubernetes.rbac.webhooks -}}
{{- $watched = append $watched (print "mutating/" $name "-webhook") -}}
{{- if ne (default "warn" .Values.kubernetes.webhook.validating) "off" -}}
{{- $watched = append $watched (print "validating/" $name "-validating-webhook") -}}
{{- end -}}
{{- end -}}
{{ toJson $watched }}
{{- end -}}

{{/* The namespaces, by their label: a list of requirements, as JSON. */}}
{{- define "connaisseur.namespaces" -}}
{{- $requirements := list -}}
{{- $validation := dig "features" "namespacedValidation" "" .Values.application -}}
{{- if $validation -}}
{{- $mode := "" -}}
{{- if kindIs "map" $validation -}}{{- $mode = $validation.mode -}}{{- end -}}
{{- $key := "securesystemsengineering.connaisseur/webhook" -}}
{{- if eq (default "" $mode) "validate" -}}
{{- $requirements = append $requirements (dict "key" $key "operator" "In" "values" (list "validate")) -}}
{{- else -}}
{{- $requirements = append $requirements (dict "key" $key "operator" "NotIn" "values" (list "ignore")) -}}
{{- end -}}
{{- end -}}
{{ $requirements | toJson }}
{{- end -}}

{{/* "true" where a namespace without labels is asked about. */}}
{{- define "connaisseur.asks" -}}
{{- $asks := true -}}
{{- range include "connaisseur.namespaces" . | fromJsonArray -}}
{{- if eq .operator "In" -}}{{- $asks = false -}}{{- end -}}
{{- end -}}
{{- if $asks }}true{{ end -}}
{{- end -}}

{{/*
The release's own images, as a list in CEL. Whoever may create Pods in the release's namespace can run exactly these images
without a verification; the Deployments of this release already trust them.
*/}}
{{- define "connaisseur.ownImages" -}}
{{- $images := list (include "connaisseur.image" .) -}}
{{- if include "connaisseur.ownRedis" . -}}{{- $images = append $images (include "connaisseur.redisImage" .) -}}{{- end -}}
{{- concat $images (default list .Values.kubernetes.webhook.ownImages) | uniq | toJson -}}
{{- end -}}

{{/*
True for what must be asked about: everything but Pods and their templates in the release's namespace whose every image, of
containers and of volumes, is one of the release's own.
*/}}
{{- define "connaisseur.matchConditions" -}}
{{- $images := include "connaisseur.ownImages" . -}}
{{- $lists := list (printf "SPEC.containers.all(c, has(c.image) && c.image in %s)" $images) -}}
{{- range list "initContainers" "ephemeralContainers" -}}
{{- $lists = append $lists (printf "(!has(SPEC.%s) || SPEC.%s.all(c, has(c.image) && c.image in %s))" . . $images) -}}
{{- end -}}
{{- $lists = append $lists "(!has(SPEC.volumes) || SPEC.volumes.all(v, !has(v.image)))" -}}
{{- $own := join " && " $lists -}}
- name: not-connaisseur-itself
  expression: >-
    !(request.namespace == {{ .Release.Namespace | quote }} && object != null && has(object.spec) &&
    (has(object.spec.template)
    ? (!has(object.spec.containers) && has(object.spec.template.spec) && has(object.spec.template.spec.containers) && {{ replace "SPEC" "object.spec.template.spec" $own }})
    : (has(object.spec.containers) && {{ replace "SPEC" "object.spec" $own }})))
{{- end -}}

{{/* One webhook. Takes root, name, path, failurePolicy, caBundle, namespaces (requirements), objects (requirements). */}}
{{- define "connaisseur.oneWebhook" -}}
{{- $root := .root -}}
- name: {{ .name }}
  clientConfig:
    service:
      name: {{ include "connaisseur.service" $root }}
      namespace: {{ $root.Release.Namespace }}
      path: {{ .path }}
      port: {{ $root.Values.kubernetes.service.port }}
    {{- with .caBundle }}
    caBundle: {{ . }}
    {{- end }}
  {{- include "connaisseur.rules" . | nindent 2 }}
  failurePolicy: {{ .failurePolicy }}
  {{- if eq .path "/mutate" }}
  reinvocationPolicy: {{ default "Never" $root.Values.kubernetes.webhook.reinvocationPolicy }}
  {{- end }}
  sideEffects: None
  timeoutSeconds: {{ default 30 $root.Values.kubernetes.webhook.timeoutSeconds }}
  admissionReviewVersions: ["v1"]
  {{- with .namespaces }}
  namespaceSelector:
    matchExpressions:
      {{- toYaml . | nindent 6 }}
  {{- end }}
  {{- with .objects }}
  objectSelector:
    matchExpressions:
      {{- toYaml . | nindent 6 }}
  {{- end }}
  {{- if .conditions }}
  matchConditions:
    {{- include "connaisseur.matchConditions" $root | nindent 4 }}
  {{- end }}
{{- end -}}

{{/*
The list of webhooks. Takes root, path, failurePolicy, caBundle. Clusters without match conditions get two: one for the
release's namespace, which passes over Pods with a label, and one for all others.
*/}}
{{- define "connaisseur.webhooks" -}}
{{- $root := .root -}}
{{- $version := $root.Capabilities.KubeVersion.Version -}}
{{- $exempt := $root.Values.kubernetes.webhook.selfExemption -}}
{{- $name := printf "%s.%s.svc" (include "connaisseur.service" $root) $root.Release.Namespace -}}
{{- $namespaces := include "connaisseur.namespaces" $root | fromJsonArray -}}
{{- $byLabel := and $exempt (semverCompare "<1.28-0" $version) (semverCompare ">=1.21-0" $version) -}}
{{- if $byLabel -}}
{{- $others := append $namespaces (dict "key" "kubernetes.io/metadata.name" "operator" "NotIn" "values" (list $root.Release.Namespace)) -}}
{{- $own := append $namespaces (dict "key" "kubernetes.io/metadata.name" "operator" "In" "values" (list $root.Release.Namespace)) -}}
{{- $objects := list (dict "key" "connaisseur.dev/own" "operator" "NotIn" "values" (list "true")) -}}
{{ include "connaisseur.oneWebhook" (merge (dict "name" $name "namespaces" $others) .) }}
{{ include "connaisseur.oneWebhook" (merge (dict "name" (print "own." $name) "namespaces" $own "objects" $objects) .) }}
{{- else -}}
{{ include "connaisseur.oneWebhook" (merge (dict "name" $name "namespaces" $namespaces "conditions" (and $exempt (semverCompare ">=1.28-0" $version))) .) }}
{{- end -}}
{{- end -}}

{{/* The CA bundle in base64; empty where cert-manager fills it in and has not yet done so. Takes root and made. */}}
{{- define "connaisseur.caBundle" -}}
{{- $root := .root -}}
{{- $tls := default dict $root.Values.kubernetes.deployment.tls -}}
{{- $source := include "connaisseur.tlsSource" $tls -}}
{{- if eq $source "certManager" -}}
{{- $live := lookup "admissionregistration.k8s.io/v1" "MutatingWebhookConfiguration" "" (print (include "connaisseur.name" $root) "-webhook") -}}
{{- with default list (get $live "webhooks") -}}{{ dig "clientConfig" "caBundle" "" (first .) }}{{- end -}}
{{- else if eq $source "secret" -}}
{{ b64enc $tls.caBundle }}
{{- else -}}
{{ .made.ca }}
{{- end -}}
{{- end -}}
