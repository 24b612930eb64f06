package dev.connaisseur.testing;

import dev.connaisseur.image.Digest;
import java.util.Optional;

/** An image, and its digest if it is signed by whom the rule wants. */
public record KnownImage(String reference, Optional<Digest> signed) {}
