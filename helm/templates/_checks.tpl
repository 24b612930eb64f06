{{/* What is refused before anything is rendered. */}}

{{/* A quantity of memory in bytes. */}}
{{- define "connaisseur.bytes" -}}
{{- $text := . | toString -}}
{{- if not (kindIs "string" .) -}}{{- $text = . | int64 | toString -}}{{- end -}}
{{- $number := regexFind "^[0-9]+(\\.[0-9]+)?" $text | float64 -}}
{{- $units := dict "" 1 "k" 1000 "K" 1000 "M" 1000000 "G" 1000000000 "T" 1000000000000 "Ki" 1024 "Mi" 1048576 "Gi" 1073741824 "Ti" 1099511627776 "m" 0 -}}
{{- $unit := regexReplaceAll "^[0-9.]+" $text "" -}}
{{- if not (hasKey $units $unit) -}}
{{- fail (printf "kubernetes.deployment.resources.limits.memory: %s is no quantity of memory. Write for example 512Mi." $text) -}}
{{- end -}}
{{- mulf $number (get $units $unit) | int64 -}}
{{- end -}}

{{- define "connaisseur.checks" -}}
{{- $deployment := .Values.kubernetes.deployment -}}
{{- $image := $deployment.image -}}
{{- if not (kindIs "map" $image) -}}
{{- fail (printf "kubernetes.deployment.image: %v is no map. Write repository, and tag or digest, below it." $image) -}}
{{- end -}}
{{- if regexMatch "(^|/)securesystemsengineering/connaisseur$" $image.repository -}}
{{- fail (printf "\n\n  kubernetes.deployment.image.repository: %s\n\nis the image of Connaisseur 3.x, which this chart cannot run. Remove this line and the tag below it from your values, or name your copy of this project's image. 'connaisseur migrate values.yaml' lists whatever else differs.\n" $image.repository) -}}
{{- end -}}
{{- if regexMatch "^v?[23]\\.[0-9]+\\.[0-9]+" (default "" $image.tag | toString) -}}
{{- fail (printf "\n\n  kubernetes.deployment.image.tag: %s\n\nis a version of Connaisseur 3.x or older, which this chart cannot run. Remove this line from your values. 'connaisseur migrate values.yaml' lists whatever else differs.\n" $image.tag) -}}
{{- end -}}
{{- with dig "limits" "memory" "" (default dict $deployment.resources) -}}
{{- if lt (include "connaisseur.bytes" . | int64) 536870912 -}}
{{- fail (printf "kubernetes.deployment.resources.limits.memory: %v is too little for the controller, which is a Java virtual machine with a heap of 256Mi. Write 512Mi or more." .) -}}
{{- end -}}
{{- end -}}
{{- if and .Values.kubernetes.webhook.manageCaBundle (not .Values.kubernetes.rbac.webhooks) -}}
{{- fail "kubernetes.webhook.manageCaBundle needs the right to patch the webhooks: write kubernetes.rbac.webhooks: true, or take it away." -}}
{{- end -}}
{{- include "connaisseur.tlsChecks" (dict "path" "kubernetes.deployment.tls" "tls" $deployment.tls) -}}
{{- include "connaisseur.tlsChecks" (dict "path" "kubernetes.redis.tls" "tls" .Values.kubernetes.redis.tls) -}}
{{- range $i, $validator := .Values.application.validators -}}
{{- include "connaisseur.validatorChecks" (dict "root" $ "at" (printf "application.validators[%d]" $i) "validator" $validator) -}}
{{- end -}}
{{- end -}}

{{- define "connaisseur.tlsChecks" -}}
{{- $tls := default dict .tls -}}
{{- if and $tls.key (not $tls.cert) -}}
{{- fail "Helm configuration has a 'tls' section with a 'key' attribute, but is missing the 'cert' attribute." -}}
{{- end -}}
{{- if and $tls.cert (not $tls.key) -}}
{{- fail "Helm configuration has a 'tls' section with a 'cert' attribute, but is missing the 'key' attribute." -}}
{{- end -}}
{{- if and (eq (default "" $tls.source) "values") (not $tls.cert) -}}
{{- fail (printf "%s.source is values: write cert and key beside it." .path) -}}
{{- end -}}
{{- if and (eq (default "" $tls.source) "secret") (not (and $tls.secretName $tls.caBundle)) -}}
{{- fail (printf "%s.source is secret: write secretName, the name of a Secret with tls.crt and tls.key, and caBundle, the PEM of the CA that signed it." .path) -}}
{{- end -}}
{{- if and (eq (default "" $tls.source) "certManager") (not (dig "issuerRef" "name" "" $tls)) -}}
{{- fail (printf "%s.source is certManager: write issuerRef with name, and kind where it is a ClusterIssuer." .path) -}}
{{- end -}}
{{- end -}}

{{/* Credentials in the values become a Secret; without registry nobody but a notary could use them. */}}
{{- define "connaisseur.validatorChecks" -}}
{{- $auth := default dict .validator.auth -}}
{{- if and $auth.username $auth.password (not $auth.registry) (ne .validator.type "notaryv1") -}}
{{- fail (printf "%s.auth of validator %s has username and password but no registry: write the registry that they are for." .at .validator.name) -}}
{{- end -}}
{{- if and $auth.useImagePullSecrets (not .root.Values.kubernetes.rbac.imagePullSecrets) -}}
{{- fail (printf "%s.auth.useImagePullSecrets of validator %s needs the right to get the Secrets of all namespaces: write kubernetes.rbac.imagePullSecrets: true, or take it away." .at .validator.name) -}}
{{- end -}}
{{- end -}}
