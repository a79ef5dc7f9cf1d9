// Package registry is the module that knows every account: who holds it, at which bank, what it may do. It guards every
// movement of coins. On the Financial Zone banks write it by messages; on a Business Zone it is a replica that only
// zonelink writes.
package registry
