/**
 * Public keys that are kept elsewhere: in files, variables, Secrets, web servers and key management services. Each is fetched, held
 * and asked for again from time to time; what comes is judged like every other key. Does IO, on threads of its own. Start with
 * {@code KeySources}.
 */
@NullMarked
package dev.connaisseur.keys;

import org.jspecify.annotations.NullMarked;
