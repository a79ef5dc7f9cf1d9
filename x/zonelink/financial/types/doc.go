// Package types has the state, messages, queries and events of the Financial Zone's end of the zone links.
package types
