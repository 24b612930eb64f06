/**
 * Logins for registries that the platform gives to this process: docker's configuration file, Amazon, Azure, Google, GitHub. Each
 * provider is asked for its own registries only, and what it gives is sent to no other. Start with {@code Keychains}.
 */
@NullMarked
package dev.connaisseur.registry.keychain;

import org.jspecify.annotations.NullMarked;
