// Package asset makes, issues and ends business tokens, and holds every movement of them to the rules of their issuer.
package asset
