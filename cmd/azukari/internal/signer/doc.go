// Package signer holds a validator's key away from its node, and signs only what a store has recorded first. The store is the
// one place that says who may sign as this validator, and how far it has signed: whoever takes the identity over changes the
// record, and from then on the one before signs nothing, even if it lives.
package signer
