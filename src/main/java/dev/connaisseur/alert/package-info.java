/** Tells receivers, such as a chat or an on-call service, which requests were admitted and which were not. */
@NullMarked
package dev.connaisseur.alert;

import org.jspecify.annotations.NullMarked;
