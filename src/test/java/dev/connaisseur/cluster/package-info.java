/**
 * The shipped server in front of a real Kubernetes control plane: etcd, kube-apiserver and kube-controller-manager on loopback, asked
 * with kubectl. Start with {@link dev.connaisseur.cluster.ArmedCluster}.
 */
@NullMarked
package dev.connaisseur.cluster;

import org.jspecify.annotations.NullMarked;
