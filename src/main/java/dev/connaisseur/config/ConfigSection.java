package dev.connaisseur.config;

/** A mapping of a configuration file that knows its file, path and line, and reports what is wrong with it. */
public final class ConfigSection {}
