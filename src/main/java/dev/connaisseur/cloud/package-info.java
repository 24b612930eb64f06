/**
 * What the platform tells this process: variables, files, and who it is at Amazon, Azure and Google, with the credentials that
 * workloads get there and how they are proved. Only asks the platforms' own end points. What is done with the credentials stands in the rooms that ask. Start with {@code Exchange}.
 */
@NullMarked
package dev.connaisseur.cloud;

import org.jspecify.annotations.NullMarked;
