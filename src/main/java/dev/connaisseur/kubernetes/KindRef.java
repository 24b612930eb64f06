package dev.connaisseur.kubernetes;

/** A fully named kind, e.g. {@code apps/v1 Deployment}; the core group is empty. */
public record KindRef(String group, String version, String kind) {}
