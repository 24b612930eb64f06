/**
 * The map of the house. Core: {@code config}, {@code image}, {@code trust}, {@code policy}, {@code json}. World: {@code http}, {@code kubernetes},
 * {@code registry}, {@code tuf}. Verification: {@code validator} and the packages below it. Use case: {@code admission}. Edge: {@code webhook}, {@code cli},
 * {@code boot}. One request walks webhook, admission, policy, validator, registry, http and back; start with {@code webhook.MutateResource}.
 */
@NullMarked
package dev.connaisseur;

import org.jspecify.annotations.NullMarked;
