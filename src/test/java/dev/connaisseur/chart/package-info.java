/** What can be said about the Helm chart without Helm. */
@NullMarked
package dev.connaisseur.chart;

import org.jspecify.annotations.NullMarked;
