{{/* What the process reads. */}}

{{/* "true" where the validator's credentials stand in the values. */}}
{{- define "connaisseur.inlineLogin" -}}
{{- $auth := default dict .auth -}}
{{- if and (kindIs "map" $auth) (hasKey $auth "username") (hasKey $auth "password") }}true{{ end -}}
{{- end -}}

{{/* config.yaml: validators and policy as they are, but for credentials. */}}
{{- define "connaisseur.configFile" -}}
{{- $validators := list -}}
{{- range .Values.application.validators -}}
{{- $validator := deepCopy . -}}
{{- if include "connaisseur.inlineLogin" . -}}
{{- $_ := set $validator "auth" (dict "secretName" (print .name "-auth")) -}}
{{- end -}}
{{- $validators = append $validators $validator -}}
{{- end -}}
{{ toYaml (dict "validators" $validators "policy" .Values.application.policy) }}
{{- end -}}

{{- define "connaisseur.alertFile" -}}
{{ toYaml (default dict .Values.alerting) }}
{{- end -}}

{{/* The names of all Secrets with registry credentials, each once; as JSON. */}}
{{- define "connaisseur.logins" -}}
{{- $names := list -}}
{{- range .Values.application.validators -}}
{{- if include "connaisseur.inlineLogin" . -}}
{{- $names = append $names (print .name "-auth") -}}
{{- else if and (kindIs "map" .auth) (hasKey .auth "secretName") -}}
{{- $names = append $names .auth.secretName -}}
{{- end -}}
{{- end -}}
{{ $names | uniq | toJson }}
{{- end -}}

{{/* Features, log and settings as environment variables. */}}
{{- define "connaisseur.environment" -}}
{{- $application := .Values.application -}}
{{- $features := default dict $application.features -}}
{{- $environment := dict -}}
{{- $_ := set $environment "AUTOMATIC_CHILD_APPROVAL" (ternary "true" "false" (eq "true" (include "connaisseur.childApproval" .))) -}}
{{- $_ := set $environment "AUTOMATIC_UNCHANGED_APPROVAL" (dig "automaticUnchangedApproval" false $features) -}}
{{- $_ := set $environment "DETECTION_MODE" (dig "detectionMode" false $features) -}}
{{- $_ := set $environment "RESOURCE_VALIDATION_MODE" (dig "resourceValidationMode" "all" $features) -}}
{{- $_ := set $environment "CACHE_EXPIRY_SECONDS" (dig "cache" "expirySeconds" 30 $features | int) -}}
{{- $_ := set $environment "CACHE_ERRORS" (dig "cache" "cacheErrors" true $features) -}}
{{- $_ := set $environment "LOG_LEVEL" (dig "logLevel" "info" $application) -}}
{{- $_ := set $environment "LOG_FORMAT" (dig "logFormat" "json-pretty" $application) -}}
{{- $_ := set $environment "CONNAISSEUR_TLS_REQUIRED" "true" -}}
{{- $_ := set $environment "CONNAISSEUR_WEBHOOK_VALIDATING" (default "warn" .Values.kubernetes.webhook.validating) -}}
{{- $_ := set $environment "CONNAISSEUR_WEBHOOK_WATCHED" (include "connaisseur.watchedWebhooks" . | fromJsonArray | join ",") -}}
{{- $_ := set $environment "CONNAISSEUR_WEBHOOK_MANAGECABUNDLE" (default false .Values.kubernetes.webhook.manageCaBundle) -}}
{{- with .Values.kubernetes.deployment.shutdown -}}
{{- $_ := set $environment "CONNAISSEUR_SHUTDOWN_DELAY" (printf "%ds" (int .delaySeconds)) -}}
{{- $_ := set $environment "CONNAISSEUR_SHUTDOWN_GRACE" (printf "%ds" (int .graceSeconds)) -}}
{{- end -}}
{{- if kindIs "map" $features.automaticChildApproval -}}
{{- with $features.automaticChildApproval.unpinned -}}
{{- $_ := set $environment "CONNAISSEUR_FEATURES_AUTOMATICCHILDAPPROVAL_UNPINNED" . -}}
{{- end -}}
{{- end -}}
{{- with dig "cache" "staleSeconds" 0 $features -}}
{{- $_ := set $environment "CONNAISSEUR_CACHE_STALESECONDS" (int .) -}}
{{- end -}}
{{- with $features.imageVolumes -}}
{{- $_ := set $environment "CONNAISSEUR_FEATURES_IMAGEVOLUMES" . -}}
{{- end -}}
{{- range $name, $value := default dict $application.settings -}}
{{- if kindIs "slice" $value -}}{{- $value = join "," $value -}}{{- end -}}
{{- $_ := set $environment (regexReplaceAll "[^A-Z0-9]" (upper $name) "_") $value -}}
{{- end -}}
{{- range $name, $value := $environment }}
{{ $name }}: {{ $value | toString | quote }}
{{- end }}
{{- end -}}
