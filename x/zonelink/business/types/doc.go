// Package types has the state, messages, queries and events of a Business Zone's end of its link.
package types
