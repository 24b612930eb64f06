{{/* What the controller's pods and the check before an upgrade have in common. */}}

{{/* Directories of configuration. Takes root, and check: "" or the suffix of the check's own objects. */}}
{{- define "connaisseur.configVolumes" -}}
{{- $root := .root -}}
{{- $name := include "connaisseur.name" $root -}}
- name: app-config
  configMap:
    name: {{ $name }}-app-config{{ .check }}
- name: alerts
  projected:
    sources:
      - secret:
          name: {{ $name }}-alert-config{{ .check }}
      {{- if $root.Values.alerting }}
      - configMap:
          name: {{ $name }}-alert-templates{{ .check }}
          items:
            {{- range $template, $_ := include "connaisseur.alertTemplates" $root | fromYaml }}
            - key: {{ $template }}
              path: templates/{{ $template }}
            {{- end }}
      {{- end }}
{{- $inline := list -}}
{{- range $root.Values.application.validators -}}
{{- if include "connaisseur.inlineLogin" . -}}{{- $inline = append $inline (print .name "-auth") -}}{{- end -}}
{{- end -}}
{{- $check := .check }}
{{- range include "connaisseur.logins" $root | fromJsonArray }}
- name: {{ . }}-volume
  secret:
    secretName: {{ . }}{{ if has . $inline }}{{ $check }}{{ end }}
{{- end }}
{{- end -}}

{{- define "connaisseur.configMounts" -}}
- name: app-config
  mountPath: /app/config
  readOnly: true
- name: alerts
  mountPath: /app/alerts
  readOnly: true
{{- range include "connaisseur.logins" . | fromJsonArray }}
- name: {{ . }}-volume
  mountPath: /app/secrets/{{ . }}
  readOnly: true
{{- end }}
{{- end -}}

{{/* Where the root file system is read-only: the server's output directory, and temporary files. */}}
{{- define "connaisseur.scratchVolumes" -}}
- name: output
  emptyDir:
    sizeLimit: 512Mi
- name: tmp
  emptyDir:
    sizeLimit: 128Mi
{{- end -}}

{{- define "connaisseur.scratchMounts" -}}
- name: output
  mountPath: /opt/connaisseur/output
- name: tmp
  mountPath: /tmp
{{- end -}}

{{/* Shipped templates for alerts and those of the values: a map from file name to text, as YAML. */}}
{{- define "connaisseur.alertTemplates" -}}
{{- $templates := dict -}}
{{- range $path, $content := .Files.Glob "alert_payload_templates/*.json" -}}
{{- $_ := set $templates (base $path) (toString $content) -}}
{{- end -}}
{{- range $name, $content := default dict .Values.alertTemplates -}}
{{- $_ := set $templates (print $name ".json") $content -}}
{{- end -}}
{{ toYaml $templates }}
{{- end -}}

{{/* Changes with the configuration, so that pods with another one take their place. */}}
{{- define "connaisseur.checksum" -}}
{{- $logins := list -}}
{{- range .Values.application.validators -}}
{{- if include "connaisseur.inlineLogin" . -}}{{- $logins = append $logins .auth -}}{{- end -}}
{{- end -}}
{{- list (include "connaisseur.configFile" .) (include "connaisseur.alertFile" .) (ternary (include "connaisseur.alertTemplates" .) "" (not (empty .Values.alerting))) (toJson $logins) (toJson (default dict .Values.kubernetes.redis.tls)) | toJson | sha256sum -}}
{{- end -}}

{{- define "connaisseur.environmentChecksum" -}}
{{- list (include "connaisseur.environment" .) (toJson (default dict .Values.kubernetes.deployment.envs)) | toJson | sha256sum -}}
{{- end -}}
